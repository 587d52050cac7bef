/**
 * Key terms: word sequences that a text keeps coming back to, and that the student's other materials do not.
 *
 * C-value (Frantzi, Ananiadou and Mima, "Automatic recognition of multi-word terms", 2000) ranks nested sequences: a
 * part of a longer term counts only as often as it stands alone. It is weighted by the inverse document frequency over
 * the student's own passages, so that a word of every lecture is no term of one.
 */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import type { Sentence } from "./analysed-source.ts";
import { isStopWord, type Word } from "./words.ts";

export interface KeyTerm {
  /** As it is written most often. */
  term: string;
  key: string;
  words: number;
  count: number;
  /** A number without a unit, comparable within one overview. */
  score: number;
  /** Sentences that have it, in order. */
  sentences: Sentence[];
}

const LONGEST = 3;
const FEWEST = 2;

interface Candidate {
  forms: Map<string, number>;
  length: number;
  count: number;
  sentences: Sentence[];
  nested: Map<string, number>;
  /** How often it stands where a noun stands, where a verb stands, and before another word that it belongs to. */
  asNoun: number;
  asVerb: number;
  asModifier: number;
}

/** English shows by the word before what a word is; of other languages nothing is guessed. */
const BEFORE_NOUN =
  /^(?:the|a|an|of|in|on|at|by|for|from|with|into|between|per|each|every|this|these|those|some|any|no|its|their|our|your|his|her|my|more|most|many|few|two|three|four|five|and|or|as|other|new|same|different|large|small|whole|first|second)$/i;
const BEFORE_VERB =
  /^(?:to|will|would|can|could|should|may|might|must|not|don't|didn't|doesn't|i|we|you|they|he|she|it|who|let's|gonna|is|are|was|were|be|been|being|very|really|much|so|just|also|going)$/i;

/** @param rarity how rare a word's key is among the student's passages, 1 where nothing is known. */
export function keyTerms(
  sentences: Sentence[],
  most: number,
  rarity: (key: string) => number = () => 1,
): KeyTerm[] {
  const candidates = collect(sentences);
  const terms: KeyTerm[] = [];
  for (const [key, candidate] of candidates) {
    const { forms, length, count, sentences: having, nested } = candidate;
    if (length === 1 && !isNounLike(candidate, sentences[0]!.source.language)) continue;
    if (count < FEWEST || (length === 1 && count < 3 && sentences.length > 60)) continue;
    const longer = [...nested.values()].filter((times) => times >= FEWEST);
    const alone =
      longer.length === 0
        ? count
        : count - longer.reduce((sum, times) => sum + times, 0) / longer.length;
    if (alone <= 0.5) continue;
    const rare = key.split(" ").reduce((sum, word) => sum + rarity(word), 0) / length;
    const [term] = [...forms].sort((a, b) => b[1] - a[1])[0]!;
    terms.push({
      term,
      key,
      words: length,
      count,
      score: Math.log2(length + 1) * alone * rare * spread(having, sentences.length),
      sentences: having,
    });
  }
  return terms.sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1)).slice(0, most);
}

/** A term of the whole text weighs a little more than one of a single digression. */
function spread(having: Sentence[], all: number) {
  const quarters = new Set(having.map(({ number }) => Math.floor((4 * number) / Math.max(1, all))));
  return 0.7 + 0.3 * Math.min(1, quarters.size / 3);
}

