import { sql, type Updateable } from "kysely";
import type { Database } from "#database/types.ts";
import type { Queryable, Tx } from "#server/context.ts";
import type { NamedTurn } from "./turns.ts";

export function findSearch(database: Queryable, userId: string, recordingId: string) {
  return database
    .selectFrom("recording_speakers")
    .select([
      "recording_id",
      "status",
      "job_id",
      "voices_asked",
      "label",
      "model",
      "error_code",
      "error_message",
    ])
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .executeTakeFirst();
}

export function updateSearch(
  database: Queryable,
  userId: string,
  recordingId: string,
  values: Updateable<Database["recording_speakers"]>,
) {
  return database
    .updateTable("recording_speakers")
    .set(values)
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .executeTakeFirst();
}

/** Locks the search, so that a name and a search that ends come one after the other. */
export function lockSearch(tx: Tx, userId: string, recordingId: string) {
  return tx
    .selectFrom("recording_speakers")
    .select(["label", "status", "job_id"])
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .forUpdate()
    .executeTakeFirst();
}

export function listTurns(
  database: Queryable,
  userId: string,
  recordingId: string,
): Promise<NamedTurn[]> {
  return database
    .selectFrom("speaker_turns")
    .select(["name", "start_seconds as start", "end_seconds as end", "confirmed"])
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .orderBy("number")
    .execute();
}

export async function replaceTurns(
  tx: Tx,
  userId: string,
  recordingId: string,
  turns: NamedTurn[],
) {
  await tx
    .deleteFrom("speaker_turns")
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .execute();
  // One array a column: a long seminar has thousands of turns.
  await sql`
    insert into speaker_turns (user_id, recording_id, number, name, start_seconds, end_seconds, confirmed)
    select ${userId}, ${recordingId}, number - 1, name, start_seconds, end_seconds, confirmed
    from unnest(
      ${turns.map(({ name }) => name)}::text[],
      ${turns.map(({ start }) => start)}::double precision[],
      ${turns.map(({ end }) => end)}::double precision[],
      ${turns.map(({ confirmed }) => confirmed)}::boolean[]
    ) with ordinality as turn (name, start_seconds, end_seconds, confirmed, number)`.execute(tx);
}

/** Every complete transcript of a recording. */
export function listCompleteVersions(database: Queryable, userId: string, recordingId: string) {
  return database
    .selectFrom("transcriptions")
    .select("id")
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .where("completed_at", "is not", null)
    .orderBy("id")
    .execute();
}

export function listSpokenSegments(database: Queryable, userId: string, transcriptionId: string) {
  return database
    .selectFrom("transcription_segments")
    .select(["number", "start_seconds as start", "end_seconds as end", "words", "speaker"])
    .where("user_id", "=", userId)
    .where("transcription_id", "=", transcriptionId)
    .orderBy("number")
    .execute();
}

export async function nameSegments(
  tx: Tx,
  userId: string,
  transcriptionId: string,
  named: { number: number; speaker: string | null }[],
) {
  if (named.length === 0) return;
  await sql`
    update transcription_segments as segment set speaker = named.speaker
    from unnest(
      ${named.map(({ number }) => number)}::integer[],
      ${named.map(({ speaker }) => speaker)}::text[]
    ) as named (number, speaker)
    where segment.user_id = ${userId} and segment.transcription_id = ${transcriptionId}
      and segment.number = named.number`.execute(tx);
}
