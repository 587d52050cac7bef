/**
 * What of an account goes into its suitcase, and what stays behind and why. Every table with an owner stands in exactly
 * one of the two lists (tests/agreement/suitcase.test.ts).
 *
 * - **Suitcase**: the zip of an account (BagIt, RFC 8493): rows as JSON lines by table, files by their SHA-256.
 */
export interface SuitcaseTable {
  name: string;
  /** Order of the lines; the primary key without the owner. */
  key: string[];
  /** Columns that mean nothing elsewhere. */
  omit?: string[];
  /** Rows that are complete by themselves. */
  where?: string;
  /** Columns that say "under way" become what they are for somebody who goes: SQL by column. */
  rewrite?: Record<string, string>;
  /** The column of the storage key; the line names the file by its SHA-256 as `file`. */
  file?: { kind: "recordings" | "study-materials" | "speech" | "cards" };
  /** Another row with the same values is the same thing, whatever its id. */
  sameBy?: string[];
  /** How many rows are held at a time, where one of them may be megabytes. */
  rowsAtOnce?: number;
  /** A link to another row of the same table. */
  follows?: string;
  /**
   * Rows without an id of their own come in and go together: those with the same `column`, which are parts of a row of
   * table `of`. Where that row is here and table `with` (or this one) says something of it already, they stay out.
   */
  group?: { column: string; of?: string; with?: string };
}

/** In an order in which nothing is named before it is there. */
export const SUITCASE_TABLES: SuitcaseTable[] = [
  {
    name: "recordings",
    key: ["id"],
    file: { kind: "recordings" },
  },
  {
    name: "waveforms",
    key: ["recording_id"],
    group: { column: "recording_id", of: "recordings" },
  },
  {
    name: "transcription_jobs",
    key: ["id"],
    omit: ["job_id"],
    rewrite: {
      status: "case when status in ('pending', 'processing') then 'cancelled' else status end",
    },
  },
  { name: "transcriptions", key: ["id"], rowsAtOnce: 4 },
  {
    name: "transcription_segments",
    key: ["transcription_id", "number"],
    group: { column: "transcription_id", of: "transcriptions" },
  },
  {
    name: "supplied_captions",
    rowsAtOnce: 4,
    key: ["transcription_id"],
    group: { column: "transcription_id", of: "transcriptions" },
  },
  {
    name: "study_materials",
    key: ["id"],
    rowsAtOnce: 2,
    file: { kind: "study-materials" },
    rewrite: {
      status: "case when status in ('pending', 'processing') then 'failed' else status end",
      error_code:
        "case when status in ('pending', 'processing') then 'cancelled' else error_code end",
      error_message:
        "case when status in ('pending', 'processing') then 'This document was not read yet " +
        "when the account was exported. Try again.' else error_message end",
    },
  },
  {
    name: "tts_audio_files",
    key: ["id"],
    rowsAtOnce: 20,
    omit: ["job_id"],
    where: "status = 'ready'",
    file: { kind: "speech" },
    sameBy: ["content_hash"],
  },
  { name: "conversations", key: ["id"] },
  {
    name: "messages",
    key: ["id"],
    rowsAtOnce: 100,
    follows: "reply_to",
    rewrite: { status: "case when status = 'streaming' then 'stopped' else status end" },
  },
  {
    name: "citations",
    key: ["message_id", "number"],
    group: { column: "message_id", of: "messages" },
  },
  { name: "cards", key: ["id"], sameBy: ["note_id", "ordinal"] },
  { name: "card_witnesses", key: ["card_id"], group: { column: "card_id", of: "cards" } },
  { name: "card_media", key: ["id"], file: { kind: "cards" }, sameBy: ["sha256"] },
  { name: "card_reviews", key: ["id"] },
  { name: "study_settings", key: [], group: { column: "user_id" } },
  { name: "chosen_voices", key: ["id"], sameBy: ["language"] },
  { name: "card_suggestions", key: ["id"], where: "status not in ('pending', 'processing')" },
  {
    name: "suggested_cards",
    key: ["suggestion_id", "number"],
    group: { column: "suggestion_id", of: "card_suggestions" },
    where:
      "exists (select from card_suggestions as made where made.user_id = row.user_id and " +
      "made.id = row.suggestion_id and made.status not in ('pending', 'processing'))",
  },
  {
    name: "source_summaries",
    key: ["id"],
    where: "status not in ('pending', 'processing')",
  },
  {
    name: "summary_sentences",
    key: ["summary_id", "number"],
    group: { column: "summary_id", of: "source_summaries" },
    where:
      "exists (select from source_summaries as written where written.user_id = row.user_id " +
      "and written.id = row.summary_id and written.status not in ('pending', 'processing'))",
  },
  { name: "quizzes", key: ["id"] },
  { name: "quiz_questions", key: ["id"] },
  { name: "exam_dates", key: ["id"] },
  { name: "study_places", key: ["source_kind", "source_id"], group: { column: "source_id" } },
  {
    name: "recording_slides",
    key: ["recording_id"],
    group: { column: "recording_id", of: "recordings" },
    omit: ["job_id"],
    rewrite: {
      status:
        "case when status in ('pending', 'processing') and exists (select from slide_spans " +
        "as span where span.user_id = row.user_id and span.recording_id = row.recording_id) " +
        "then 'ready' when status in ('pending', 'processing') then 'failed' else status end",
      error_code:
        "case when status in ('pending', 'processing') and not exists (select from " +
        "slide_spans as span where span.user_id = row.user_id and span.recording_id = " +
        "row.recording_id) then 'cancelled' else error_code end",
    },
  },
  {
    name: "slide_spans",
    key: ["recording_id", "number"],
    group: { column: "recording_id", of: "recordings", with: "recording_slides" },
  },
  {
    name: "recording_speakers",
    key: ["recording_id"],
    group: { column: "recording_id", of: "recordings" },
    omit: ["job_id"],
    rewrite: {
      status:
        "case when status in ('pending', 'processing') and exists (select from speaker_turns " +
        "as turn where turn.user_id = row.user_id and turn.recording_id = row.recording_id) " +
        "then 'ready' when status in ('pending', 'processing') then 'failed' else status end",
      error_code:
        "case when status in ('pending', 'processing') and not exists (select from " +
        "speaker_turns as turn where turn.user_id = row.user_id and turn.recording_id = " +
        "row.recording_id) then 'cancelled' else error_code end",
    },
  },
  {
    name: "speaker_turns",
    key: ["recording_id", "number"],
    group: { column: "recording_id", of: "recordings", with: "recording_speakers" },
  },
  {
    name: "recording_chapters",
    key: ["recording_id"],
    group: { column: "recording_id", of: "recordings" },
  },
  { name: "marks", key: ["id"] },
  { name: "vocabulary_terms", key: ["id"], sameBy: ["subject", "term"] },
  {
    name: "proposed_corrections",
    key: ["id"],
    sameBy: ["transcription_id", "segment_number", "start_in_segment"],
  },
];

