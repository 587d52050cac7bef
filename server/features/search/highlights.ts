import { wordsOfPassage, type CuttablePassage } from "./passage-words.ts";
import type { QueryWords } from "./query-words.ts";

/** UTF-16 offsets into the passage: its words of which one form was searched for; what touches or overlaps is one. */
export function findHighlights(passage: CuttablePassage, { terms }: QueryWords) {
  const searched = new Set(terms.flatMap(({ lexemes, folded }) => [...lexemes, ...folded]));
  if (searched.size === 0) return [];
  const highlights: { start: number; end: number }[] = [];
  const fits = (lexeme: string) => searched.has(lexeme);
  const words = wordsOfPassage(passage).text.toSorted((a, b) => a.start - b.start);
  for (const word of words) {
    if (!word.forms.exact.some(fits) && !word.forms.folded.some(fits)) continue;
    const last = highlights.at(-1);
    if (last && word.start <= last.end) last.end = Math.max(last.end, word.end);
    else highlights.push({ start: word.start, end: word.end });
  }
  return highlights;
}
