import type { Context } from "#server/context.ts";
import type { Embeddings } from "#server/providers/embeddings/contract.ts";
import { engineFor, type EngineContext } from "./engines.ts";
import type { PassageFilter } from "./filters.ts";
import { findByTitle } from "./find-by-title.ts";
import { findHighlights } from "./highlights.ts";
import { lookAt, rankByWords, readPassages, type FoundPassage, type Ranked } from "./queries.ts";
import { readQuery, type QueryWords } from "./query-words.ts";
import { embedQuestion, fuse, rankByMeaning, type Meant } from "./rank-by-meaning.ts";
import { lookClosely, neighbourScores } from "./rank-closely.ts";
import { languagesOfLastTime } from "./student-words.ts";

export interface SearchRequest extends PassageFilter {
  q: string;
  /** Earlier questions that this one leans on; their words weigh less. */
  context?: string;
  /** What is put through the embedding engine in the place of `q` and `context`: the question as it was asked. */
  meaning?: string;
  /** A question of prose: quotation marks in it are no operators. */
  plain?: boolean;
  /** In the place of the student's own engine: this one, or none, with the question's vector. */
  with?: { engine: Embeddings | undefined; vector: Float32Array | undefined };
  limit: number;
}

export interface SearchHit extends FoundPassage {
  /** A number without a unit, comparable within one question. */
  score: number;
  /** UTF-16 offsets in the text of the passage. */
  highlights: { start: number; end: number }[];
}

export interface SearchAnswer {
  items: SearchHit[];
  words: QueryWords;
  /**
   * Cosine of question and passage, by passage id, where the engine gave the question a vector; and the engine's model.
   */
  closeness: Map<string, number> | undefined;
  model: string | undefined;
}

/** Of the ranking by words: their neighbours count, and the best of them are looked at closely. */
const RANKED = 200;
const LOOKED_AT = 50;

/** The student's passages that fit best, best first: by words, and by meaning where an engine for that is set. */
export async function searchPassages(
  context: EngineContext & Pick<Context, "log" | "pgvector">,
  userId: string,
  request: SearchRequest,
): Promise<SearchAnswer> {
  const { database } = context;
  const engine = request.with ? request.with.engine : await engineFor(context, userId);
  const meant = meaningOf(context, userId, engine, request);
  const { plain, context: before } = request;
  const words = await readQuery(database, userId, request.q, { plain, context: before });
  const looked = Math.max(LOOKED_AT, request.limit * 2);
  const foundByWords = findByWords(context, userId, words, request, looked);
  const [byWords, byMeaning] = await Promise.all([
    foundByWords,
    !words.isLiteral
      ? meant.then((known) =>
          known
            ? rankByMeaning(context, userId, known, request, {
                passages: words.passages,
                found: foundByWords,
              })
            : [],
        )
      : [],
  ]);
  const best = fuse(byWords, byMeaning, request.limit, engine);
  const items = (await readPassages(database, userId, best)).map((passage) => ({
    ...passage,
    highlights: request.plain ? [] : findHighlights(passage, words),
  }));
  const closeness = (await meant) && new Map(byMeaning.map(({ id, score }) => [id, score]));
  return { items, words, closeness, model: engine?.model };
}

async function meaningOf(
  { log }: Pick<Context, "log">,
  userId: string,
  engine: Embeddings | undefined,
  { q, context, meaning, with: given }: SearchRequest,
): Promise<Meant | undefined> {
  if (!engine || (!given && !mayHaveVectors(engine, userId))) return undefined;
  const vector = given
    ? given.vector
    : await embedQuestion(
        { embeddings: engine, log },
        meaning ?? (context ? `${context}\n${q}` : q),
      );
  return vector && { model: engine.model, vector };
}

/** An English model is not loaded for somebody who has German notes only. */
function mayHaveVectors({ languages }: Embeddings, userId: string) {
  const own = languagesOfLastTime(userId);
  return !languages || !own || languages.some((language) => own.includes(language));
}

async function findByWords(
  { database }: Pick<Context, "database">,
  userId: string,
  words: QueryWords,
  filter: PassageFilter,
  looked: number,
): Promise<Ranked[]> {
  const ranked = await rankByWords(database, userId, words, filter, RANKED, looked);
  const neighbours = neighbourScores(ranked);
  const score = lookClosely(words);
  const closely = ranked.flatMap(({ id, score: byWords, look }) =>
    look ? [{ id, score: neighbours.get(id)! + score(look, byWords) }] : [],
  );
  if (words.titled.length > 0) {
    const ids = new Set(ranked.map(({ id }) => id));
    const titles = words.titled.map(({ text }) => text);
    const titled = await findByTitle(database, userId, titles, words.languages, filter);
    const looks = await lookAt(
      database,
      userId,
      titled.filter((id) => !ids.has(id)),
    );
    for (const [id, look] of looks) closely.push({ id, score: score(look, 0) });
  }
  return closely.sort((a, b) => b.score - a.score);
}
