import { failureSentence } from "./failure-sentence.ts";

/** A problem document of the server (RFC 9457), or the network's own failure in the same form. */
export class Problem extends Error {
  override name = "Problem";
  readonly status: number;
  readonly code: string;
  readonly errors: { field: string; message: string }[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(given: {
    status: number;
    code: string;
    sentence: string;
    errors?: { field: string; message: string }[] | undefined;
    requestId?: string | undefined;
    retryAfterSeconds?: number | undefined;
  }) {
    super(given.sentence);
    this.status = given.status;
    this.code = given.code;
    this.errors = given.errors ?? [];
    this.requestId = given.requestId;
    this.retryAfterSeconds = given.retryAfterSeconds;
  }

  fieldError(field: string) {
    return this.errors.find((error) => error.field === field)?.message;
  }
}

export function problemFrom(
  status: number,
  body: unknown,
  retryAfter: string | null,
  fallback: string,
) {
  const given = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const code = typeof given["code"] === "string" ? given["code"] : "unknown";
  const seconds = Number(retryAfter);
  return new Problem({
    status,
    code,
    sentence:
      failureSentence(code, typeof given["detail"] === "string" ? given["detail"] : undefined) ??
      fallback,
    errors: Array.isArray(given["errors"])
      ? (given["errors"] as { field: string; message: string }[])
      : undefined,
    requestId: typeof given["request_id"] === "string" ? given["request_id"] : undefined,
    retryAfterSeconds: retryAfter && Number.isFinite(seconds) ? seconds : undefined,
  });
}
