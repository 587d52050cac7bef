/** How long a body may be. */
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { fail } from "#server/failures.ts";
import type { AppEnv } from "./router.ts";

/**
 * A body that says its length is not touched: Hono's limit would make a stream of it, which takes longer than reading
 * most bodies. Without a length and without an encoding there is none (RFC 9112, section 6.3).
 *
 * @throws Failure `request-too-large`.
 */
export function limitBody(bytes: number): MiddlewareHandler<AppEnv> {
  const ofUnknownLength = bodyLimit({ maxSize: bytes, onError: () => fail("request-too-large") });
  return (c, next) => {
    if (c.req.header("transfer-encoding") !== undefined) return ofUnknownLength(c, next);
    if (Number(c.req.header("content-length") ?? 0) > bytes) fail("request-too-large");
    return next();
  };
}
