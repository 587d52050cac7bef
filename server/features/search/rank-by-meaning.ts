/** Passages that mean what was asked, in other words: candidates by signature, their order by the exact vectors. */
import { sql, type RawBuilder } from "kysely";
import type { Context, Queryable } from "#server/context.ts";
import { understands, type Embeddings } from "#server/providers/embeddings/contract.ts";
import { filterConditions, isFiltered, SOURCES, type PassageFilter } from "./filters.ts";
import { detectLanguage } from "./languages.ts";
import { type Ranked } from "./queries.ts";
import { signatureOf } from "./signature.ts";
import { closenessOfEach } from "./stored-vector.ts";

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
  // Signs alone mean nothing, and are near to something all the same.
  if (!/[\p{L}\p{N}]/u.test(question)) return undefined;
  if (!understands(embeddings, languageOfQuestion(question))) return undefined;
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

/** Of one or two words nobody can tell the language: in Latin letters they are tried as English. */
export function languageOfQuestion(text: string) {
  return detectLanguage(text) ?? (/^[\p{Script=Latin}\P{L}]*$/u.test(text) ? "en" : undefined);
}

type MeaningContext = Pick<Context, "database" | "pgvector">;

/** What is asked, as an engine sees it. */
export interface Meant {
  model: string;
  /** Of unit length. */
  vector: Float32Array;
}

/**
 * The student's passages that are nearest, and those that words find; the score is the cosine.
 *
 * @param passages so many has the student.
 * @param found it goes on beside: the nearest passages are looked for meanwhile.
 */
export async function rankByMeaning(
  context: MeaningContext,
  userId: string,
  meant: Meant,
  filter: PassageFilter,
  { passages, found }: { passages: number; found: Promise<Ranked[]> },
): Promise<Ranked[]> {
  const scope = embedded(userId, meant, filter);
  const most = context.pgvector ? CANDIDATES_INSIDE : CANDIDATES;
  const rate = (ids: RawBuilder<unknown>) =>
    score(
      context,
      meant,
      sql`${embedded(userId, meant, {})} and embedding.passage_id = any (${ids})`,
    );
  if (passages <= most) return score(context, meant, scope);
  const [nearest, ofWords] = await Promise.all([
    rate(sql`array(select embedding.passage_id ${scope}
      order by bit_count(embedding.signature # ${signatureOf(meant.vector)}::bit(384)) limit ${most})`),
    found.then((byWords) =>
      byWords.length === 0 ? [] : rate(sql`${byWords.map(({ id }) => id)}::uuid[]`),
    ),
  ]);
  const ids = new Set(nearest.map(({ id }) => id));
  return [...nearest, ...ofWords.filter(({ id }) => !ids.has(id))];
}

function embedded(userId: string, { model }: Meant, filter: PassageFilter) {
  const passage = isFiltered(filter)
    ? sql`join passages as passage on passage.user_id = embedding.user_id and passage.id = embedding.passage_id
        ${SOURCES}`
    : sql``;
  return sql`from passage_embeddings as embedding ${passage}
    where embedding.user_id = ${userId} and embedding.model = ${model} ${filterConditions(filter)}`;
}

/** After the server of a model gave vectors of another length, the older ones are near to nothing. */
async function score(
  { database, pgvector }: MeaningContext,
  { vector }: Meant,
  from: RawBuilder<unknown>,
): Promise<Ranked[]> {
  const scored = (pgvector ? scoreInside : scoreHere)(
    database,
    vector,
    sql`${from} and octet_length(embedding.vector) = ${vector.length}`,
  );
  return (await scored).filter(({ score: cosine }) => cosine > 0);
}

async function scoreInside(database: Queryable, vector: Float32Array, from: RawBuilder<unknown>) {
  const { rows } = await sql<Ranked>`
    select embedding.passage_id as id,
      1 - (embedding.half_vector <=> ${`[${vector.join(",")}]`}::halfvec) as score ${from}`.execute(
    database,
  );
  return rows;
}

/** In one row and in base64: three hundred rows of hexadecimal digits take three times as long to read. */
async function scoreHere(
  database: Queryable,
  vector: Float32Array,
  from: RawBuilder<unknown>,
): Promise<Ranked[]> {
  const { rows } = await sql<{ ids: string | null; vectors: string | null }>`
    select string_agg(embedding.passage_id::text, ' ') as ids,
      encode(string_agg(embedding.vector, ''), 'base64') as vectors ${from}`.execute(database);
  const { ids, vectors } = rows[0]!;
  if (ids === null || vectors === null) return [];
  const cosines = closenessOfEach(Buffer.from(vectors, "base64"), vector);
  return ids.split(" ").map((id, i) => ({ id, score: cosines[i]! }));
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
export function fuse(
  byWords: Ranked[],
  byMeaning: Ranked[],
  limit: number,
  { unrelated = 0 }: Pick<Embeddings, "unrelated"> = {},
): Ranked[] {
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
    .filter(({ id, score }) => !found.has(id) && score >= unrelated)
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
