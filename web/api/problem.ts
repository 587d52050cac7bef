import type { Problem as ProblemDocument } from "#server/http/router.ts";
import { fieldWords, i18n } from "../i18n.ts";
import { failureSentence } from "./failure-sentence.ts";

type FieldError = NonNullable<ProblemDocument["errors"]>[number];

/** A problem document of the server (RFC 9457), or the network's own failure in the same form. */
export class Problem extends Error {
  override name = "Problem";
  readonly status: number;
  readonly code: string;
  readonly errors: FieldError[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(given: {
    status: number;
    code: string;
    sentence: string;
    errors?: FieldError[] | undefined;
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

export function isMissing(error: unknown) {
  return error instanceof Problem && error.status === 404;
}

/** What a person is told; an error that is no answer of the server's is ours, and its words are for the console. */
export function sentenceOf(error: unknown) {
  if (error instanceof Problem || error instanceof SaidError) return error.message;
  console.error(error);
  return i18n.t("errors.unknown");
}

/** Its message is a sentence for the person, in the language of the page. */
export class SaidError extends Error {}

export async function problemFrom(
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
    errors: await inWords(given["errors"]),
    requestId: typeof given["request_id"] === "string" ? given["request_id"] : undefined,
    retryAfterSeconds: retryAfter && Number.isFinite(seconds) ? seconds : undefined,
  });
}

async function inWords(errors: unknown) {
  if (!Array.isArray(errors)) return undefined;
  const given = errors as FieldError[];
  // Offline the server's own words are better than none.
  const words = await fieldWords().catch(() => () => undefined);
  return given.map(({ field, message }) => ({ field, message: words(message) ?? message }));
}
