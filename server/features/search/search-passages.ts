import type { Context } from "#server/context.ts";
import { findHighlights } from "./highlights.ts";
import { rankByWords, readPassages, type FoundPassage, type PassageFilter } from "./queries.ts";
import { readQuery, withContext, type QueryWords } from "./query-words.ts";

export interface SearchRequest extends PassageFilter {
  q: string;
  /** Earlier questions that this one leans on; their words weigh less. */
  context?: string;
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
}

/** The student's passages that fit best, best first. */
export async function searchPassages(
  { database }: Pick<Context, "database">,
  userId: string,
  request: SearchRequest,
): Promise<SearchAnswer> {
  let words = await readQuery(database, userId, request.q);
  if (request.plain) words = { ...words, phrases: [] };
  if (request.context)
    words = withContext(words, await readQuery(database, userId, request.context));
  const ranked = await rankByWords(database, userId, words, request, request.limit);
  const passages = await readPassages(database, userId, ranked, words);
  const items = passages.map(({ headline, ...passage }) => ({
    ...passage,
    highlights: findHighlights(passage.text, headline, words),
  }));
  return { items, words };
}
