/** Words with times, from what engines give: tokens with times, or a text alone. */
import type { Segment, Word } from "./contract.ts";

export interface TimedTokens {
  tokens: string[];
  /** Second at which each token starts, counted from the start of the span. */
  timestamps: number[];
  durations?: number[];
  /** Natural logarithm of each token's probability. */
  logProbabilities?: number[];
}

/** Tokens of all vocabularies mark the start of a word by a space (Whisper, Moonshine) or U+2581 (SentencePiece). */
export function wordsFromTokens(timed: TimedTokens, start: number, end: number): Word[] {
  const groups: { text: string; first: number; last: number }[] = [];
  timed.tokens.forEach((token, index) => {
    const text = token.replaceAll("▁", " ");
    if (/^<\|.*\|>$/.test(text) || text === "") return;
    const group = groups.at(-1);
    if (!group || /^\s/.test(text) || UNSPACED.test(text.charAt(0)))
      groups.push({ text: text.trim(), first: index, last: index });
    else Object.assign(group, { text: group.text + text.trimEnd(), last: index });
  });
  const words = groups.filter((group) => group.text !== "");
  return words.map(({ text, first, last }, index) => {
    const next = words[index + 1];
    const from = start + (timed.timestamps[first] ?? 0);
    const lastToken = timed.timestamps[last] ?? 0;
    const spoken = start + lastToken + (timed.durations?.[last] || 0.3);
    const to = Math.min(
      Math.max(spoken, from + 0.05),
      next ? start + (timed.timestamps[next.first] ?? lastToken) : end,
      end,
    );
    const probabilities = timed.logProbabilities?.slice(first, last + 1) ?? [];
    return {
      text,
      start: round(from),
      end: round(Math.max(from, to)),
      ...(probabilities.length > 0 && { confidence: round(Math.exp(mean(probabilities))) }),
    };
  });
}

/**
 * Times for the words of a text whose engine gives none: the span, shared out by letters. Off by some tenths of a
 * second.
 */
export function spreadWords(text: string, start: number, end: number): Word[] {
  return shareOut(splitWords(text), start, end);
}

/** @param start seconds, as `end` */
export function shareOut(words: string[], start: number, end: number): Word[] {
  // Two letters' worth for the gap: short words take longer than their letters say.
  const total = words.reduce((sum, word) => sum + word.length + 2, 0);
  let letters = 0;
  return words.map((word) => {
    const from = start + ((end - start) * letters) / total;
    letters += word.length + 2;
    return {
      text: word,
      start: round(from),
      end: round(start + ((end - start) * letters) / total),
    };
  });
}

/** Scripts that are written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** The words of a text; a full stop stays with the word before it. */
export function splitWords(text: string): string[] {
  return text
    .split(/\s+/)
    .filter(Boolean)
    .flatMap((part) => {
      if (!UNSPACED.test(part)) return [part];
      const words: string[] = [];
      for (const { segment, isWordLike } of segmenter.segment(part)) {
        if (isWordLike || words.length === 0) words.push(segment);
        else words[words.length - 1] += segment;
      }
      return words;
    });
}

/** A segment is at most this long, where words have times. */
const LONGEST_SEGMENT_SECONDS = 20;

/** Somebody who never pauses for long is cut at the longest pauses. */
export function cutAtPauses(words: Word[]): Word[][] {
  if (words.length < 2 || words.at(-1)!.end - words[0]!.start <= LONGEST_SEGMENT_SECONDS)
    return [words];
  let at = 1;
  for (let i = 2; i < words.length; i += 1)
    if (words[i]!.start - words[i - 1]!.end > words[at]!.start - words[at - 1]!.end) at = i;
  return [...cutAtPauses(words.slice(0, at)), ...cutAtPauses(words.slice(at))];
}

/** At least one word. */
export function segmentOf(words: Word[]): Segment {
  return {
    start: words[0]!.start,
    end: words.at(-1)!.end,
    text: words.map(({ text }) => text).join(" "),
    words,
  };
}

export function round(value: number) {
  return Math.round(value * 1000) / 1000;
}

export function mean(values: number[]) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
