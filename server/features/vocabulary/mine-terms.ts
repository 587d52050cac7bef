import { baseLanguage } from "#server/features/search/word-forms.ts";
/** Terms and names of what a student wrote or was given: by what names something, how often, how rare, and where. */
import type { Sentence } from "#server/features/study/overviews/analysed-source.ts";
import type { Word } from "#server/features/study/overviews/words.ts";
import { isCommon, knowsCommonWords, rankOf } from "./common-words.ts";
import { courseSentences } from "./course-sentences.ts";
import { phrasesOf } from "./noun-phrases.ts";
import { TERM_LENGTH } from "./shapes.ts";
import { createWriter } from "./written-forms.ts";

export interface MinedTerm {
  term: string;
  /** Number of sentences that have it. */
  count: number;
  /** The sentence that shows it best. */
  sentence: Sentence;
}

const MOST_TERMS = 300;
/** A short text has few terms; what comes after is chance. */
const FIRST_TERMS = 25;
const CHARACTERS_A_TERM = 110;
/** Rank of a word in its language: commoner ones are no term by themselves; alone, or beside other words. */
const EVERYDAY = 3000;
const EVERYDAY_BESIDE = 1500;
/** Letters of a single word, but of a name or letters that stand for words. */
const SHORTEST = 4;
const HAN = /^\p{Script=Han}/u;

interface Candidate {
  forms: Map<string, number>;
  words: Word[];
  count: number;
  sentence: Sentence;
  inHeading: boolean;
  isName: boolean;
  /** How often it stands by itself, and not in a longer one. */
  alone: number;
  /** Chinese letters that stand before it: the segmenter parts off what else is a word by itself. */
  before: Set<string>;
}

/** The weightiest first. */
export function mineTerms(
  sentences: Sentence[],
  rarity: (key: string) => number = () => 1,
): MinedTerm[] {
  const spoken = courseSentences(sentences);
  const candidates = collect(spoken);
  const characters = spoken.reduce((sum, { text }) => sum + text.length, 0);
  const weighed = [...candidates.values()].flatMap((candidate) => {
    const weight = weigh(candidate, rarity);
    return weight === undefined || isRow(candidate, candidates) ? [] : [{ candidate, weight }];
  });
  const longest = longestAround(weighed.map(({ candidate }) => candidate));
  const found = weighed.flatMap(({ candidate, weight }) => {
    const term = termOf(candidate);
    if (term.length > TERM_LENGTH || isPiece(candidate, longest)) return [];
    return [{ term, count: candidate.count, sentence: candidate.sentence, weight }];
  });
  return found
    .sort((a, b) => b.weight - a.weight)
    .slice(0, Math.min(MOST_TERMS, FIRST_TERMS + characters / CHARACTERS_A_TERM))
    .map(({ weight: _weight, ...term }) => term);
}

/** As it is written most often. */
function termOf({ forms, count, before }: Candidate) {
  const [[term]] = [...forms].sort((a, b) => b[1] - a[1]) as [[string, number]];
  const [letter, ...others] = before;
  const isTorn = count > 1 && others.length === 0 && HAN.test(term) && HAN.test(letter!);
  return isTorn ? letter! + term : term;
}

function collect(sentences: Sentence[]) {
  const candidates = new Map<string, Candidate>();
  const writer = createWriter(sentences);
  for (const sentence of sentences) {
    const write = writer(sentence);
    const heading = isHeading(sentence);
    const here = new Set<Candidate>();
    for (const { words, isName, isWhole } of phrasesOf(sentence, write)) {
      const key = keyOfPhrase(words);
      let candidate = candidates.get(key);
      if (!candidate)
        candidates.set(
          key,
          (candidate = {
            forms: new Map(),
            words,
            count: 0,
            sentence,
            inHeading: false,
            isName: true,
            alone: 0,
            before: new Set(),
          }),
        );
      const form = writtenForm(words, sentence, write);
      candidate.forms.set(form, (candidate.forms.get(form) ?? 0) + 1);
      candidate.isName &&= isName;
      if (isWhole) candidate.alone += 1;
      candidate.before.add(sentence.text.charAt(words[0]!.start - 1));
      if (here.has(candidate)) continue;
      here.add(candidate);
      candidate.count += 1;
      candidate.inHeading ||= heading;
      // A whole sentence shows more than a heading does.
      if (
        candidate.sentence.words.length < 6 &&
        sentence.words.length > candidate.sentence.words.length
      )
        candidate.sentence = sentence;
    }
  }
  return candidates;
}

/** "cross-chain swaps" is "cross chain swap". */
function keyOfPhrase(words: Word[]) {
  return words
    .map(({ key }) => key.replaceAll("-", " ").replace(/(?<=[^su\s]{3})s$/u, ""))
    .join(" ");
}

