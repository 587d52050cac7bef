/**
 * A failure that is told before the whole body has come (401, 413, 507 …). The answer goes out at once; what the sender
 * still sends is read away within bounds before the connection goes on or ends, because a connection that is closed
 * while bytes come in is reset, and the reset takes the answer away from senders who read only after they have written
 * (RFC 9112, section 9.6).
 */
import type { IncomingMessage } from "node:http";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./router.ts";

const READ_AWAY_BYTES = 64 * 1024 * 1024;
const READ_AWAY_MS = 30_000;
const IDLE_MS = 2000;

export function answerEarly(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next();
    const incoming = c.env?.incoming;
    if (!incoming || incoming.complete || incoming.destroyed || c.res.status < 400) return;
    const { status } = c.res;
    const headers = new Headers(c.res.headers);
    const answer = new Uint8Array(await c.res.arrayBuffer());
    headers.set("Content-Length", String(answer.length));
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(answer);
        await readAway(incoming);
        controller.close();
      },
    });
    c.res = undefined; // or its headers would be merged into the new one
    c.res = new Response(body, { status, headers });
  };
}

/** Resolves when the body has ended, broken off, gone silent, or become too much. */
function readAway(incoming: IncomingMessage) {
  return new Promise<void>((resolve) => {
    let bytes = 0;
    // Whoever was reading has failed.
    incoming.removeAllListeners("data");
    incoming.removeAllListeners("readable");
    incoming.on("error", done);
    incoming.once("close", done);
    incoming.once("end", done);
    incoming.on("data", count);
    const idle = setTimeout(done, IDLE_MS);
    const late = setTimeout(done, READ_AWAY_MS);
    incoming.resume();
    function count(chunk: Buffer) {
      bytes += chunk.length;
      idle.refresh();
      if (bytes > READ_AWAY_BYTES) done();
    }
    function done() {
      clearTimeout(idle);
      clearTimeout(late);
      incoming.off("data", count);
      resolve();
    }
  });
}
