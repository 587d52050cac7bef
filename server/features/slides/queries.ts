import { sql, type Updateable } from "kysely";
import type { Database } from "#database/types.ts";
import type { Queryable, Tx } from "#server/context.ts";
import { fromBytes } from "#server/features/search/stored-vector.ts";
import type { SlideSpan } from "./align-slides.ts";
import type { PageVector, SpokenVector } from "./likeness.ts";

export function findSlides(database: Queryable, userId: string, recordingId: string) {
  return database
    .selectFrom("recording_slides as slides")
    .innerJoin("study_materials as material", (join) =>
      join
        .onRef("material.user_id", "=", "slides.user_id")
        .onRef("material.id", "=", "slides.study_material_id"),
    )
    .innerJoin("recordings as recording", (join) =>
      join
        .onRef("recording.user_id", "=", "slides.user_id")
        .onRef("recording.id", "=", "slides.recording_id"),
    )
    .where("slides.user_id", "=", userId)
    .where("slides.recording_id", "=", recordingId)
    .select([
      "slides.recording_id",
      "slides.study_material_id",
      "material.title",
      "material.page_count",
      "material.status as material_status",
      "material.error_code as material_error_code",
      "material.error_message as material_error_message",
      "slides.status",
      "slides.error_code",
      "slides.error_message",
    ])
    .executeTakeFirst();
}

export function listSpans(database: Queryable, userId: string, recordingId: string) {
  return database
    .selectFrom("slide_spans")
    .select(["page", "start_seconds", "end_seconds", "confirmed"])
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .orderBy("number")
    .execute();
}

export async function listConfirmed(database: Queryable, userId: string, recordingId: string) {
  return (await listSpans(database, userId, recordingId)).filter(({ confirmed }) => confirmed);
}

export async function replaceSpans(
  tx: Tx,
  userId: string,
  recordingId: string,
  spans: SlideSpan[],
) {
  await tx
    .deleteFrom("slide_spans")
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .execute();
  // One array a column: a lecture with a thousand changes would have five thousand parameters.
  await sql`
    insert into slide_spans (user_id, recording_id, number, page, start_seconds, end_seconds, confirmed)
    select ${userId}, ${recordingId}, number - 1, page, start_seconds, end_seconds, confirmed
    from unnest(
      ${spans.map(({ page }) => page)}::integer[],
      ${spans.map(({ start_seconds }) => start_seconds)}::double precision[],
      ${spans.map(({ end_seconds }) => end_seconds)}::double precision[],
      ${spans.map(({ confirmed }) => confirmed)}::boolean[]
    ) with ordinality as span (page, start_seconds, end_seconds, confirmed, number)`.execute(tx);
}

/** Locks the link, so that a correction and an alignment that ends come one after the other. */
export function lockSlides(tx: Tx, userId: string, recordingId: string) {
  return tx
    .selectFrom("recording_slides")
    .select(["study_material_id", "status"])
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .forUpdate()
    .executeTakeFirst();
}

export function updateSlides(
  database: Queryable,
  userId: string,
  recordingId: string,
  values: Updateable<Database["recording_slides"]>,
) {
  return database
    .updateTable("recording_slides")
    .set(values)
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .executeTakeFirst();
}

export function deleteSlides(tx: Tx, userId: string, recordingId: string) {
  return tx
    .deleteFrom("recording_slides")
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .returning("recording_id")
    .executeTakeFirst();
}

