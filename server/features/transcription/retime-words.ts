/**
 * Times for the words of an edited segment: what was kept keeps its times, what is new is laid between its neighbours.
 */
import type { Word } from "#server/providers/stt/contract.ts";
import { shareOut, splitWords, spreadWords } from "#server/providers/stt/words.ts";

/** Comparing 2,000 words with 2,000 takes 20 ms and 16 MB; a longer span that has changed is simply shared out. */
const COMPARABLE = 4_000_000;

/** @param start seconds of the segment, as `end` */
export function retimeWords(old: Word[] | null, text: string, start: number, end: number): Word[] {
  const texts = splitWords(text);
  if (!old || old.length === 0) return spreadWords(text, start, end);
  const kept = keptWords(
    old.map((word) => word.text),
    texts,
  );
  const words: Word[] = [];
  let previous = -1;
  for (let at = 0; at < texts.length;) {
    const match = kept.get(at);
    if (match !== undefined) {
      words.push(old[match]!);
      previous = match;
      at += 1;
      continue;
    }
    let after = at;
    while (after < texts.length && !kept.has(after)) after += 1;
    const next = kept.get(after) ?? old.length;
    // The new words take the place of those they replace; where they replace none, the gap between their neighbours.
    const replaced = old.slice(previous + 1, next);
    const from = replaced[0]?.start ?? old[previous]?.end ?? start;
    const to = replaced.at(-1)?.end ?? old[next]?.start ?? end;
    words.push(...shareOut(texts.slice(at, after), from, Math.max(from, to)));
    at = after;
  }
  return words;
}

/** Index in the new words -> index in the old ones, of a longest run of words that both have in common. */
function keptWords(old: string[], texts: string[]) {
  const kept = new Map<number, number>();
  let first = 0;
  while (first < old.length && first < texts.length && old[first] === texts[first]) {
    kept.set(first, first);
    first += 1;
  }
  let last = 0;
  while (
    last < old.length - first &&
    last < texts.length - first &&
    old.at(-1 - last) === texts.at(-1 - last)
  ) {
    kept.set(texts.length - 1 - last, old.length - 1 - last);
    last += 1;
  }
  const a = old.slice(first, old.length - last);
  const b = texts.slice(first, texts.length - last);
  if (a.length * b.length === 0 || a.length * b.length > COMPARABLE) return kept;
  // Longest common subsequence, from the ends.
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) kept.set(first + j++, first + i++);
    else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i += 1;
    else j += 1;
  }
  return kept;
}
