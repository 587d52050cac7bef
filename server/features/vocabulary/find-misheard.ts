/**
 * Words of a transcript that sound like a term of the course and are not one.
 *
 * - **Window**: one to six words of a segment that stand next to each other; engines hear a long term as several short
 *   words.
 * - **Doubtful**: the engine itself was not sure of one of its words; less likeness is enough then.
 */
import type { Word } from "#server/providers/stt/contract.ts";
import { isCommon } from "./common-words.ts";
import { isFormOf } from "./form-of.ts";
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
  afterHyphen: boolean;
  /** A point or a comma stands between it and the word before. */
  afterPause: boolean;
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
 * What is near enough: of words that the engine doubts all of, and begins as the term does or not; of such words that
 * everybody says; of a word that nobody knows, alone or with others; of everyday words that are another thing than the
 * term. Chosen on seven real transcripts with terms damaged by rules (docs/transcription.md).
 */
const NEAR = {
  begun: 0.42,
  doubtful: 0.62,
  doubtfulEveryday: 0.73,
  strange: 0.78,
  strangeTogether: 0.74,
  plain: 0.93,
};
/** What is left of both when the words that were heard rightly are taken away. */
const NEAR_REST = 0.6;
/** Share of a term's word that a strange one needs, to be another form of it and no piece. */
const WHOLE = 0.65;
/** So many letters are a beginning in common. */
const BEGINNING = 4;
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
  const candidates = withParts(terms, language)
    .filter(({ term }) => soundingOf(term, language).letters.length >= SHORTEST)
    .map(({ id, term }): Candidate => ({
      id,
      term,
      spoken: said.includes(term.toLowerCase()),
      forms: formsOf(term, language),
    }));
  const byLetter = Map.groupBy(candidates, ({ forms }) => initialOf(forms[0]!.sounding));
  const exact = new Set(
    terms.flatMap(({ term }) => formsOf(term, language).map(({ text }) => plainOf(text))),
  );

  return (segment: HeardSegment): Misheard[] => {
    const words = placeWords(segment, course);
    const found: (Misheard & { words: number })[] = [];
    for (let from = 0; from < words.length; from += 1)
      for (let to = from + 1; to <= Math.min(words.length, from + LONGEST_WINDOW); to += 1) {
        // No term runs over a comma.
        if (to - from > 1 && words[to - 1]!.afterPause) break;
        const parted =
          (words[from]!.doubtful && words[from - 1]?.doubtful) ||
          (words[to - 1]!.doubtful && words[to]?.doubtful);
        const window = words.slice(from, to);
        const sounding = soundingOf(window.map(({ text }) => text).join(""), language);
        const best = bestTerm(window, sounding, byLetter, exact, course, parted ? PARTED : 0);
        if (best) found.push({ ...describe(segment, window, best), words: to - from });
      }
    return withoutOverlaps(found);
  };
}

/** And the rare words of the longer ones, which are said alone, too. */
function withParts(terms: Term[], language: string | null): Term[] {
  const known = new Set(terms.map(({ term }) => plainOf(term)));
  const parts = terms.flatMap(({ id, term }) =>
    term
      .split(" ")
      .filter((part) => part !== term && part.length >= SHORTEST && !isCommon(part, language))
      .map((part) => ({ id, term: part })),
  );
  const byWord = new Map(parts.map((part) => [plainOf(part.term), part]));
  return [...terms, ...[...byWord].flatMap(([word, part]) => (known.has(word) ? [] : part))];
}

