import type { Context as HonoContext } from "hono";
import { HTTPException } from "hono/http-exception";
import pg from "pg";
import type { Logger } from "pino";
import { FAILURES, Failure, type FailureCode } from "#server/failures.ts";
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

export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  // PostgreSQL stores no U+0000 in text (22021) and none in jsonb (22P05): the sender is told, whatever the field.
  if (error instanceof pg.DatabaseError && ["22021", "22P05"].includes(error.code ?? "")) {
    return new Failure("malformed-request", { cause: error });
  }
  if (error instanceof HTTPException) {
    const byStatus: Record<number, FailureCode> = {
      400: "malformed-request",
      401: "not-authenticated",
      403: "not-allowed",
      404: "not-found",
      413: "request-too-large",
      415: "content-type-unsupported",
    };
    const code = byStatus[error.status];
    if (code) return new Failure(code, { cause: error });
  }
  return new Failure("internal", { cause: error });
}