/** The recording's length and its current transcription, with its timed segments. */
export async function findSpeech(database: Queryable, userId: string, recordingId: string) {
  const recording = await database
    .selectFrom("recordings")
    .leftJoin("transcriptions", (join) =>
      join
        .onRef("transcriptions.user_id", "=", "recordings.user_id")
        .onRef("transcriptions.recording_id", "=", "recordings.id")
        .on("transcriptions.is_current", "=", true)
        .on("transcriptions.completed_at", "is not", null),
    )
    .select([
      "recordings.duration_seconds",
      "transcriptions.id as transcription_id",
      "transcriptions.language",
    ])
    .where("recordings.user_id", "=", userId)
    .where("recordings.id", "=", recordingId)
    .executeTakeFirst();
  if (!recording) return undefined;
  const segments = recording.transcription_id
    ? await database
        .selectFrom("transcription_segments")
        .select(["text", "start_seconds", "end_seconds"])
        .where("user_id", "=", userId)
        .where("transcription_id", "=", recording.transcription_id)
        .orderBy("number")
        .execute()
    : [];
  return { ...recording, segments };
}

export function findDeck(database: Queryable, userId: string, studyMaterialId: string) {
  return database
    .selectFrom("study_materials")
    .select(["status", "content", "sections", "page_count", "language"])
    .where("user_id", "=", userId)
    .where("id", "=", studyMaterialId)
    .executeTakeFirst();
}

/** Of one model; what has no vector yet is left out. */
export async function listVectors(
  database: Queryable,
  userId: string,
  model: string,
  { transcriptionId, studyMaterialId }: { transcriptionId: string; studyMaterialId: string },
): Promise<{ speech: SpokenVector[]; pages: PageVector[] }> {
  const rows = await database
    .selectFrom("passages")
    .innerJoin("passage_embeddings as embedding", (join) =>
      join
        .onRef("embedding.user_id", "=", "passages.user_id")
        .onRef("embedding.passage_id", "=", "passages.id"),
    )
    .select(["passages.page", "passages.end_seconds", "embedding.vector"])
    .where("passages.user_id", "=", userId)
    .where("embedding.model", "=", model)
    .where((eb) =>
      eb.or([
        eb("passages.transcription_id", "=", transcriptionId),
        eb("passages.study_material_id", "=", studyMaterialId),
      ]),
    )
    .orderBy("passages.number")
    .execute();
  return {
    speech: rows.flatMap(({ end_seconds, vector }) =>
      end_seconds === null ? [] : [{ end_seconds, vector: fromBytes(vector) }],
    ),
    pages: rows.flatMap(({ page, vector }) =>
      page === null ? [] : [{ page, vector: fromBytes(vector) }],
    ),
  };
}

/**
 * Documents with pages that share rare words with the current transcription: the weight of the shared words, of all of
 * the document's (inverse document frequency over this student's passages). The newest 200 documents of at most 400
 * passages.
 */
export async function rankDecks(database: Queryable, userId: string, recordingId: string) {
  const { rows } = await sql<{
    study_material_id: string;
    title: string;
    page_count: number | null;
    likeness: number;
  }>`
    with spoken as (
      select distinct lexeme
      from passages
      join transcriptions as version on version.user_id = passages.user_id and version.id = passages.transcription_id
      , unnest(passages.search_vector)
      where passages.user_id = ${userId} and version.recording_id = ${recordingId} and version.is_current
    ), decks as (
      select id, title, page_count from study_materials
      where user_id = ${userId} and status = 'ready' and page_count >= 2
      order by id desc limit 200
    ), words as (
      select deck.id, lexeme
      from decks as deck
      join passages on passages.user_id = ${userId} and passages.study_material_id = deck.id and passages.number < 400
      , unnest(passages.search_vector)
      group by deck.id, lexeme
    ), weighted as (
      select words.id, words.lexeme, ln(1 + total.passages::double precision / greatest(1, known.passages)) as weight
      from words
      join search_words as known on known.user_id = ${userId} and known.word = words.lexeme
      join search_totals as total on total.user_id = ${userId}
    )
    select deck.id as study_material_id, deck.title, deck.page_count,
      coalesce(sum(weight) filter (where spoken.lexeme is not null), 0) / sum(weight) as likeness
    from decks as deck
    join weighted on weighted.id = deck.id
    left join spoken on spoken.lexeme = weighted.lexeme
    group by deck.id, deck.title, deck.page_count
    order by likeness desc, deck.id desc
    limit 8`.execute(database);
  return rows;
}
