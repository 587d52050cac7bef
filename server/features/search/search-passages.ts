import type { Context } from "#server/context.ts";
import { findHighlights } from "./highlights.ts";
import { rankByWords, readPassages, type FoundPassage, type PassageFilter } from "./queries.ts";
import { readQuery, withContext, type QueryWords } from "./query-words.ts";
import { embedQuestion, fuse, rankByMeaning } from "./rank-by-meaning.ts";

export interface SearchRequest extends PassageFilter {
  q: string;
  /** Earlier questions that this one leans on; their words weigh less. */
  context?: string;
  /** What is put through the embedding engine in the place of `q` and `context`: the question as it was asked. */
  meaning?: string;
  /** A question of prose: quotation marks in it are no operators. */
  plain?: boolean;
  limit: number;
}

export interface SearchHit extends FoundPassage {
  score: number;
  highlights: { start: number; end: number }[];
}

export interface SearchAnswer {
  items: SearchHit[];
  words: QueryWords;
  /** Of the question, where an engine gave one. */
  vector: Float32Array | undefined;
}

/** What each of two rankings gives to the one made of both. */
const FUSED = 50;

/** The student's passages that fit best, best first: by words, and by meaning where an engine for that is set. */
export async function searchPassages(
  context: Pick<Context, "database" | "embeddings" | "log" | "pgvector">,
  userId: string,
  request: SearchRequest,
): Promise<SearchAnswer> {
  const { database, embeddings } = context;
  const vector = embedQuestion(
    context,
    request.meaning ?? (request.context ? `${request.context}\n${request.q}` : request.q),
  );
  let words = await readQuery(database, userId, request.q, { plain: request.plain });
  if (request.context)
    words = withContext(words, await readQuery(database, userId, request.context, { plain: true }));
  const known = await vector;
  const rankings = await Promise.all([
    rankByWords(database, userId, words, request, known ? FUSED : request.limit),
    // What stands in quotation marks is meant literally.
    known && words.phrases.length + words.without.length === 0
      ? rankByMeaning(context, userId, embeddings!.model, known, request, FUSED)
      : [],
  ]);
  const ranked =
    rankings[1].length > 0 ? fuse(rankings, request.limit) : rankings[0].slice(0, request.limit);
  const passages = await readPassages(database, userId, ranked);
  const items = passages.map((passage) => ({
    ...passage,
    highlights: findHighlights(passage.text, passage.language, words),
  }));
  return { items, words, vector: known };
}
