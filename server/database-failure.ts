/** What an error of the database means to the person who asked. What is not here is a defect. */
import pg from "pg";
import { Failure } from "./failures.ts";

export const RETRY_AFTER_SECONDS = 3;

export function databaseFailure(error: unknown): Failure | undefined {
  if (error instanceof Error && error.name === "DatabaseUnavailable")
    return new Failure("database-unavailable", {
      cause: error,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  if (!(error instanceof pg.DatabaseError)) return undefined;
  const { code = "", constraint = "" } = error;
  const because = (failure: Failure["code"], message?: string) =>
    new Failure(failure, { cause: error, ...(message && { message }) });
  switch (code) {
    // U+0000 in text and in jsonb, and numbers, ids and times that are none: the sender is told, whatever the field.
    case "22021":
    case "22P05":
    case "22P02":
    case "22003":
    case "22007":
    case "22008":
      return because("malformed-request");
    case "23514":
    case "22001":
    case "54000":
      return because(
        "invalid-input",
        "Something in what was sent is longer or larger than can be stored.",
      );
    case "23503":
      return constraint.endsWith("_user_id_fkey")
        ? because("not-authenticated", "This account is not there any more.")
        : because("not-found");
    case "23505":
      return because("conflict", "Something of this name or place is there already.");
    case "53100":
      return because("storage-full");
    case "57014":
      return because("took-too-long");
    case "40001":
    case "40P01":
    case "55P03":
      return new Failure("database-unavailable", { cause: error, retryAfterSeconds: 1 });
    // A statement that this connection kept is gone (an upgrade, a pooler); inside of a transaction it cannot be asked
    // again here.
    case "26000":
    case "42P05":
      return new Failure("database-unavailable", { cause: error, retryAfterSeconds: 1 });
    case "53000":
    case "53200":
    case "25006":
      return new Failure("database-unavailable", {
        cause: error,
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    default:
      return undefined;
  }
}

/**
 * An error as it stands in the log. PostgreSQL's messages and details quote what was to be stored ("Failing row
 * contains (…)"), which is somebody's text: its code, and what it is about, are enough to find the fault.
 */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const cause =
    error.cause === undefined || depth > 4 ? undefined : describeError(error.cause, depth + 1);
  const frames = error.stack?.split("\n    at ").slice(1) ?? [];
  if (error instanceof pg.DatabaseError) {
    const { code, severity, schema, table, column, dataType, constraint, routine } = error;
    return {
      type: "DatabaseError",
      code,
      severity,
      schema,
      table,
      column,
      dataType,
      constraint,
      routine,
      stack: frames.map((frame) => `    at ${frame}`).join("\n"),
      ...(cause !== undefined && { cause }),
    };
  }
  const { code, errno, syscall, status }: Record<string, unknown> = { ...error };
  // Kysely and the pool say again what the database said.
  const message = error.cause instanceof pg.DatabaseError ? error.name : error.message;
  return {
    type: error.name,
    message,
    ...(code !== undefined && { code }),
    ...(errno !== undefined && { errno }),
    ...(syscall !== undefined && { syscall }),
    ...(status !== undefined && { status }),
    stack: [`${error.name}: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join("\n"),
    ...(cause !== undefined && { cause }),
  };
}