/**
 * Of the row in `users`: what is the person's and not the server's. E-mail and where it came from stand in the header.
 */
export const PROFILE_COLUMNS = ["username", "full_name", "locale", "created_at"] as const;

/** Table -> why it stays behind, in words for the README of the suitcase. */
export const LEFT_OUT: Record<string, string> = {
  users: "the password; the profile stands in rows/account.jsonl",
  oauth_connections: "logins at other places",
  refresh_tokens: "sessions",
  password_reset_tokens: "links that were sent by mail",
  email_verification_tokens: "links that were sent by mail",
  email_changes: "links that were sent by mail",
  mails: "mails that wait to be sent",
  login_challenges: "logins that wait for their code",
  account_activity: "what happened to the account here",
  totp_secrets: "the second factor",
  recovery_codes: "recovery codes",
  passkeys: "passkeys, which belong to the address of this server",
  passkey_challenges: "logins under way",
  api_keys: "API keys",
  invitations: "invitations to this server",
  idempotency_keys: "requests that were answered",
  uploads: "uploads under way",
  jobs: "the queue",
  passages: "search, which is made again from the texts",
  passage_embeddings: "search, which is made again from the texts",
  search_words: "search, which is made again from the texts",
  search_measurements: "how well the search of this server finds what is asked",
  search_choices: "the engine of this server's search",
  search_totals: "search, which is made again from the texts",
  card_transfers: "Anki packages, which are made again from the cards",
  account_exports: "other suitcases",
  account_imports: "suitcases that were brought in",
  account_import_items: "suitcases that were brought in",
  account_deletions: "the wish to be deleted here",
  account_deletion_links: "links that were sent by mail",
};
