import type { QueryWords } from "./query-words.ts";
import { lexemesOf } from "./search-vector.ts";
import { stemmedLanguage } from "./word-forms.ts";
import { wordsOf } from "./words.ts";

/** UTF-16 offsets into the passage: its words of which one form was searched for; what touches or overlaps is one. */
export function findHighlights(text: string, language: string | null, { terms }: QueryWords) {
  const searched = new Set(terms.flatMap(({ lexemes, folded }) => [...lexemes, ...folded]));
  if (searched.size === 0) return [];
  const code = stemmedLanguage(language);
  const highlights: { start: number; end: number }[] = [];
  const fits = (lexeme: string) => searched.has(lexeme);
  const words = wordsOf(text).sort((a, b) => a.start - b.start);
  for (const word of words) {
    const { exact, folded } = lexemesOf(word, code ? [code] : []);
    if (!exact.some(fits) && !folded.some(fits)) continue;
    const last = highlights.at(-1);
    if (last && word.start <= last.end) last.end = Math.max(last.end, word.end);
    else highlights.push({ start: word.start, end: word.end });
  }
  return highlights;
}
