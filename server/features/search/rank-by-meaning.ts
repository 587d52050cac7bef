/** Passages that mean what was asked, in other words: candidates by signature, their order by the exact vectors. */
import { sql } from "kysely";
import type { Context, Queryable } from "#server/context.ts";
import { understands, type Embeddings } from "#server/providers/embeddings/contract.ts";
import { detectLanguage } from "./languages.ts";
import {
  filterConditions,
  isFiltered,
  SOURCES,
  type PassageFilter,
  type Ranked,
} from "./queries.ts";
import { closeness, signatureOf } from "./signature.ts";

/** Of 5,000 passages these hold the ten nearest; of 50,000 in 50 close clusters, 85 % of them. */
const CANDIDATES = 300;
/** By pgvector so many are put in order in the time of three hundred outside; of 50,000 these hold the ten nearest. */
const CANDIDATES_INSIDE = 1000;
/** A passage that is this much further away than the nearest one means something else. */
const FURTHEST = 0.25;
/** A question waits no longer for its vector; then words alone answer. */
const QUESTION_MS = 3000;
/** Nor for an engine that has to be loaded first, which takes a second: the next question has it. */
const STARTING_MS = 300;
/** A course asks the same things again, and a student who types a search asks its beginnings. */
const REMEMBERED = 1000;
/** After a failure the engine is left alone for so long, so that not every search waits for it. */
const PAUSE_MS = 5_000;

const pausedUntil = new WeakMap<object, number>();

/** False for some seconds after a question for which the engine gave no vector. */
export function answersQuestions(embeddings: object) {
  return Date.now() >= (pausedUntil.get(embeddings) ?? 0);
}

/** The question's vector; undefined without an engine, while it is down, starting or busy, or for a language that it does not know. */
export async function embedQuestion(
  context: Pick<Context, "embeddings" | "log">,
  question: string,
): Promise<Float32Array | undefined> {
  const { embeddings } = context;
  if (!embeddings || !answersQuestions(embeddings)) return undefined;
  // Of one or two words nobody can tell the language: they are tried.
  if (!understands(embeddings, detectLanguage(question) ?? languageOfLetters(question)))
    return undefined;
  const remembered = vectorsOf(embeddings);
  const known = remembered.get(question);
  if (known) return known;
  try {
    if (!(await isReady(embeddings))) return undefined;
    const [vector] = await embeddings.embed(
      [question],
      "question",
      AbortSignal.timeout(QUESTION_MS),
    );
    remembered.set(question, vector!);
    if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value!);
    return vector;
  } catch (error) {
    pausedUntil.set(embeddings, Date.now() + PAUSE_MS);
    context.log.warn({ error }, "the embedding engine does not answer; searching by words alone");
    return undefined;
  }
}

async function isReady(embeddings: Embeddings) {
  if (embeddings.readiness?.() === "starting") {
    const started = embeddings.start!().then(() => true);
    const late = new Promise<false>((resolve) => setTimeout(resolve, STARTING_MS, false).unref());
    // What fails after nobody waits for it any more is met by the next question.
    started.catch(() => {});
    return Promise.race([started, late]);
  }
  return embeddings.readiness?.() !== "busy";
}

const remembered = new WeakMap<Embeddings, Map<string, Float32Array>>();
function vectorsOf(embeddings: Embeddings) {
  let vectors = remembered.get(embeddings);
  if (!vectors) remembered.set(embeddings, (vectors = new Map()));
  return vectors;
}

function languageOfLetters(text: string) {
  return /^[\p{Script=Latin}\P{L}]*$/u.test(text) ? "en" : undefined;
}

/** The student's passages that are nearest to `vector`, nearest first; the score is the cosine. */
export async function rankByMeaning(
  { database, pgvector }: Pick<Context, "database" | "pgvector">,
  userId: string,
  model: string,
  vector: Float32Array,
  filter: PassageFilter,
  limit: number,
): Promise<Ranked[]> {
  const { rows } = await sql<{ id: string; vector: Buffer } | Ranked>`
    with nearest as materialized (
      select embedding.passage_id as id
      from passage_embeddings as embedding
        ${isFiltered(filter) ? sql`join passages as passage on passage.user_id = embedding.user_id and passage.id = embedding.passage_id ${SOURCES}` : sql``}
      where embedding.user_id = ${userId} and embedding.model = ${model} ${filterConditions(filter)}
      order by bit_count(embedding.signature # ${signatureOf(vector)}::bit(384))
      limit ${pgvector ? CANDIDATES_INSIDE : CANDIDATES}
    )
    select nearest.id, ${pgvector ? closenessInside(vector) : sql`embedding.vector`} from nearest
      join passage_embeddings as embedding on embedding.user_id = ${userId} and embedding.passage_id = nearest.id
    ${pgvector ? sql`order by score desc limit ${limit}` : sql``}`.execute(database);
  const ranked = rows
    .map((row) => ("score" in row ? row : { id: row.id, score: closeness(row.vector, vector) }))
    .sort((a, b) => b.score - a.score);
  const nearest = ranked[0]?.score ?? 0;
  return ranked.filter(({ score }) => score > 0 && score >= nearest - FURTHEST).slice(0, limit);
}

/** Cosine of the question and each of these passages; a passage without a vector of the model is left out. */
export async function closenessOf(
  database: Queryable,
  userId: string,
  model: string,
  vector: Float32Array,
  passageIds: string[],
): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; vector: Buffer }>`
    select passage_id as id, vector from passage_embeddings
    where user_id = ${userId} and model = ${model} and passage_id = any (${passageIds}::uuid[])`.execute(
    database,
  );
  return new Map(rows.map((row) => [row.id, closeness(row.vector, vector)]));
}

/** As `closeness`, by pgvector; vectors of different lengths would be an error there. */
function closenessInside(vector: Float32Array) {
  return sql`case when vector_dims(embedding.half_vector) = ${vector.length}
    then -(embedding.half_vector <#> ${`[${vector.join(",")}]`}::halfvec) else 0 end as score`;
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
