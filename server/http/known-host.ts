/**
 * Names by which this server may be called. A foreign name that somebody points at this machine (DNS rebinding) would
 * make the page of that name one origin with us, and a browser would let it read the answers.
 */
import { isIP } from "node:net";
import { hostname } from "node:os";
import type { MiddlewareHandler } from "hono";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { AppEnv } from "./router.ts";

/**
 * With LM_PUBLIC_URL the proxy in front decides; without it: addresses, localhost, and what this machine calls itself.
 */
export function knownHost(context: Context): MiddlewareHandler<AppEnv> {
  const own = hostname().toLowerCase();
  return async (c, next) => {
    if (context.config.http.publicUrl === undefined && !isOwnHost(c.req.header("host") ?? "", own))
      fail("host-unknown");
    await next();
  };
}

/** Whether a `Host` names this machine by itself, without LM_PUBLIC_URL. */
export function isOwnHost(host: string, own = hostname().toLowerCase()) {
  const name = host
    .toLowerCase()
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
  return (
    name === "" ||
    isIP(name) !== 0 ||
    name === "localhost" ||
    name.endsWith(".localhost") ||
    name === own ||
    name === `${own.split(".")[0]}.local`
  );
}
