/**
 * Any error as a failure: what the database and the router refuse has a code of its own, the rest is a defect of ours.
 */
import { HTTPException } from "hono/http-exception";
import { NoResultError } from "kysely";
import { databaseFailure } from "./database-failure.ts";
import { Failure, type FailureCode } from "./failures.ts";

export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  // A row that was there a moment ago: deleted by another request meanwhile.
  if (error instanceof NoResultError) return new Failure("not-found", { cause: error });
  const ofDatabase = databaseFailure(error);
  if (ofDatabase) return ofDatabase;
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
