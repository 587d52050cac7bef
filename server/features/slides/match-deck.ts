/**
 * Whether a deck was shown in a lecture: how many of its pairs of neighbouring words are said as such. Single words
 * tell lectures of one course badly apart (the best of the wrong ones shares .45 of them, the worst of the right .30).
 */
import type { DeckPage, SpokenSentence } from "./align-slides.ts";

/**
 * Between right and wrong in `npm run bench slides`: seven lectures and their halves have .10 and more, other lectures
 * .05 and less, the other half of the same deck .12 and less.
 */
export const LIKELY = 0.09;

/** @returns 0 to 1. */
export function pairsSaid(pages: DeckPage[], sentences: SpokenSentence[]): number {
  const said = new Set(sentences.flatMap(({ words }) => pairsOf(words)));
  const shown = new Set(pages.flatMap(({ words }) => pairsOf(words)));
  if (shown.size === 0) return 0;
  return [...shown].filter((pair) => said.has(pair)).length / shown.size;
}

function pairsOf(words: string[]) {
  return words.slice(1).map((word, before) => `${words[before]} ${word}`);
}
