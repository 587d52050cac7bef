import { sql, type Insertable, type Updateable } from "kysely";
import type { Database } from "#database/types.ts";
import { columnsOf } from "#server/columns-of.ts";
import type { AsJson, Queryable, Tx } from "#server/context.ts";
import {
  TRANSCRIPTION_JOB_COLUMNS,
  type TranscriptionJobRow,
} from "#server/features/transcription/queries.ts";
import { recording } from "./shapes.ts";

const COLUMNS = columnsOf(recording, "transcription_id", "slides_material_id", "transcription_job");

/** Times inside of JSON are written as they go out: ISO 8601 in UTC, to the millisecond. */
function asJson(column: string) {
  return column.endsWith("_at")
    ? sql`to_char(${sql.ref(column)} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${sql.ref(column)}`
    : sql.ref(column);
}

/** A deck in the bin is hidden by row-level security. */
const DECK_IS_THERE = sql<boolean>`exists (
  select from study_materials as deck
  where deck.user_id = recording_slides.user_id and deck.id = recording_slides.study_material_id)`;

function shown(database: Queryable, userId: string) {
  return database
    .selectFrom("recordings")
    .where("recordings.user_id", "=", userId)
    .where("recordings.binned_at", "is", null)
    .select(COLUMNS.map((column) => `recordings.${column}` as const))
    .select((eb) => [
      eb
        .selectFrom("transcriptions")
        .select("transcriptions.id")
        .where("transcriptions.user_id", "=", userId)
        .whereRef("transcriptions.recording_id", "=", "recordings.id")
        .where("transcriptions.is_current", "=", true)
        .as("transcription_id"),
      eb
        .selectFrom("recording_slides")
        .select("recording_slides.study_material_id")
        .where("recording_slides.user_id", "=", userId)
        .whereRef("recording_slides.recording_id", "=", "recordings.id")
        .where(DECK_IS_THERE)
        .as("slides_material_id"),
      sql<AsJson<TranscriptionJobRow> | null>`(
        select to_jsonb(job) from (
          select ${sql.join(TRANSCRIPTION_JOB_COLUMNS.map(asJson))}
          from transcription_jobs
          where user_id = ${userId} and recording_id = recordings.id order by id desc limit 1
        ) job)`.as("transcription_job"),
    ]);
}

export function listRecordings(
  database: Queryable,
  userId: string,
  page: { limit: number; cursor?: string | undefined; subject?: string | undefined },
) {
  return shown(database, userId)
    .$if(page.cursor !== undefined, (query) => query.where("recordings.id", "<", page.cursor!))
    .$if(page.subject !== undefined, (query) =>
      query.where("recordings.subject", "=", page.subject!),
    )
    .orderBy("recordings.id", "desc")
    .limit(page.limit + 1)
    .execute();
}

export function findRecording(database: Queryable, userId: string, id: string) {
  return shown(database, userId).where("recordings.id", "=", id).executeTakeFirst();
}

export async function recordingsById(database: Queryable, userId: string, ids: string[]) {
  if (ids.length === 0) return [];
  return shown(database, userId).where("recordings.id", "in", ids).execute();
}

export function findRecordingFile(database: Queryable, userId: string, id: string) {
  return database
    .selectFrom("recordings")
    .select(["storage_key", "mime_type", "original_filename", "title", "sha256", "sound_track"])
    .where("user_id", "=", userId)
    .where("binned_at", "is", null)
    .where("id", "=", id)
    .executeTakeFirst();
}

/** The oldest with the same content. */
export function findRecordingByHash(database: Queryable, userId: string, sha256: Buffer) {
  return database
    .selectFrom("recordings")
    .select("id")
    .where("user_id", "=", userId)
    .where("binned_at", "is", null)
    .where("sha256", "=", sha256)
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();
}

export function insertRecording(tx: Tx, values: Insertable<Database["recordings"]>) {
  return tx
    .insertInto("recordings")
    .values(values)
    .returning(["id", "language", "duration_seconds"])
    .executeTakeFirstOrThrow();
}

export function updateRecording(
  database: Queryable,
  userId: string,
  id: string,
  values: Updateable<Database["recordings"]>,
) {
  return database
    .updateTable("recordings")
    .set(values)
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .returning("id")
    .executeTakeFirst();
}
