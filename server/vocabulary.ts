/**
 * Lengths and lives that more than one place must agree on: the shapes that check them, the columns, `GET /api/limits`,
 * the page. Nothing is imported here, so that the page can have the numbers without anything else.
 */

/** In UTF-16 units, as a form's `maxlength` counts. */
export const TITLE_LENGTH = 500;
export const SUBJECT_LENGTH = 100;
/** Of a question to the tutor. */
export const MESSAGE_LENGTH = 5000;

/** A session that is not used for so long ends. */
export const REFRESH_TOKEN_DAYS = 7;
/** However much it is used. */
export const SESSION_DAYS = 90;
/** An upload that nobody finishes is kept for so long. */
export const UPLOAD_DAYS = 7;
export const INVITATION_DAYS = 7;

/** What lies in the bin for so long is deleted. */
export const BIN_DAYS = 30;

/**
 * Two subjects that differ by case, spaces, full stops at the end or accents are one: "Biology " and "biology",
 * "Etica." and "Ética". Marks of other scripts than Latin and Greek make other letters, and stay.
 */
export function foldSubject(subject: string) {
  const plain = subject
    .normalize("NFKD")
    .replaceAll(/([\p{Script=Latin}\p{Script=Greek}])[\u0300-\u036f]+/gu, "$1")
    .normalize("NFC")
    .replaceAll(/\s+/gu, " ");
  // From the end, to the last letter: `/[ .…]+$/` would begin anew at each full stop of a long row.
  return (/^.*[^ .…]/su.exec(plain)?.[0] ?? "").trim().toUpperCase().toLowerCase();
}

/**
 * How soon somebody wants what a job makes, and what the queue sorts by: `high` while a person waits for it, `low` when
 * nothing else waits.
 */
export const JOB_PRIORITIES = { high: 10, normal: 0, low: -10 } as const;
export type JobPriority = keyof typeof JOB_PRIORITIES;

/** @param priority of a job's row, -100 to 100. */
export function priorityOf(priority: number): JobPriority {
  return priority > 0 ? "high" : priority < 0 ? "low" : "normal";
}

/** Letters of a text that its entry in a list shows. */
export const EXCERPT_LENGTH = 200;

/** What a person asks for and waits for; how many of each may stand in the queue is bounded (features/quotas). */
export const ASKED_JOB_TYPES = [
  "transcribe",
  "speak",
  "parse-material",
  "align-slides",
  "find-speakers",
  "export-account",
  "import-account",
  "export-cards",
  "import-cards",
  "suggest-cards",
  "summarise-source",
] as const;
/** Amounts that an administrator may set for one person. */
export const QUOTA_NAMES = [
  "storage_bytes",
  "unfinished_uploads",
  "queued_jobs",
  "event_streams",
  "answer_streams",
  "api_keys",
  "passkeys",
] as const;
export const MARK_COLOURS = ["yellow", "green", "blue", "pink", "purple"] as const;

/**
 * Encodings of text that a student can choose, by script: all, Western, Central European, Baltic, Turkish, Vietnamese,
 * Cyrillic, Greek, and on to the east.
 */
export const ENCODINGS = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "windows-1252",
  "iso-8859-15",
  "macintosh",
  "cp437",
  "cp850",
  "windows-1250",
  "iso-8859-2",
  "maccenteuro",
  "cp852",
  "windows-1257",
  "iso-8859-13",
  "windows-1254",
  "windows-1258",
  "windows-1251",
  "koi8-r",
  "koi8-u",
  "ibm866",
  "iso-8859-5",
  "x-mac-cyrillic",
  "windows-1253",
  "iso-8859-7",
  "windows-1255",
  "iso-8859-8",
  "windows-1256",
  "iso-8859-6",
  "windows-874",
  "gb18030",
  "big5",
  "shift_jis",
  "euc-jp",
  "iso-2022-jp",
  "euc-kr",
] as const;
