import type { Context as HonoContext } from "hono";
import type { Logger } from "pino";
import { FAILURES, type Failure } from "#server/failures.ts";
import { toFailure } from "#server/to-failure.ts";
import type { AppEnv } from "./router.ts";

/** Problem document for any error (RFC 9457): a Failure as it is, anything else as 500 with the cause in the log only. */
export function failureResponse(error: unknown, c: HonoContext<AppEnv>, log: Logger) {
  const failure = toFailure(error);
  const requestId = c.get("requestId");
  if (failure.status >= 500)
    log.error(
      { request_id: requestId, code: failure.code, err: failure.cause ?? failure },
      "request failed",
    );
  if (failure.retryAfterSeconds !== undefined)
    c.header("Retry-After", String(Math.ceil(failure.retryAfterSeconds)));
  return c.body(JSON.stringify(problemDocument(failure, requestId)), failure.status as 400, {
    "Content-Type": "application/problem+json",
  });
}

export function problemDocument(failure: Failure, requestId: string) {
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