/** The term, and in English what an ending makes of it. */
function formsOf(term: string, language: string | null) {
  const english = language === null || language === "en";
  const plain = !english || /[sxz]$/i.test(term) || !/[a-z]$/i.test(term);
  const plural = /[^aeiou]y$/.test(term) ? `${term.slice(0, -1)}ies` : `${term}s`;
  return [term, ...(plain ? [] : [`${term}'s`, plural])].map((text) => ({
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
      strange:
        !isCommon(bare, language) && !isCommon(low.split(/['’]/)[0]!, language) && !known.has(low),
      afterHyphen: text.slice(placed.at(-1)?.to ?? from, from).includes("-"),
      afterPause: /[.,;:!?…。，、；：！？]/u.test(text.slice(placed.at(-1)?.to ?? from, from)),
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
  course: Course,
  penalty: number,
): Best | undefined {
  if (sounding.letters.length < SHORTEST) return undefined;
  const { language } = course;
  if (exact.has(window.map(({ text }) => plainOf(text)).join(" "))) return undefined;
  const isDoubted = window.every((word) => word.doubtful);
  const least = leastOf(window);
  // A word that the engine is sure of and that is a term is not part of another one.
  if (window.some((word) => !word.doubtful && exact.has(plainOf(word.text)))) return undefined;
  let best: Best | undefined;
  for (const candidate of byLetter.get(initialOf(sounding)) ?? [])
    for (const [at, { text, sounding: form }] of candidate.forms.entries()) {
      // That somebody owns something is heard rightly more often than not.
      if (at > 0 && !isDoubted && text.endsWith("'s")) continue;
      if (/\d/.test(sounding.letters) && !/\d/.test(form.letters)) continue;
      const compound = at === 0 ? tornCompound(window, candidate.term, language) : undefined;
      if (compound !== undefined) return { candidate, text: compound, near: 1 };
      const bonus = (candidate.spoken ? SPOKEN : 0) - penalty;
      const begun = isDoubted && window.length > 1 && beginsAlike(sounding, form);
      const floor = Math.max(begun ? NEAR.begun : least, best?.near ?? 0);
      const near = Math.min(1, nearness(sounding, form, floor - bonus) + bonus);
      if (near < floor || (best && near <= best.near)) continue;
      if (
        isSpelledOtherwise(window, candidate.term) ||
        isRightlyHeard(window, candidate.term, language)
      ) {
        if (window.length === 1) return undefined;
        continue;
      }
      best = { candidate, text, near };
    }
  return best;
}

function leastOf(window: Placed[]) {
  const isStrange = window.some((word) => word.strange);
  if (window.every((word) => word.doubtful))
    return isStrange ? NEAR.doubtful : NEAR.doubtfulEveryday;
  if (!isStrange) return NEAR.plain;
  return window.length > 1 ? NEAR.strangeTogether : NEAR.strange;
}

function beginsAlike(a: Sounding, b: Sounding) {
  return a.letters.slice(0, BEGINNING) === b.letters.slice(0, BEGINNING);
}

/** "cross chain" and "cross-chain" sound the same. */
function isSpelledOtherwise(window: Placed[], text: string) {
  const heard = window.map((word) => word.text).join(" ");
  const letters = (given: string) => plainOf(given).replaceAll(/[\s-]/g, "");
  const hasHyphen = /-/.test(heard + text) || window.slice(1).some((word) => word.afterHyphen);
  return hasHyphen && letters(heard) === letters(text);
}

/** Languages that write a compound as one word. */
const COMPOUNDING = /^(?:de|nl|da|sv|nb|no|fi)$/;

/** "Zell Kerne" of "Zellkern": the words written together, in the form in which they were heard. */
function tornCompound(window: Placed[], term: string, language: string | null) {
  if (window.length < 2 || !COMPOUNDING.test(language ?? "") || /[\s-]/.test(term))
    return undefined;
  if (window.slice(1).some((word) => word.afterHyphen)) return undefined;
  const joined = window.map((word) => plainOf(word.text)).join("");
  if (joined === plainOf(term) || !isFormOf(joined, plainOf(term))) return undefined;
  return term.charAt(0) + joined.slice(1);
}

/**
 * Words that are one of the term's, or another form of it, were heard; when nothing of the window or nothing of the
 * term is left without them, there is nothing to correct: "experiment in" is no "experimentation".
 */
function isRightlyHeard(window: Placed[], term: string, language: string | null) {
  const joined = window.map((word) => plainOf(word.text)).join("");
  const letters = plainOf(term).replaceAll(/[\s-]/g, "");
  if (joined !== letters && isFormOf(joined, letters)) return true;
  const parts = term.toLowerCase().split(/[\s-]+/);
  const rest = window.filter(({ text: word, strange }) => {
    const at = parts.findIndex(
      (part) =>
        isFormOf(plainOf(word), part) &&
        // A piece of a word is none: "urbani zation".
        (!strange || word.length > WHOLE * part.length),
    );
    if (at >= 0) parts.splice(at, 1);
    return at < 0;
  });
  if (parts.length === 0 || rest.length === 0) return true;
  if (rest.length === window.length) return false;
  const left = soundingOf(rest.map((word) => word.text).join(""), language);
  return nearness(left, soundingOf(parts.join(""), language)) < NEAR_REST;
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
