/** Any error as a failure: what the database and the router refuse has a code of its own, the rest is a defect of ours. */
import { HTTPException } from "hono/http-exception";
import pg from "pg";
import { Failure, type FailureCode } from "./failures.ts";

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
