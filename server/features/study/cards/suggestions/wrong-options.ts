/**
 * Wrong options of a choice: of the same kind as the right one, from the same course, absent from the witness, and
 * unsupported for this stem: no sentence of the course says them together with what the stem says.
 */
import { fold } from "#server/features/study/cards/check-card.ts";
import type { Sentence } from "#server/features/study/overviews/analysed-source.ts";
import { contentKeys, isStopWord, keyOf, wordsOf } from "#server/features/study/overviews/words.ts";
import type { Course } from "./course.ts";

export interface Stem {
  /** The stem without the right option. */
  text: string;
  right: string;
  witness: string;
  language: string | null;
}

const WANTED = 3;
const FEWEST = 2;
/** A sentence that has the option and so much of the stem might make it right. */
const SUPPORTS = 0.5;

export function wrongOptions(course: Course, stem: Stem): string[] | undefined {
  const number = numberKind(stem.right);
  const candidates = number ? numbersLike(course, number) : termsLike(course, stem);
  const witness = new Set(wordsOf(stem.witness, stem.language).map(({ key }) => key));
  const right = new Set(contentKeys(stem.right, stem.language));
  const chosen: string[] = [];
  for (const candidate of candidates) {
    const keys = wordsOf(candidate, stem.language)
      .filter(({ text }) => !isStopWord(text, stem.language))
      .map(({ key }) => key);
    if (keys.length === 0 || fold(stem.witness).includes(fold(candidate))) continue;
    if (keys.some((key) => witness.has(key) || (!number && right.has(key)))) continue;
    if (chosen.some((other) => overlaps(other, candidate))) continue;
    if (isSupported(course, keys, stem)) continue;
    chosen.push(candidate);
    if (chosen.length === WANTED) return chosen;
  }
  return chosen.length >= FEWEST ? chosen : undefined;
}

/** Could the words stand in the gap for all that the course says? */
export function isSupported(course: Course, keys: string[], stem: Stem): boolean {
  const asked = contentKeys(stem.text, stem.language).filter((key) => !keys.includes(key));
  if (asked.length === 0) return true;
  // The rarest word finds the fewest sentences.
  const having = keys
    .map((key) => course.sentencesWith(key))
    .reduce((fewest, one) => (one.length < fewest.length ? one : fewest));
  return having.some((sentence) => {
    if (!keys.every((key) => sentence.keys.has(key))) return false;
    const shared = asked.filter((key) => sentence.keys.has(key)).length;
    return shared / asked.length >= SUPPORTS;
  });
}

function termsLike(course: Course, { right, language }: Stem): string[] {
  const words = right.split(/\s+/).length;
  const named = isNamed(right);
  const plural = isPlural(right, language);
  const unlike = (term: string) =>
    3 * Number(isNamed(term) !== named) +
    Math.abs(term.split(/\s+/).length - words) +
    Number(isPlural(term, language) !== plural);
  return course.allTerms
    .map(({ term }, place) => ({ term, rank: unlike(term) + place / (2 * course.allTerms.length) }))
    .filter(({ term, rank }) => rank < 3.5 && fold(term) !== fold(right))
    .sort((a, b) => a.rank - b.rank)
    .map(({ term }) => term);
}

interface NumberKind {
  value: number;
  unit: string;
  year: boolean;
}

/** `1961`, `40 %`, `3.5 million years`: a number and what it counts. */
function numberKind(text: string): NumberKind | undefined {
  const match = /^(?:about |around |nearly )?(\d[\d.,]*)\s*(.{0,40})$/u.exec(text.trim());
  if (!match) return undefined;
  const value = Number(match[1]!.replaceAll(",", ""));
  if (!Number.isFinite(value)) return undefined;
  const unit = match[2]!.split(/\s+/).filter(Boolean).map(keyOf).join(" ");
  return { value, unit, year: unit === "" && /^(?:1[0-9]|20)\d\d$/.test(match[1]!) };
}

/** Of the same unit in the course; where it has too few, near ones of the same form. */
function numbersLike(course: Course, kind: NumberKind): string[] {
  const found = new Set<string>();
  for (const sentence of course.allSentences)
    for (const phrase of numberPhrases(sentence)) {
      const other = numberKind(phrase);
      if (other && other.year === kind.year && other.unit === kind.unit) found.add(phrase);
    }
  return [...found].sort(
    (a, b) =>
      Math.abs(numberKind(a)!.value - kind.value) - Math.abs(numberKind(b)!.value - kind.value),
  );
}

const NUMBER =
  /(?<![\p{L}\p{N}.,/-])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\p{L}\p{N}.,/-])\d+(?:[.,]\d+)?/gu;
const UNIT =
  /^(?:\s?(?:%|°C|°F|°)|\s(?:percent|Prozent|pour cent|por ciento|million|billion|trillion|Millionen|Milliarden|degrees?|years?|Jahre|ans|años|days?|hours?|minutes?|seconds?|meters?|metres?|kilometers?|km|kg|grams?|watts?|kilowatts?|volts?|dollars?|euros?|bits?|bytes?|hertz|Hz|kHz|nm|mm|cm|people|times|carbon atoms|atoms)(?![\p{L}]))/u;

export function numberPhrases({ text }: Pick<Sentence, "text">): string[] {
  return [...text.matchAll(NUMBER)].flatMap((match) => {
    const number = match[0].replace(/[.,]$/, "");
    const unit = UNIT.exec(text.slice(match.index + number.length))?.[0] ?? "";
    const year = /^(?:1[0-9]|20)\d\d$/.test(number);
    // Recognisers write `500 ,000`: such a number is in pieces.
    const pieces = /^\s?[.,]\d/.test(text.slice(match.index + number.length));
    return !pieces && (unit !== "" || year || /[.,]\d/.test(number)) ? [number + unit] : [];
  });
}

function isNamed(term: string) {
  return /^\p{Lu}/u.test(term);
}

function isPlural(term: string, language: string | null) {
  if (language && !/^(?:en|fr|es)/.test(language)) return false;
  return /[^su]s$/.test(term);
}

function overlaps(a: string, b: string) {
  return fold(a).includes(fold(b)) || fold(b).includes(fold(a));
}
