/** JSON on the wire: a transcript of three hours is a sixth as long. Events, files and sound go as they are. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./router.ts";

const squeeze = promisify(gzip);

/** Smaller ones fit in a packet anyway. */
const WORTH_BYTES = 1400;
/** Answers with tokens are left alone: their length would tell of them (BREACH, https://www.breachattack.com). */
const WITH_SECRETS = /^\/api\/auth(\/|$)/;

export function compressJson(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next();
    // Whoever looks at the body makes a stream of it, which takes longer than most answers: only where it is changed.
    const { headers, status } = c.res;
    if (c.req.method === "HEAD" || WITH_SECRETS.test(c.req.path)) return;
    if (!/^application\/(?:problem\+)?json\b/.test(headers.get("content-type") ?? "")) return;
    if (headers.has("content-encoding") || headers.has("content-range")) return;
    headers.append("Vary", "Accept-Encoding");
    if (!/\bgzip\b/.test(c.req.header("accept-encoding") ?? "")) return;
    // A JSON answer is one string already; it is compressed beside the thread that serves others.
    const bytes = Buffer.from(await c.res.arrayBuffer());
    const small = bytes.length < WORTH_BYTES ? bytes : await squeeze(bytes, { level: 6 });
    headers.set("Content-Length", String(small.length));
    if (small !== bytes) headers.set("Content-Encoding", "gzip");
    c.res = undefined; // or its headers would be merged into the new one
    c.res = new Response(small, { status, headers });
  };
}