function writtenForm(words: Word[], { text }: Sentence, write: (word: Word) => string) {
  let form = "";
  let at = words[0]!.start;
  for (const word of words) {
    form += text.slice(at, word.start).replaceAll(/\s+/g, " ") + write(word);
    at = word.end;
  }
  return form.replace(/['’]s$/, "");
}

function isHeading({ heading, text }: Sentence) {
  if (heading === undefined) return false;
  const line = heading.toLowerCase();
  return (
    text.length < 90 && (line.startsWith(text.toLowerCase()) || text.toLowerCase().startsWith(line))
  );
}

/** Undefined: everyday words, or too seldom. */
function weigh(candidate: Candidate, rarity: (key: string) => number) {
  const { words, count, inHeading, sentence } = candidate;
  const ranks = words.map(({ text }) => rankOf(text, sentence.source.language) ?? Infinity);
  const isTerm = HAN.test(words[0]!.text) ? isHanTerm : words.length > 1 ? isLongTerm : isOneWord;
  if (!isTerm(candidate, ranks)) return undefined;
  const bonus =
    (inHeading ? 0.8 : 0) + (ranks.includes(Infinity) ? 0.8 : 0) + (words.length > 1 ? 0.5 : 0);
  const rareness = words.reduce((sum, { key }) => sum + rarity(key), 0) / words.length;
  return (Math.log2(1 + count) + bonus) * rareness;
}

/** English and German say by word and spelling what is a noun; elsewhere a verb may stand in between. */
function isLongTerm(
  { words, count, inHeading, isName, alone, sentence }: Candidate,
  ranks: number[],
) {
  const isSure = /^(?:en|de)?$/.test(baseLanguage(sentence.source.language) ?? "");
  if (Math.max(...ranks) < EVERYDAY_BESIDE && count < 3) return false;
  if (count > 1) return alone > 0 || count > 2;
  if (isName || !isSure) return isName || (words.length === 2 && Math.min(...ranks) === Infinity);
  return alone > 0 && (inHeading || ranks.includes(Infinity));
}

function isOneWord(
  { words, count, inHeading, isName, sentence, forms }: Candidate,
  [rank]: number[],
) {
  const { language } = sentence.source;
  const { text } = words[0]!;
  if ([...forms.keys()].some((form) => /^\p{Lu}[\p{Lu}\d]{1,5}s?$/u.test(form)))
    return count > 1 || sentence.text.includes(`(${text})`);
  if (text.length < SHORTEST) return false;
  if (!knowsCommonWords(language)) return text.length >= 9;
  if (rank! < EVERYDAY) return false;
  if (rank !== Infinity) return count > (inHeading ? 1 : 2);
  if (count > 1) return isName || text.length > SHORTEST;
  // What was read off a picture is often no word at all.
  if (text.length > 6 && text === text.toUpperCase()) return false;
  return (isName || text.length > SHORTEST) && !isDerived(text, language);
}

/** Its segmenter parts what its dictionary does not have: what keeps together between small words is one. */
function isHanTerm({ words, count, inHeading, alone }: Candidate, ranks: number[]) {
  const letters = words.reduce((sum, { text }) => sum + [...text].length, 0);
  if (letters < 2 || letters > 8) return false;
  if (words.length === 1)
    return ranks[0] === Infinity
      ? letters > 2 || count > 1 || inHeading
      : ranks[0]! > EVERYDAY && count > 2;
  if (count > 1) return alone > 0 || count > 2;
  return alone > 0 && letters > 2 && letters <= 6 && ranks.includes(Infinity);
}

/** "understandable", "readiness": what an ending makes of an everyday word is no term. */
function isDerived(word: string, language: string | null) {
  if ((baseLanguage(language) ?? "en") !== "en") return false;
  const low = word.toLowerCase();
  const stem =
    /^(?:un|re|non-?|dis|mis|over|co-?)?(.{4,}?)(?:able|ible|ness|ful|less|ment|ing|ed|ers?|ly|i?est)s?$/.exec(
      low,
    )?.[1];
  return stem !== undefined && (isCommon(stem, "en") || isCommon(`${stem}e`, "en"));
}

/** How often the commonest longer one comes that has it, by key. */
function longestAround(candidates: Candidate[]) {
  const around = new Map<string, number>();
  for (const { words, count } of candidates)
    for (let from = 0; from < words.length; from += 1)
      for (let to = from + 1; to <= words.length; to += 1) {
        if (to - from === words.length) continue;
        const key = keyOfPhrase(words.slice(from, to));
        around.set(key, Math.max(count, around.get(key) ?? 0));
      }
  return around;
}

/** "energy resource", where it is nearly always "energy resource base"; "adenosine" of "adenosine triphosphate". */
function isPiece({ words, alone, count }: Candidate, around: Map<string, number>) {
  if (alone > 0) return false;
  return (around.get(keyOfPhrase(words)) ?? 0) >= 0.7 * count;
}

/** Words that stand side by side once, in a table, and by themselves elsewhere. */
function isRow({ words, count, isName }: Candidate, candidates: Map<string, Candidate>) {
  return (
    words.length > 1 &&
    count === 1 &&
    !isName &&
    words.every((word) => (candidates.get(keyOfPhrase([word]))?.alone ?? 0) >= 2)
  );
}
