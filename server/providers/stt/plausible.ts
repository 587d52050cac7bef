/**
 * Invented words: what a recogniser writes when there is nothing to hear. Voice activity takes most of it away; what is
 * left shows by descriptions of sounds instead of words, and by loops (Whisper's and Moonshine's decoders run into
 * them).
 */
import type { Segment } from "./contract.ts";

/** "[Music]", "(applause)", "♪": an engine that describes a sound has heard no words. */
const DESCRIPTIONS = /\[[^[\]]*\]|\([^()]*\)|\*[^*]*\*|[♪♫]+/g;
/** A loop is a group of at most this many words, said this often in a row. */
const LONGEST_GROUP = 8;
const REPEATS = 4;
/** What is left of a loop is marked doubtful. */
const LOOP_CONFIDENCE = 0.2;
/** Nobody says more than eight words a second; auctioneers reach seven. */
const FASTEST = 9;

/** The segment without what cannot have been said, or undefined when nothing is left. */
export function plausible(segment: Segment): Segment | undefined {
  const bare = segment.text.replace(DESCRIPTIONS, " ").trim();
  if (!/[\p{L}\p{N}]/u.test(bare)) return undefined;
  const words = segment.text.trim().split(/\s+/);
  const kept = withoutLoops(words);
  if (kept.length < words.length) {
    // Nothing but the loop: "you you you you", "Thank you. Thank you. …".
    if (kept.length <= 2) return undefined;
    const timed =
      segment.words?.length === words.length
        ? kept.map((index) => segment.words![index]!)
        : undefined;
    const { words: _, ...rest } = segment;
    return {
      ...rest,
      text: kept.map((index) => words[index]).join(" "),
      ...(timed && { words: timed }),
      confidence: Math.min(segment.confidence ?? 1, LOOP_CONFIDENCE),
    };
  }
  const seconds = segment.end - segment.start;
  if (words.length > 5 && words.length > FASTEST * Math.max(seconds, 0.5)) {
    return { ...segment, confidence: Math.min(segment.confidence ?? 1, LOOP_CONFIDENCE) };
  }
  return { ...segment, text: segment.text.trim() };
}

/** Indexes of the words to keep: of each loop its first round. */
function withoutLoops(words: string[]) {
  const keys = words.map((word) => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""));
  const kept: number[] = [];
  for (let at = 0; at < keys.length;) {
    const loop = loopAt(keys, at);
    const length = loop ? loop.group : 1;
    for (let i = 0; i < length; i += 1) kept.push(at + i);
    at += loop ? loop.length : 1;
  }
  return kept;
}

function loopAt(keys: string[], at: number) {
  for (let group = 1; group <= LONGEST_GROUP; group += 1) {
    let length = group;
    while (at + length < keys.length && keys[at + length] === keys[at + (length % group)])
      length += 1;
    // One word is said four times in earnest ("no, no, no, no"); six times it is a loop.
    if (length >= group * (group === 1 ? 6 : REPEATS)) return { group, length };
  }
  return undefined;
}
