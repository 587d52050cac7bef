/** Passages that mean what was asked, in other words: candidates by signature, their order by the exact vectors. */
import { sql } from "kysely";
import type { Context } from "#server/context.ts";
import { understands, type Embeddings } from "#server/providers/embeddings/contract.ts";
import { filterConditions, isFiltered, SOURCES, type PassageFilter } from "./filters.ts";
import { detectLanguage } from "./languages.ts";
import { type Ranked } from "./queries.ts";
import { closeness, signatureOf } from "./signature.ts";

/** Of 5,000 passages these hold the ten nearest; of 50,000 in 50 close clusters, 85 % of them. */
const CANDIDATES = 300;
/** With pgvector: ordering these takes as long as ordering 300 here; of 50,000 passages they hold the ten nearest. */
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

/**
 * The question's vector; undefined without an engine, while it is down, starting or busy, or for a language that it
 * does not know.
 */
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

/** The student's passages that are nearest to `vector`, and those of `also`, nearest first; the score is the cosine. */
export async function rankByMeaning(
  { database, pgvector }: Pick<Context, "database" | "pgvector">,
  userId: string,
  model: string,
  vector: Float32Array,
  filter: PassageFilter,
  also: string[],
): Promise<Ranked[]> {
  const { rows } = await sql<{ id: string; vector: Buffer } | Ranked>`
    with nearest as materialized (
      select embedding.passage_id as id
      from passage_embeddings as embedding
        ${
          isFiltered(filter)
            ? sql`join passages as passage on passage.user_id = embedding.user_id
          and passage.id = embedding.passage_id ${SOURCES}`
            : sql``
        }
      where embedding.user_id = ${userId} and embedding.model = ${model} ${filterConditions(filter)}
      order by bit_count(embedding.signature # ${signatureOf(vector)}::bit(384))
      limit ${pgvector ? CANDIDATES_INSIDE : CANDIDATES}
    )
    select embedding.passage_id as id, ${pgvector ? closenessInside(vector) : sql`embedding.vector`}
    from (select id from nearest union select unnest(${also}::uuid[])) as wanted
      join passage_embeddings as embedding on embedding.user_id = ${userId} and embedding.passage_id = wanted.id
    where embedding.model = ${model}`.execute(database);
  return rows
    .map((row) => ("score" in row ? row : { id: row.id, score: closeness(row.vector, vector) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
}

/** As `closeness`, by pgvector; vectors of different lengths would be an error there. */
function closenessInside(vector: Float32Array) {
  return sql`case when vector_dims(embedding.half_vector) = ${vector.length}
    then -(embedding.half_vector <#> ${`[${vector.join(",")}]`}::halfvec) else 0 end as score`;
}

/** What meaning counts beside words. */
const MEANING = 0.4;
/**
 * A passage without words of the question is as far above the bulk of what was looked at as half of the nearest one.
 */
const STANDS_OUT = 0.5;
/** Below so many nobody knows what the bulk is. */
const A_BULK = 20;

/**
 * Two rankings as one: the weighted sum of their scores (CombSUM: Fox and Shaw, "Combination of Multiple Searches",
 * TREC-2, 1994), each divided by its greatest. A weak model then changes the order among what the words find about
 * equally good, and a word that is missing from it does not throw a passage back.
 */
export function fuse(byWords: Ranked[], byMeaning: Ranked[], limit: number): Ranked[] {
  const mostWords = Math.max(...byWords.map(({ score }) => score), Number.MIN_VALUE);
  const nearest = Math.max(...byMeaning.map(({ score }) => score), Number.MIN_VALUE);
  const meant = new Map(byMeaning.map(({ id, score }) => [id, score]));
  // Of a passage that has no vector (yet, or in another language) nothing is known.
  const least = Math.min(nearest, ...byMeaning.map(({ score }) => score));
  const joined = byWords.map(({ id, score }) => ({
    id,
    score:
      score / mostWords +
      (byMeaning.length > 0 ? (MEANING * (meant.get(id) ?? least)) / nearest : 0),
  }));
  const found = new Set(byWords.map(({ id }) => id));
  const byMeaningOnly = standingOut(byMeaning, nearest)
    .filter(({ id }) => !found.has(id))
    .map(({ id, score }) => ({ id, score: (MEANING * score) / nearest }));
  return [...joined, ...byMeaningOnly].sort((a, b) => b.score - a.score).slice(0, limit);
}

function standingOut(byMeaning: Ranked[], nearest: number) {
  const sorted = byMeaning.map(({ score }) => score).sort((a, b) => a - b);
  const bulk = sorted.length < A_BULK ? 0 : sorted[Math.floor(sorted.length / 4)]!;
  return byMeaning.filter(
    ({ score }) => score >= nearest - FURTHEST && score >= bulk + (nearest - bulk) * STANDS_OUT,
  );
}
