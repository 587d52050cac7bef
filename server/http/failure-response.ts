import type { Context as HonoContext } from "hono";
import pg from "pg";
import type { Logger } from "pino";
import { FAILURES, Failure } from "#server/failures.ts";
import { toFailure } from "#server/to-failure.ts";
import type { AppEnv } from "./router.ts";

/**
 * Problem document for any error (RFC 9457): a Failure as it is, anything else as 500 with the cause in the log only.
 */
export function failureResponse(error: unknown, c: HonoContext<AppEnv>, log: Logger) {
  // Nobody is there to hear of what was cut off, and it is no fault of ours.
  const gone = c.env?.incoming?.destroyed && !c.env.incoming.complete;
  const failure = gone ? new Failure("malformed-request", { cause: error }) : toFailure(error);
  const requestId = c.get("requestId");
  const about = { request_id: requestId, code: failure.code, err: failure.cause ?? failure };
  if (failure.status >= 500) log.error(about, "request failed");
  // Nothing of ours checked before the database did: worth a look.
  else if (failure.cause instanceof pg.DatabaseError) log.warn(about, "the database refused it");
  if (failure.retryAfterSeconds !== undefined)
    c.header("Retry-After", String(Math.ceil(failure.retryAfterSeconds)));
  return c.body(JSON.stringify(problemDocument(failure, requestId)), failure.status as 400, {
    "Content-Type": "application/problem+json",
  });
}

function problemDocument(failure: Failure, requestId: string) {
  return {
    type: "about:blank",
    title: FAILURES[failure.code][1],
    status: failure.status,
    code: failure.code,
    detail: failure.message,
    ...(failure.errors ? { errors: failure.errors } : {}),
    request_id: requestId,
  };
}
