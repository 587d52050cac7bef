/** Passages that mean what was asked, in other words: candidates by signature, their order by the exact vectors. */
import { sql } from "kysely";
import type { Context, Queryable } from "#server/context.ts";
import {
  filterConditions,
  isFiltered,
  SOURCES,
  type PassageFilter,
  type Ranked,
} from "./queries.ts";
import { closeness, signatureOf } from "./signature.ts";

/** Of 5,000 passages these hold 99 of the 100 nearest. */
const CANDIDATES = 200;
/** A passage that is this much further away than the nearest one means something else. */
const FURTHEST = 0.25;
/** A question waits no longer for its vector; then words alone answer. */
const QUESTION_MS = 3000;
/** After a failure the engine is left alone for so long, so that not every search waits for it. */
const PAUSE_MS = 5_000;

const pausedUntil = new WeakMap<object, number>();

/** False for some seconds after a question for which the engine gave no vector. */
export function answersQuestions(embeddings: object) {
  return Date.now() >= (pausedUntil.get(embeddings) ?? 0);
}

/** The question's vector, or undefined without an engine or while it is down. */
export async function embedQuestion(
  { embeddings, log }: Pick<Context, "embeddings" | "log">,
  question: string,
): Promise<Float32Array | undefined> {
  if (!embeddings || !answersQuestions(embeddings)) return undefined;
  try {
    const [vector] = await embeddings.embed(
      [question],
      "question",
      AbortSignal.timeout(QUESTION_MS),
    );
    return vector;
  } catch (error) {
    pausedUntil.set(embeddings, Date.now() + PAUSE_MS);
    log.warn({ error }, "the embedding engine does not answer; searching by words alone");
    return undefined;
  }
}

export async function rankByMeaning(
  database: Queryable,
  userId: string,
  model: string,
  vector: Float32Array,
  filter: PassageFilter,
  limit: number,
): Promise<Ranked[]> {
  const { rows } = await sql<{ id: string; vector: Buffer }>`
    with nearest as materialized (
      select embedding.passage_id as id
      from passage_embeddings as embedding
        ${isFiltered(filter) ? sql`join passages as passage on passage.user_id = embedding.user_id and passage.id = embedding.passage_id ${SOURCES}` : sql``}
      where embedding.user_id = ${userId} and embedding.model = ${model} ${filterConditions(filter)}
      order by bit_count(embedding.signature # ${signatureOf(vector)}::bit(384)) limit ${CANDIDATES}
    )
    select nearest.id, embedding.vector from nearest
      join passage_embeddings as embedding on embedding.user_id = ${userId} and embedding.passage_id = nearest.id`.execute(
    database,
  );
  const ranked = rows
    .map(({ id, vector: stored }) => ({ id, score: closeness(stored, vector) }))
    .sort((a, b) => b.score - a.score);
  const nearest = ranked[0]?.score ?? 0;
  return ranked.filter(({ score }) => score > 0 && score >= nearest - FURTHEST).slice(0, limit);
}

/**
 * Several rankings as one, by reciprocal rank (Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion", 2009, whose k is 60):
 * scores of different kinds need not be comparable.
 */
export function fuse(rankings: Ranked[][], limit: number): Ranked[] {
  const scores = new Map<string, number>();
  for (const ranking of rankings)
    for (const [place, { id }] of ranking.entries())
      scores.set(id, (scores.get(id) ?? 0) + 1 / (60 + place + 1));
  return [...scores]
    .map(([id, score]) => ({ id, score }))
    .sort((a, b) => b.score - a.score)
    .slice(0, limit);
}
