/** What changed, told to every server by the database; `GET /api/events` passes it on. */
import { sql, type RawBuilder } from "kysely";
import type { Queryable } from "./context.ts";

export const CHANGED_KINDS = [
  "recording",
  "transcription_job",
  "transcription",
  "job",
  "tts_audio_file",
  "study_material",
  "conversation",
  "message",
  "card",
  "card_review",
  "card_suggestion",
  "card_transfer",
  "quiz",
  "source_summary",
  "study_settings",
  "chosen_voice",
  "mark",
  "vocabulary",
  "search_measurement",
  "account_export",
  "account_import",
  "account_deletion",
] as const;
export type ChangedKind = (typeof CHANGED_KINDS)[number];

export interface Changed {
  kind: ChangedKind;
  id: string;
  change: "created" | "updated" | "deleted";
}

/** Some way into the account ended: open streams of it ask anew whether they may go on. */
export async function notifyAccess(database: Queryable, userId: string) {
  await sql`select pg_notify('lm_events', ${JSON.stringify({ user_id: userId, access: true })})`.execute(
    database,
  );
}

/** Says it to every server when the transaction commits (or at once outside of one). */
export async function notifyChanged(database: Queryable, userId: string, changed: Changed) {
  await sql`select ${telling(userId, changed)}`.execute(database);
}

/** The same as part of a statement: said when what it stands in is read and committed. */
export function telling(userId: string, changed: Changed): RawBuilder<unknown> {
  return sql`pg_notify('lm_events', ${JSON.stringify({ user_id: userId, ...changed })})`;
}
