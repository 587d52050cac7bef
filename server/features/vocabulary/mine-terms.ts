/** Terms and names of what a student wrote or was given: by how often, how rare, and where they stand. */
import type { Sentence } from "#server/features/study/overviews/analysed-source.ts";
import { keyTerms } from "#server/features/study/overviews/key-terms.ts";
import { isStopWord, type Word } from "#server/features/study/overviews/words.ts";
import { isCommon, knowsCommonWords } from "./common-words.ts";
import { TERM_LENGTH } from "./shapes.ts";

export interface MinedTerm {
  term: string;
  count: number;
  /** The sentence that shows it best. */
  sentence: Sentence;
}

export const MOST_TERMS = 300;
const MOST_KEY_TERMS = 120;
/** Shorter ones are near everything. */
const SHORTEST = 4;

interface Found {
  term: string;
  count: number;
  weight: number;
  sentence: Sentence;
}

/** The weightiest first. */
export function mineTerms(sentences: Sentence[], rarity?: (key: string) => number): MinedTerm[] {
  const found = new Map<string, Found>();
  const add = (term: string, count: number, weight: number, sentence: Sentence) => {
    const key = term.toLowerCase();
    if (term.length > TERM_LENGTH || term.replaceAll(/[^\p{L}]/gu, "").length < SHORTEST) return;
    const before = found.get(key);
    if (before) before.weight = Math.max(before.weight, weight);
    else found.set(key, { term, count, weight, sentence });
  };
  if (sentences.length > 0)
    for (const { term, count, score, sentences: having } of keyTerms(
      sentences,
      MOST_KEY_TERMS,
      rarity,
    ))
      add(term, count, score, having[0]!);
  for (const { term, count, weight, sentence } of [...rareWords(sentences), ...names(sentences)])
    add(term, count, weight, sentence);
  return [...found.values()].sort((a, b) => b.weight - a.weight).slice(0, MOST_TERMS);
}

/** Words that everyday text does not have; of languages of which nothing tells which are common, long ones. */
function* rareWords(sentences: Sentence[]): Generator<Found> {
  const rare = new Map<string, { forms: Map<string, number>; count: number; sentence: Sentence }>();
  for (const sentence of sentences)
    for (const word of sentence.words) {
      if (!isRare(word, sentence)) continue;
      let entry = rare.get(word.key);
      if (!entry) rare.set(word.key, (entry = { forms: new Map(), count: 0, sentence }));
      entry.count += 1;
      const form = shownForm(word, sentence);
      entry.forms.set(form, (entry.forms.get(form) ?? 0) + 1);
    }
  for (const { forms, count, sentence } of rare.values()) {
    const [term] = [...forms].sort((a, b) => b[1] - a[1])[0]!;
    yield { term, count, weight: 0.5 + Math.log2(1 + count), sentence };
  }
}

function isRare({ text }: Word, { source: { language } }: Sentence) {
  if (!/^\p{L}[\p{L}\p{M}'’-]+$/u.test(text) || isStopWord(text, language)) return false;
  const letters = [...text].length;
  if (knowsCommonWords(language)) return letters >= 5 && !isCommon(text, language);
  return letters >= 9;
}

/** The first word of a sentence is written large for that alone. */
function shownForm(word: Word, sentence: Sentence) {
  const isFirst = word === sentence.words[0];
  const plain = word.text.slice(1) === word.text.slice(1).toLowerCase();
  const shown = isFirst && plain ? word.text.toLowerCase() : word.text;
  return shown.replace(/['’]s$/, "");
}

/** Two or three words with capitals in the middle of a sentence ("Max Weber"); German writes every noun so. */
function* names(sentences: Sentence[]): Generator<Found> {
  const counted = new Map<string, Found>();
  for (const sentence of sentences) {
    if (/^de/i.test(sentence.source.language ?? "")) continue;
    for (const run of capitalised(sentence)) {
      const term = sentence.text.slice(run[0]!.start, run.at(-1)!.end).replace(/['’]s$/, "");
      const before = counted.get(term);
      if (before) before.count += 1;
      else counted.set(term, { term, count: 1, weight: 0, sentence });
    }
  }
  for (const found of counted.values())
    yield { ...found, weight: 0.8 + Math.log2(1 + found.count) };
}

function* capitalised({ words, text }: Sentence): Generator<Word[]> {
  // A heading in which every word is large names nothing.
  const large = words.filter((word) => /^\p{Lu}/u.test(word.text)).length;
  if (large > words.length * 0.6) return;
  let run: Word[] = [];
  for (const word of [...words.slice(1), undefined]) {
    const last = run.at(-1);
    const fits =
      word &&
      /^\p{Lu}\p{Ll}/u.test(word.text) &&
      (!last || text.slice(last.end, word.start) === " ");
    if (fits) run.push(word);
    else {
      if (run.length >= 2 && run.length <= 3) yield run;
      run = [];
    }
  }
}