function collect(sentences: Sentence[]) {
  const candidates = new Map<string, Candidate>();
  for (const sentence of sentences) {
    const places = new Map(sentence.words.map((word, place) => [word, place]));
    for (const run of runsOf(sentence))
      for (let from = 0; from < run.length; from += 1)
        for (let to = from + 1; to <= Math.min(run.length, from + LONGEST); to += 1) {
          const words = run.slice(from, to);
          const key = words.map((word) => word.key).join(" ");
          let candidate = candidates.get(key);
          if (!candidate)
            candidates.set(
              key,
              (candidate = {
                forms: new Map(),
                length: words.length,
                count: 0,
                sentences: [],
                nested: new Map(),
                asNoun: 0,
                asVerb: 0,
                asModifier: 0,
              }),
            );
          const form = sentence.text.slice(words[0]!.start, words.at(-1)!.end).replace(/\s+/g, " ");
          const shown = words[0]!.start === 0 ? decapitalised(form, words) : form;
          candidate.forms.set(shown, (candidate.forms.get(shown) ?? 0) + 1);
          candidate.count += 1;
          const before = sentence.words[places.get(words[0]!)! - 1]?.text ?? "";
          if (BEFORE_NOUN.test(before)) candidate.asNoun += 1;
          if (BEFORE_VERB.test(before)) candidate.asVerb += 1;
          if (to < run.length) candidate.asModifier += 1;
          if (candidate.sentences.at(-1) !== sentence) candidate.sentences.push(sentence);
          // Inside of one word more on either side: those are the longer terms that it may be a part of.
          if (words.length < LONGEST)
            for (const longer of [run.slice(from - 1, to), run.slice(from, to + 1)])
              if (longer.length === words.length + 1) {
                const longerKey = longer.map((word) => word.key).join(" ");
                candidate.nested.set(longerKey, (candidate.nested.get(longerKey) ?? 0) + 1);
              }
        }
  }
  return candidates;
}

function isNounLike(
  { asNoun, asVerb, asModifier, count, forms }: Candidate,
  language: string | null,
) {
  if (language && !/^en/i.test(language)) return true;
  const named = [...forms.keys()].every((form) => /^\p{Lu}/u.test(form));
  return named || (asNoun > 2 * asVerb && asModifier <= count / 2);
}

/** Next to each other with nothing but a space between, none of them a stop word. */
function runsOf({ words, text, source }: Sentence): Word[][] {
  const runs: Word[][] = [];
  let open: Word[] = [];
  for (const word of words) {
    const joined = open.length > 0 && /^\s+$/.test(text.slice(open.at(-1)!.end, word.start));
    if (!joined && open.length > 0) {
      runs.push(open);
      open = [];
    }
    if (isTermWord(word.text, source.language)) open.push(word);
    else if (open.length > 0) {
      runs.push(open);
      open = [];
    }
  }
  if (open.length > 0) runs.push(open);
  return runs;
}

function isTermWord(word: string, language: string | null) {
  if (isStopWord(word, language) || /'/.test(word)) return false;
  if (!/\p{L}/u.test(word)) return false;
  return word.length > 2 || /^\p{Lu}{2}$/u.test(word) || /\p{Script=Han}/u.test(word);
}

/** The first word of a sentence is written large for that alone, unless all of it is. */
function decapitalised(form: string, words: Word[]) {
  const first = words[0]!.text;
  if (first.length < 2 || first.slice(1) !== first.slice(1).toLowerCase()) return form;
  return form[0]!.toLowerCase() + form.slice(1);
}

/** Inverse document frequency of words over the student's passages (search_words), between 0.3 and 1. */
export async function readRarity(database: Queryable, userId: string, sentences: Sentence[]) {
  const keys = [...new Set(sentences.flatMap(({ keys: own }) => [...own]))].slice(0, 20_000);
  const { rows } = await sql<{ word: string; passages: number; all: number }>`
    select given.word, max(known.passages)::float8 as passages, max(total.passages)::float8 as all
    from unnest(${keys}::text[]) as given (word)
      join search_words as known on known.user_id = ${userId} and known.word = given.word
      join search_totals as total on total.user_id = ${userId}
    group by 1`.execute(database);
  const known = new Map(
    rows.map(({ word, passages, all }) => [
      word,
      Math.max(0.3, Math.min(1, Math.log((all + 1) / (passages + 0.5)) / Math.log(all + 2))),
    ]),
  );
  return (key: string) => known.get(key) ?? 1;
}
