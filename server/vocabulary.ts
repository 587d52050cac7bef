/**
 * Lengths and lives that more than one place must agree on: the shapes that check them, the columns, `GET /api/limits`, the page.
 * Nothing is imported here, so that the page can have the numbers without anything else.
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

/** Letters of a text that its entry in a list shows. */
export const EXCERPT_LENGTH = 200;

/** What a person asks for and waits for; how many of each may stand in the queue is bounded (features/quotas). */
export const ASKED_JOB_TYPES = [
  "transcribe",
  "speak",
  "parse-material",
  "align-slides",
  "export-account",
  "import-account",
  "export-cards",
  "import-cards",
  "suggest-cards",
] as const;
export const MARK_COLOURS = ["yellow", "green", "blue", "pink", "purple"] as const;
