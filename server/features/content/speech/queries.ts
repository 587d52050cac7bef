import { sql, type UpdateObject } from "kysely";
import type { Database } from "#database/types.ts";
import type { Queryable, Tx } from "#server/context.ts";
import { EXCERPT_LENGTH } from "#server/vocabulary.ts";

const SUMMARY = [
  "id",
  "job_id",
  "source_kind",
  "source_id",
  "provider",
  "voice",
  "speed",
  "format",
  "status",
  "error_code",
  "error_message",
  "size_bytes",
  "duration_seconds",
  "created_at",
  "completed_at",
] as const;

export function listSpeech(
  database: Queryable,
  userId: string,
  page: { limit: number; cursor?: string | undefined },
) {
  return database
    .selectFrom("tts_audio_files")
    .select(SUMMARY)
    .select(sql<string>`left(text, ${EXCERPT_LENGTH})`.as("excerpt"))
    .where("user_id", "=", userId)
    .$if(page.cursor !== undefined, (query) => query.where("id", "<", page.cursor!))
    .orderBy("id", "desc")
    .limit(page.limit + 1)
    .execute();
}

export function findSpeech(database: Queryable, userId: string, id: string) {
  return database
    .selectFrom("tts_audio_files")
    .select([...SUMMARY, "text", "words"])
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirst();
}

export function findSpeechFile(database: Queryable, userId: string, id: string) {
  return database
    .selectFrom("tts_audio_files")
    .select(["storage_key", "format", "content_hash", "status"])
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirst();
}

export function updateSpeech(
  database: Queryable,
  userId: string,
  id: string,
  values: UpdateObject<Database, "tts_audio_files">,
) {
  return database
    .updateTable("tts_audio_files")
    .set(values)
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .execute();
}

export function deleteSpeechRow(tx: Tx, userId: string, id: string) {
  return tx
    .deleteFrom("tts_audio_files")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .returning(["storage_key", "job_id"])
    .executeTakeFirst();
}

/** The text of what is to be read, with its language where that is known. */
export async function findSourceText(
  database: Queryable,
  userId: string,
  source: { kind: "transcription" | "study_material" | "message"; id: string },
) {
  const owned = { user_id: userId, id: source.id };
  switch (source.kind) {
    case "transcription":
      return database
        .selectFrom("transcriptions")
        .select(["text", "language"])
        .where("user_id", "=", owned.user_id)
        .where("id", "=", owned.id)
        .executeTakeFirst();
    case "study_material":
      return database
        .selectFrom("study_materials")
        .select(["content as text", "language"])
        .where("user_id", "=", owned.user_id)
        .where("id", "=", owned.id)
        .executeTakeFirst();
    case "message": {
      const row = await database
        .selectFrom("messages")
        .select("content")
        .where("user_id", "=", owned.user_id)
        .where("id", "=", owned.id)
        .executeTakeFirst();
      return row && { text: row.content, language: null };
    }
  }
}
