/**
 * Words of a transcript that sound like a term of the course and are not one.
 *
 * - **Window**: one to six words of a segment that stand next to each other; engines hear a long term as several short
 *   words.
 * - **Doubtful**: the engine itself was not sure of one of its words; less likeness is enough then.
 */
import type { Word } from "#server/providers/stt/contract.ts";
import { isCommon } from "./common-words.ts";
import { nearness, soundingOf, type Sounding } from "./nearness.ts";

/** `start` and `end` in seconds. */
export interface HeardSegment {
  number: number;
  start: number;
  end: number;
  text: string;
  words: Word[] | null;
}

export interface Term {
  id: string;
  term: string;
}

export interface Misheard {
  segment_number: number;
  start_in_segment: number;
  heard: string;
  replacement: string;
  term_id: string;
  nearness: number;
  confidence: number | null;
  start_seconds: number;
  end_seconds: number;
}

interface Placed {
  /** Without punctuation around it. */
  text: string;
  from: number;
  to: number;
  start: number;
  end: number;
  confidence: number | undefined;
  sounding: Sounding;
  doubtful: boolean;
  /** Neither an everyday word nor one of the materials. */
  strange: boolean;
}

interface Candidate {
  id: string;
  term: string;
  spoken: boolean;
  forms: { text: string; sounding: Sounding }[];
}

/** As in transcription/present.ts: below this every other word is wrong. */
const DOUBTFUL_BELOW = 0.5;
/**
 * What is near enough: of doubtful words, of words that nobody knows, and of everyday words that are another thing than
 * the term.
 */
const NEAR = { doubtful: 0.42, strange: 0.68, plain: 0.86 };
/** A term that is spoken of elsewhere in the same transcript. */
const SPOKEN = 0.06;
/** A window that parts words which the engine doubts together. */
const PARTED = 0.08;
const LONGEST_WINDOW = 6;
/** Fewer letters are near too much. */
const SHORTEST = 5;

/** What a word is compared with. */
interface Course {
  /** Words of the student's materials, in small letters. */
  known: ReadonlySet<string>;
  /** Of what was said, ISO 639-1; null: nobody knows. */
  language: string | null;
}

export function createMisheardFinder(terms: Term[], course: Course, wholeText: string) {
  const { language } = course;
  const said = wholeText.toLowerCase();
  const candidates = terms
    .filter(({ term }) => soundingOf(term, language).letters.length >= SHORTEST)
    .map(({ id, term }): Candidate => ({
      id,
      term,
      spoken: said.includes(term.toLowerCase()),
      forms: formsOf(term, language),
    }));
  const byLetter = Map.groupBy(candidates, ({ forms }) => initialOf(forms[0]!.sounding));
  const exact = new Set(candidates.flatMap(({ forms }) => forms.map(({ text }) => plainOf(text))));

  return (segment: HeardSegment): Misheard[] => {
    const words = placeWords(segment, course);
    const found: (Misheard & { words: number })[] = [];
    for (let from = 0; from < words.length; from += 1)
      for (let to = from + 1; to <= Math.min(words.length, from + LONGEST_WINDOW); to += 1) {
        const parted =
          (words[from]!.doubtful && words[from - 1]?.doubtful) ||
          (words[to - 1]!.doubtful && words[to]?.doubtful);
        const window = words.slice(from, to);
        const sounding = soundingOf(window.map(({ text }) => text).join(""), language);
        const best = bestTerm(window, sounding, byLetter, exact, parted ? PARTED : 0);
        if (best) found.push({ ...describe(segment, window, best), words: to - from });
      }
    return withoutOverlaps(found);
  };
}

/** The term, and in English what an ending makes of it. */
function formsOf(term: string, language: string | null) {
  const english = language === null || language === "en";
  const plain = !english || /[sxz]$/i.test(term) || !/[a-z]$/i.test(term);
  return [term, ...(plain ? [] : [`${term}'s`, `${term}s`])].map((text) => ({
    text,
    sounding: soundingOf(text, language),
  }));
}

function plainOf(text: string) {
  return text.normalize("NFC").toLowerCase().replaceAll("’", "'");
}

/** Letters that sound alike at the beginning of a word (knee, gnome, physics, psychology) have one sound. */
function initialOf({ sound, letters }: Sounding) {
  return sound.charAt(0) || letters.charAt(0);
}

