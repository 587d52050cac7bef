import { sql } from "kysely";
import type { Context, Tx } from "#server/context.ts";
import type { SourceRef } from "#server/features/citations/citations.ts";
import { takeTurns } from "#server/turns.ts";
import { eachPassage, type TextToCut } from "./cut-passages.ts";
import { enqueueEmbedding } from "./embed-passages.ts";
import { searchVectorOf, WORDS_VERSION } from "./search-vector.ts";
import { baseLanguage } from "./word-forms.ts";

/** Rows in one statement: 1,000 passages are about 1 MB of JSON. */
const BATCH = 1000;

/**
 * Replaces every passage of the source. Embeddings of the old ones go with them and are made again in the background.
 */
export async function indexSource(
  context: Pick<Context, "embeddings">,
  tx: Tx,
  userId: string,
  source: SourceRef,
  content: TextToCut,
): Promise<{ passages: number }> {
  const transcriptionId = source.transcription_id ?? null;
  const materialId = source.study_material_id ?? null;
  await forgetPassages(tx, userId, source);

  let count = 0;
  let rows: object[] = [];
  const insert = async () => {
    if (rows.length === 0) return;
    // One JSON parameter instead of 10,000 placeholders.
    await sql`
      insert into passages (user_id, transcription_id, study_material_id, number, text, heading, start_offset,
        end_offset, page,
        start_seconds, end_seconds, language, search_vector, words_version)
      select ${userId}, ${transcriptionId}, ${materialId}, number, text, heading, start_offset, end_offset, page,
        start_seconds, end_seconds, ${baseLanguage(content.language)}, search_vector::tsvector,
          ${WORDS_VERSION}::smallint
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row
        (number integer, text text, heading text, start_offset integer,
        end_offset integer, page integer, start_seconds float8, end_seconds float8, search_vector text)`.execute(
      tx,
    );
    rows = [];
  };
  const turns = takeTurns();
  for (const passage of eachPassage(content)) {
    if (turns.isOver()) await turns.next();
    if (!passage) continue;
    rows.push({
      ...passage,
      number: count,
      search_vector: searchVectorOf(passage, content.language),
    });
    count += 1;
    if (rows.length >= BATCH) await insert();
  }
  await insert();
  await enqueueEmbedding(context, tx, userId, source);
  return { passages: count };
}

/**
 * Whoever writes or deletes passages of a student takes turns, for all change the same rows of search_words. The source
 * is held first: whoever deletes a source holds it before the turn (forget-things.ts).
 */
export async function takeIndexTurn(tx: Tx, userId: string, source?: SourceRef) {
  const { transcription_id, study_material_id } = source ?? {};
  if (transcription_id ?? study_material_id)
    await sql`
      select from ${sql.table(transcription_id ? "transcriptions" : "study_materials")}
      where user_id = ${userId} and id = ${transcription_id ?? study_material_id} for key share`.execute(
      tx,
    );
  await sql`select pg_advisory_xact_lock(hashtextextended(${`index:${userId}`}, 0))`.execute(tx);
}

export async function forgetPassages(tx: Tx, userId: string, source: SourceRef) {
  await takeIndexTurn(tx, userId, source);
  await tx
    .deleteFrom("passages")
    .where("user_id", "=", userId)
    .where(
      source.transcription_id ? "transcription_id" : "study_material_id",
      "=",
      source.transcription_id ?? source.study_material_id!,
    )
    .execute();
}
