import type { Queryable } from "#server/context.ts";
import { findHighlights } from "./highlights.ts";
import { rankByWords, readPassages, type FoundPassage, type PassageFilter } from "./queries.ts";
import { readQuery, type QueryWords } from "./query-words.ts";

export interface SearchRequest extends PassageFilter {
  q: string;
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
  database: Queryable,
  userId: string,
  request: SearchRequest,
): Promise<SearchAnswer> {
  const words = await readQuery(database, userId, request.q);
  const ranked = await rankByWords(database, userId, words, request, request.limit);
  const passages = await readPassages(database, userId, ranked, words);
  const items = passages.map(({ headline, ...passage }) => ({
    ...passage,
    highlights: findHighlights(passage.text, headline, words),
  }));
  return { items, words };
}
