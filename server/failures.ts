/**
 * Every failure a person can meet, with its HTTP status, the sentence they read, and whether a job that failed so is
 * not tried again. The page says it in its own language: `failures` of `web/locales`, compared with this list by a
 * test. A feature throws `fail('code')`; `http/failure-response.ts` makes it a problem document (RFC 9457) and the
 * worker stores code and sentence on the job. Anything that is not a Failure is a defect: 500, or a retried job.
 */
export const FAILURES = {
  "not-found": [404, "There is nothing here, or it is not yours.", "final"],
  "invalid-input": [422, "Something in what was sent is not right; see the fields.", "final"],
  "host-unknown": [
    421,
    "This server does not answer to that name. Whoever runs it sets the address in LM_PUBLIC_URL.",
  ],
  "malformed-request": [400, "The request could not be read.", "final"],
  "content-type-unsupported": [
    415,
    "This request needs another Content-Type: application/json, unless its documentation says otherwise.",
    "final",
  ],
  "request-too-large": [413, "The request is larger than this server reads.", "final"],
  "not-authenticated": [401, "Please log in.", "final"],
  "wrong-credentials": [401, "The e-mail or the password is not right.", "final"],
  "account-disabled": [
    403,
    "This account was switched off by an administrator. Please ask whoever runs this server.",
    "final",
  ],
  "link-unusable": [410, "This link was used before, or is too old. Please ask for a new one."],
  "code-wrong": [422, "The code is not right.", "final"],
  "passkey-refused": [401, "The passkey was not accepted. Please try again.", "final"],
  "provider-failed": [502, "The login with the other service did not work. Please try again."],
  "registration-closed": [403, "New accounts cannot be made on this server.", "final"],
  "invitation-needed": [
    403,
    "New accounts need an invitation, and this one is missing, used or too old.",
    "final",
  ],
  "not-allowed": [403, "Your account may not do this.", "final"],
  "email-taken": [409, "There is already an account with this e-mail.", "final"],
  "username-taken": [409, "This user name is taken.", "final"],
  "too-many-requests": [429, "Too many tries in a short time. Please wait a moment and try again."],
  "quota-storage": [
    413,
    "Your space on this server is used up. Delete what you no longer need, or ask whoever runs the server for more.",
    "final",
  ],
  "quota-uploads": [
    429,
    "Too many of your uploads are unfinished. Finish some of them, or discard them, and try again.",
  ],
  "quota-jobs": [
    429,
    "Too many of your tasks of this kind are waiting already. Please try again when some of them are done.",
  ],
  "quota-streams": [
    429,
    "Too many answers of yours are being written, or too many of your pages are open, at " +
      "once. Close some, or wait a moment.",
  ],
  "quota-keys": [
    429,
    "You have as many of these as this server allows. Delete one that you no longer use, and try again.",
  ],
  "quota-requests": [
    429,
    "That was more within a minute than this server does for one person. Please wait a moment and try again.",
  ],
  "changed-meanwhile": [412, "This was changed elsewhere in the meantime.", "final"],
  conflict: [409, "This cannot be done in its present state.", "final"],
  "idempotency-key-reused": [
    422,
    "This Idempotency-Key was used before with another request.",
    "final",
  ],
  "file-missing": [422, "No file was sent.", "final"],
  "file-empty": [422, "The file is empty.", "final"],
  "file-gone": [
    410,
    "The file is not on the server any more, or cannot be read there. Please upload it " +
      "again, or ask whoever runs the server.",
    "final",
  ],
  "file-too-large": [413, "The file is larger than this server accepts.", "final"],
  "file-type-unknown": [415, "This kind of file is not supported.", "final"],
  "checksum-mismatch": [460, "What arrived is not what was sent. Please send this piece again."],
  "storage-full": [
    507,
    "The server has no space left. Nothing was saved; please tell whoever runs it.",
  ],
  "audio-unreadable": [
    422,
    "No sound could be read from this file. It may be damaged, or not a recording.",
    "final",
  ],
  "captions-unreadable": [
    422,
    "The captions could not be read. They need to be an SRT, WebVTT, SBV, TTML or LRC file.",
    "final",
  ],
  "document-unreadable": [422, "The document could not be read. It may be damaged.", "final"],
  "document-password": [
    422,
    "The document is protected by a password. Remove the password and upload it again.",
    "final",
  ],
  "address-not-allowed": [
    422,
    "This address is not on the public Internet, so the server does not fetch it. Download " +
      "the page and upload the file.",
    "final",
  ],
  "address-unreachable": [
    422,
    "The page could not be fetched. Check the address, or try again later.",
    "final",
  ],
  "document-without-text": [422, "No text was found in this document.", "final"],
  "suitcase-outdated": [
    410,
    "Something that was in this export was deleted since. Please export again.",
    "final",
  ],
  "suitcase-unreadable": [
    422,
    "This file is no exported account, or it was damaged. Nothing was changed.",
    "final",
  ],
  "engine-unavailable": [503, "No engine for this is available on this server.", "final"],
  "engine-not-compared": [
    409,
    "Compare this engine with the one in use first, on ten questions of your own or more.",
    "final",
  ],
  "engine-worse": [409, "This engine finds less of what you ask than the one in use.", "final"],
  "engine-failed": [502, "The engine failed. Please try again."],
  "voice-unknown": [422, "There is no such voice.", "final"],
  "model-failed": [
    502,
    "The language model did not answer. Your question is kept; please try again.",
  ],
  cancelled: [409, "This was cancelled.", "final"],
  "request-timeout": [408, "This request stopped arriving before its end. Please send it again."],
  "database-unavailable": [
    503,
    "The server cannot reach its database at the moment. Please try again in a few seconds.",
  ],
  "took-too-long": [
    503,
    "This took longer than the server allows. Please try again, or ask for less at once.",
  ],
  "job-unreadable": [
    422,
    "The server cannot read this task: it was left by another version of the program. Please start it again.",
    "final",
  ],
  "worker-lost": [
    503,
    "The program that does this work stopped before its end too often. Please try again.",
  ],
  internal: [500, "Something went wrong on the server. It was written to the log."],
} as const satisfies Record<string, readonly [status: number, sentence: string, final?: "final"]>;

/** A job that failed so is not tried again: the input itself is at fault, or the person stopped it. */
export function isFinal(code: FailureCode) {
  const [, , final]: readonly [number, string, "final"?] = FAILURES[code];
  return final !== undefined;
}

export type FailureCode = keyof typeof FAILURES;

export interface FieldError {
  field: string;
  message: string;
}

export class Failure extends Error {
  override name = "Failure";
  readonly code: FailureCode;
  readonly errors: FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: FailureCode, options: FailOptions = {}) {
    super(
      options.message ?? FAILURES[code][1],
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status() {
    return FAILURES[this.code][0];
  }
}

export interface FailOptions {
  /** Replaces the standard sentence where a better one is known; still for a person, still without secrets. */
  message?: string;
  errors?: FieldError[];
  retryAfterSeconds?: number;
  cause?: unknown;
}

export function fail(code: FailureCode, options?: FailOptions): never {
  throw new Failure(code, options);
}