function placeWords({ text, words, start, end }: HeardSegment, { known, language }: Course) {
  const given = words?.length
    ? words
    : text.split(/\s+/).map((word): Word => ({ text: word, start, end }));
  const placed: Placed[] = [];
  let at = 0;
  for (const word of given) {
    const found = text.indexOf(word.text.trim(), at);
    if (found < 0) continue;
    at = found + word.text.trim().length;
    const [before = ""] = /^[^\p{L}\p{N}]*/u.exec(word.text.trim()) ?? [];
    // From the end, to the last letter.
    const [bare = ""] = /^.*[\p{L}\p{N}]/su.exec(word.text.trim().slice(before.length)) ?? [];
    if (bare === "") continue;
    const from = found + before.length;
    const low = bare.toLowerCase();
    placed.push({
      text: bare,
      from,
      to: from + bare.length,
      start: word.start,
      end: word.end,
      confidence: word.confidence,
      sounding: soundingOf(bare, language),
      doubtful: word.confidence !== undefined && word.confidence < DOUBTFUL_BELOW,
      strange: !isCommon(bare, language) && !known.has(low),
    });
  }
  return placed;
}

interface Best {
  candidate: Candidate;
  text: string;
  near: number;
}

function bestTerm(
  window: Placed[],
  sounding: Sounding,
  byLetter: Map<string, Candidate[]>,
  exact: ReadonlySet<string>,
  penalty: number,
): Best | undefined {
  if (sounding.letters.length < SHORTEST) return undefined;
  if (exact.has(window.map(({ text }) => plainOf(text)).join(" "))) return undefined;
  const doubtful = window.some((word) => word.doubtful);
  const strange = window.some((word) => word.strange);
  const least = doubtful ? NEAR.doubtful : strange ? NEAR.strange : NEAR.plain;
  // A word that the engine is sure of and that is a term is not part of another one.
  if (window.some((word) => !word.doubtful && exact.has(plainOf(word.text)))) return undefined;
  let best: Best | undefined;
  for (const candidate of byLetter.get(initialOf(sounding)) ?? [])
    for (const { text, sounding: form } of candidate.forms) {
      // "mitosis is" is no mistake for "mitosis".
      if (window.length > 1 && window.some((word) => word.sounding.letters === form.letters)) break;
      const bonus = (candidate.spoken ? SPOKEN : 0) - penalty;
      const floor = Math.max(least, best?.near ?? 0);
      const near = Math.min(1, nearness(sounding, form, floor - bonus) + bonus);
      if (near < floor || (best && near <= best.near)) continue;
      if (isInflection(sounding.letters, form.letters)) return undefined;
      best = { candidate, text, near };
    }
  return best;
}

/** "cell" and "cells", "osmosis" and "osmotic": another form of the same word is no mistake. */
function isInflection(a: string, b: string) {
  if (a === b) return false;
  const shorter = Math.min(a.length, b.length);
  let same = 0;
  while (same < shorter && a[same] === b[same]) same += 1;
  return (
    same >= shorter - 2 && same >= 4 && Math.abs(a.length - b.length) <= 3 && shorter - same <= 1
  );
}

/** What the first and the last words have in common was heard rightly: "goal gee apparatus" is "goal gee". */
function withoutRight(window: Placed[], text: string) {
  const words = text.split(" ");
  let [from, to, start, end] = [0, window.length, 0, words.length];
  const isSame = (at: number, of: number) =>
    to - from > 1 && end - start > 1 && plainOf(window[at]!.text) === plainOf(words[of]!);
  while (isSame(to - 1, end - 1)) [to, end] = [to - 1, end - 1];
  while (isSame(from, start)) [from, start] = [from + 1, start + 1];
  return { window: window.slice(from, to), text: words.slice(start, end).join(" ") };
}

function describe(
  segment: HeardSegment,
  wholeWindow: Placed[],
  { candidate, text: wholeText, near }: Best,
): Misheard {
  const { window, text } = withoutRight(wholeWindow, wholeText);
  const [first] = window as [Placed, ...Placed[]];
  const last = window.at(-1)!;
  const confidences = window.flatMap(({ confidence }) => confidence ?? []);
  const large = /^\p{Lu}/u.test(first.text) && first.from === 0;
  return {
    segment_number: segment.number,
    start_in_segment: first.from,
    heard: segment.text.slice(first.from, last.to),
    replacement: large ? text.charAt(0).toUpperCase() + text.slice(1) : text,
    term_id: candidate.id,
    nearness: Math.round(near * 1000) / 1000,
    confidence: confidences.length > 0 ? Math.min(...confidences) : null,
    start_seconds: first.start,
    end_seconds: Math.max(first.start, last.end),
  };
}

/** Of two that share a word the nearer one. */
function withoutOverlaps(found: (Misheard & { words: number })[]): Misheard[] {
  const taken: Misheard[] = [];
  for (const { words: _words, ...one } of found.toSorted(
    (a, b) => b.nearness - a.nearness || a.words - b.words,
  )) {
    const end = one.start_in_segment + one.heard.length;
    if (
      taken.every(
        (other) =>
          end <= other.start_in_segment ||
          one.start_in_segment >= other.start_in_segment + other.heard.length,
      )
    )
      taken.push(one);
  }
  return taken.sort((a, b) => a.start_in_segment - b.start_in_segment);
}
