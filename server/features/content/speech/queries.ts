import { sql, type UpdateObject } from "kysely";
import type { SectionValue } from "#database/json-columns.ts";
import type { Database } from "#database/types.ts";
import { columnsOf } from "#server/columns-of.ts";
import type { Queryable, Tx } from "#server/context.ts";
import { EXCERPT_LENGTH } from "#server/vocabulary.ts";
import type { TextKind } from "./readable-text.ts";
import { speechSummary } from "./shapes.ts";

const SUMMARY = columnsOf(speechSummary, "excerpt");

/** What reads a source in the bin lies there with it. */
const NOT_BINNED = sql<boolean>`(
  source_kind is null or source_kind = 'message'
  or exists (select from transcriptions as version where version.user_id = tts_audio_files.user_id
    and version.id = source_id)
  or exists (select from study_materials as material where material.user_id = tts_audio_files.user_id
    and material.id = source_id))`;

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
    .where(NOT_BINNED)
    .$if(page.cursor !== undefined, (query) => query.where("id", "<", page.cursor!))
    .orderBy("id", "desc")
    .limit(page.limit + 1)
    .execute();
}

export function findSpeechByHash(database: Queryable, userId: string, hash: Buffer) {
  return database
    .selectFrom("tts_audio_files")
    .select(["id", "status"])
    .where("user_id", "=", userId)
    .where("content_hash", "=", hash)
    .executeTakeFirst();
}

export function findSpeech(database: Queryable, userId: string, id: string) {
  return database
    .selectFrom("tts_audio_files")
    .select([...SUMMARY, "text", "words"])
    .where("user_id", "=", userId)
    .where(NOT_BINNED)
    .where("id", "=", id)
    .executeTakeFirst();
}

export function findSpeechFile(database: Queryable, userId: string, id: string) {
  return database
    .selectFrom("tts_audio_files")
    .select(["storage_key", "format", "content_hash", "status"])
    .select((eb) =>
      eb.fn
        .coalesce(
          "subject",
          eb
            .selectFrom("study_materials")
            .select("title")
            .where("study_materials.user_id", "=", userId)
            .whereRef("study_materials.id", "=", "tts_audio_files.source_id"),
        )
        .as("title"),
    )
    .where("user_id", "=", userId)
    .where(NOT_BINNED)
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

export async function findJobOf(tx: Tx, userId: string, id: string) {
  const row = await tx
    .selectFrom("tts_audio_files")
    .select("job_id")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.job_id;
}

export function deleteSpeechRow(tx: Tx, userId: string, id: string) {
  return tx
    .deleteFrom("tts_audio_files")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .returning("storage_key")
    .executeTakeFirst();
}

/** In which language most of what the student has is: of a card of two words nothing else tells. */
export async function usualLanguage(database: Queryable, userId: string) {
  const { rows } = await sql<{ language: string }>`
    select language from (
      select language from study_materials where user_id = ${userId}
      union all select language from transcriptions where user_id = ${userId} and completed_at is not null
    ) as things
    where language is not null group by language order by count(*) desc, language limit 1`.execute(
    database,
  );
  return rows[0]?.language;
}

/** All documents of a subject that have a text, and how long they are together (in letters). */
export async function measureSubject(database: Queryable, userId: string, subject: string) {
  const { rows } = await sql<{ letters: number }>`
    select coalesce(sum(length(content)), 0)::int8 as letters from study_materials
    where user_id = ${userId} and subject = ${subject} and status = 'ready'`.execute(database);
  return Number(rows[0]!.letters);
}

/** In the order of their titles: week 2 before week 10. */
export async function listDocuments(database: Queryable, userId: string, subject: string) {
  const rows = await database
    .selectFrom("study_materials")
    .select(["id", "title", "content", "sections", "kind", "language"])
    .where("user_id", "=", userId)
    .where("subject", "=", subject)
    .where("status", "=", "ready")
    .where("content", "<>", "")
    .orderBy("id")
    .execute();
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  return rows
    .map((row) => ({ ...row, kind: kindOf(row.kind) }))
    .toSorted((a, b) => compare(a.title, b.title));
}

/** Notes and files of Markdown have signs that only lay out. */
function kindOf(kind: string): TextKind {
  return ["note", "md"].includes(kind) ? "markdown" : "plain";
}

interface SourceText {
  text: string;
  language: string | null;
  kind: TextKind;
  /** Of a document. */
  title?: string;
  sections?: SectionValue[];
}

/** The text of what is to be read, with its language where that is known. */
export async function findSourceText(
  database: Queryable,
  userId: string,
  source: { kind: "transcription" | "study_material" | "message"; id: string },
): Promise<SourceText | undefined> {
  switch (source.kind) {
    case "transcription": {
      const row = await database
        .selectFrom("transcriptions")
        .select(["text", "language"])
        .where("user_id", "=", userId)
        .where("id", "=", source.id)
        .executeTakeFirst();
      return row && { ...row, kind: "plain" };
    }
    case "study_material": {
      const row = await database
        .selectFrom("study_materials")
        .select(["content as text", "language", "kind", "title", "sections"])
        .where("user_id", "=", userId)
        .where("id", "=", source.id)
        .executeTakeFirst();
      return row && { ...row, kind: kindOf(row.kind) };
    }
    case "message": {
      const row = await database
        .selectFrom("messages")
        .select("content as text")
        .where("user_id", "=", userId)
        .where("id", "=", source.id)
        .executeTakeFirst();
      return row && { ...row, language: null, kind: "answer" };
    }
  }
}
