import { spacedOut } from "./languages.ts";
import type { QueryWords } from "./query-words.ts";

/** Characters that no text has: the parsers take control characters out. */
export const MARK_START = "\u0002";
export const MARK_END = "\u0003";

/**
 * UTF-16 offsets into the passage, from PostgreSQL's ts_headline: it knows which word forms matched. It leaves out what it
 * takes for markup (`<b>`), so the two texts are walked side by side.
 */
export function findHighlights(text: string, headline: string, words: QueryWords) {
  if (spacedOut(text) !== undefined) return findLiterally(text, words);
  const highlights: { start: number; end: number }[] = [];
  let at = 0;
  let inside = false;
  let start: number | undefined;
  for (const letter of headline) {
    if (letter === MARK_START) {
      inside = true;
    } else if (letter === MARK_END) {
      if (start !== undefined) highlights.push({ start, end: at });
      inside = false;
      start = undefined;
    } else {
      const found = text.indexOf(letter, at);
      if (found < 0) break;
      if (inside) start ??= found;
      at = found + letter.length;
    }
  }
  return highlights;
}

/** Scripts without spaces: the pairs of letters that were searched for, wherever they stand. */
function findLiterally(text: string, words: QueryWords) {
  const lower = text.toLowerCase();
  const highlights: { start: number; end: number }[] = [];
  for (const lexeme of new Set(words.terms.flatMap(({ lexemes }) => lexemes))) {
    for (let at = lower.indexOf(lexeme); at >= 0; at = lower.indexOf(lexeme, at + 1))
      highlights.push({ start: at, end: at + lexeme.length });
  }
  highlights.sort((a, b) => a.start - b.start);
  const joined: typeof highlights = [];
  for (const highlight of highlights) {
    const last = joined.at(-1);
    if (last && highlight.start <= last.end) last.end = Math.max(last.end, highlight.end);
    else joined.push(highlight);
  }
  return joined;
}
