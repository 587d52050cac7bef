/**
 * A question as the index sees it.
 *
 * - **Lexeme**: what the index stores for a word, in one language (`stages` is `stage` in English).
 * - **Term**: one word of the question with its lexemes in every language of the student's sources; a passage has the
 *   term when it has one of them.
 */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import { detectLanguage } from "./languages.ts";
import { lookUpMissing } from "./missing-words.ts";
import { readOperators, type Operators } from "./read-operators.ts";
import { askedFormsOf, askedLexemesOf, quoteLexeme } from "./search-vector.ts";
import { countWords, type IndexTotals } from "./student-words.ts";
import { isStopWord, stemmedLanguage } from "./word-forms.ts";
import { wordsOf, type Word } from "./words.ts";

export interface Term {
  lexemes: string[];
  /** The same without accents: they count for less, and decide only where the others are missing. */
  folded: string[];
  /** 1, or less for a word that only an earlier question had. */
  weight: number;
  /** Of how many of this student's passages. */
  passages: number;
  /** Set when the word as written is in no passage and a near one took its place. */
  corrected_from?: string;
  /** Of the context only: not a word of the question itself. */
  fromContext?: boolean;
}

export interface QueryWords extends IndexTotals {
  /** Rarest first; words that are in no passage are left out. */
  terms: Term[];
  /** Words of the question that no passage has, nor anything near them, as they were written. */
  unknown: string[];
  /** Those of them that stand in a title. */
  titled: TitledWord[];
  /** Every word of the question in its order, small ones too: near each other in a passage they say more. */
  order: OrderedWord[];
  /** Each, the text of a tsquery, must fit: what the student put in quotation marks. */
  phrases: string[];
  /** None of them, texts of tsqueries, may fit. */
  without: string[];
  /** Has quotation marks, a minus sign or a star: what is meant is what is written. */
  isLiteral: boolean;
}

export interface TitledWord {
  text: string;
  lexemes: string[];
}

export interface OrderedWord {
  /** Those that some passage has. */
  lexemes: string[];
  /** All of them. */
  asked: string[];
  passages: number;
  /** Says nothing of a subject (`the`, `what`). */
  small: boolean;
}

/** More words than this (a pasted paragraph) add cost and no sense: the rarest are kept. */
const MOST_TERMS = 24;
/** So many words of a question are looked up at most. */
const MOST_WORDS = 250;
const MOST_OF_PREFIX = 40;
const MOST_ORDERED = 40;
const CONTEXT_WEIGHT = 0.5;
/** `die` says nothing in German and something in English. */
const HALF_STOP_WEIGHT = 0.1;

export interface ReadOptions {
  /** A question of prose: quotation marks and signs in it are no operators. */
  plain?: boolean | undefined;
  /** Earlier questions of prose that this one leans on; their words weigh less. */
  context?: string | undefined;
}

/** Everything the question has, and its context, is counted in one statement. */
export async function readQuery(
  database: Queryable,
  userId: string,
  q: string,
  { plain = false, context }: ReadOptions = {},
): Promise<QueryWords> {
  const operators = plain ? withoutOperators(q) : readOperators(q);
  const texts = [operators.words, ...(context ? [context] : [])];
  const counted = await countAsked(database, userId, texts);
  const [own, before] = counted.asked;
  const words = await readCounted(database, userId, counted, own!, operators, {
    anyBeginning: !plain,
  });
  if (!context) return words;
  const ofContext = withoutOperators(context);
  return withContext(words, await readCounted(database, userId, counted, before!, ofContext));
}

function withoutOperators(words: string): Operators {
  return { words, phrases: [], without: [], prefixes: [] };
}

interface Counted {
  totals: IndexTotals;
  /** Of each text the words. */
  asked: AskedWord[][];
  known: Map<string, number>;
}

async function readCounted(
  database: Queryable,
  userId: string,
  { totals, known }: Pick<Counted, "totals" | "known">,
  all: AskedWord[],
  operators: Operators,
  { anyBeginning } = { anyBeginning: false },
): Promise<QueryWords> {
  const { languages, passages, meanLength } = totals;
  const byPrefix = await findByPrefix(database, userId, operators.prefixes, languages);
  const { terms, missing } = chooseTerms(wordsThatCount(all), known);
  const looked = await lookUpMissing(database, userId, missing, languages, { anyBeginning });
  const titled = looked.titled.map(toTitled);
  const unknown = titled.map(({ text }) => text);
  for (const { word, near, isFormOfTitled } of looked.elsewhere) {
    if (near) terms.push({ ...near, weight: 1, folded: [], corrected_from: word.text });
    else {
      unknown.push(word.text);
      if (isFormOfTitled) titled.push(toTitled(word));
    }
  }
  terms.push(...byPrefix.terms);
  unknown.push(...byPrefix.unknown);
  terms.sort((a, b) => a.passages - b.passages);
  return {
    terms: terms.slice(0, MOST_TERMS),
    unknown,
    titled,
    order: orderOf(all, known),
    phrases: operators.phrases.flatMap((phrase) => phraseQuery(phrase, languages) ?? []),
    without: operators.without.flatMap((phrase) => phraseQuery(phrase, languages) ?? []),
    isLiteral: [operators.phrases, operators.without, operators.prefixes].some(
      ({ length }) => length > 0,
    ),
    languages,
    passages,
    meanLength,
  };
}

async function countAsked(database: Queryable, userId: string, texts: string[]): Promise<Counted> {
  let asked: AskedWord[][] = [];
  const counted = await countWords(database, userId, (languages) => {
    asked = texts.map((text) => allWords(text, languages));
    return asked.flat().flatMap(({ lexemes, folded }) => [...lexemes, ...folded]);
  });
  return { ...counted, asked };
}

/** Words of earlier questions, for one that leans on them. */
function withContext(words: QueryWords, context: QueryWords): QueryWords {
  const own = new Set(words.terms.flatMap(({ lexemes }) => lexemes));
  const added = context.terms
    .filter(({ lexemes }) => !lexemes.some((lexeme) => own.has(lexeme)))
    .map((term) => ({ ...term, weight: term.weight * CONTEXT_WEIGHT, fromContext: true }));
  return {
    ...words,
    terms: [...words.terms, ...added].sort((a, b) => a.passages - b.passages).slice(0, MOST_TERMS),
  };
}

/** Inverse document frequency as in BM25, never below 0. */
export function rarity(having: number, all: number) {
  return Math.log(1 + Math.max(0, all - having + 0.5) / (having + 0.5));
}

export interface AskedWord extends Omit<Term, "passages"> {
  text: string;
  /** Says nothing in the languages that are spoken here. */
  stop: boolean;
  /** What the index has anyway where it has the parts: missing, it is no unknown word. */
  optional: boolean;
  /** A word of a script with spaces, whatever it is part of. */
  single: boolean;
  /** Takes its place where the index does not know it. */
  instead: AskedWord[];
}

/** The words that count, each once. */
export function askedWords(text: string, languages: string[]): AskedWord[] {
  return wordsThatCount(allWords(text, languages));
}

function wordsThatCount(all: AskedWord[]) {
  const content = all.filter(({ stop }) => !stop);
  // "To be or not to be" is made of nothing else.
  return content.length > 0 ? content : all.map((word) => ({ ...word, stop: false }));
}

/** Each once, in the order of the question. */
function allWords(text: string, languages: string[]): AskedWord[] {
  const spoken = new Set(languages);
  const own = stemmedLanguage(detectLanguage(text));
  if (own) spoken.add(own);
  const words = wordsOf(text).slice(0, MOST_WORDS * 4);
  const chosen = words.filter(
    ({ kind, minor, byDictionary }) => !minor && (kind !== "pair" || !byDictionary),
  );
  const covered = chosen.filter(({ byDictionary }) => byDictionary);
  const asked = new Map<string, AskedWord>();
  for (const word of chosen) {
    const dictionary = covered.find(
      ({ start, end }) => word.kind === "pair" && word.start >= start && word.start < end,
    );
    if (dictionary || asked.has(word.text) || asked.size >= MOST_WORDS) continue;
    asked.set(word.text, toAsked(word, words, languages, spoken));
  }
  return [...asked.values()];
}

/** Words of scripts with spaces only: pairs of letters are near each other by themselves. */
function orderOf(all: AskedWord[], known: Map<string, number>): OrderedWord[] {
  return all
    .filter(({ single }) => single)
    .map(({ lexemes, folded, stop, weight }) => ({
      asked: lexemes,
      lexemes: [...lexemes, ...folded].filter((lexeme) => known.has(lexeme)),
      passages: Math.max(0, ...[...lexemes, ...folded].map((lexeme) => known.get(lexeme) ?? 0)),
      small: stop || weight < 1,
    }))
    .slice(0, MOST_ORDERED);
}

function toTitled({ text, lexemes, folded }: AskedWord): TitledWord {
  return { text, lexemes: [...lexemes, ...folded] };
}

function toAsked(
  word: Word,
  all: Word[],
  languages: string[],
  spoken: ReadonlySet<string>,
): AskedWord {
  const { exact, folded } = askedLexemesOf(word, languages);
  const stopIn = [...spoken].filter(
    (language) =>
      isStopWord(word.contraction ?? word.text, language) || isStopWord(word.text, language),
  );
  const half = stopIn.length > 0 && languages.some((language) => !stopIn.includes(language));
  return {
    text: word.text,
    lexemes: exact,
    folded,
    weight: half ? HALF_STOP_WEIGHT : 1,
    stop: stopIn.length > 0 && !half,
    optional: word.kind === "whole" || word.kind === "pair" || half,
    single: word.kind === "word" && !word.byDictionary,
    instead:
      word.byDictionary || word.kind === "whole"
        ? all
            .filter(
              ({ kind, minor, start, end }) =>
                (word.byDictionary ? kind === "pair" : minor) &&
                start >= word.start &&
                end <= word.end,
            )
            .map((part) => toAsked({ ...part, minor: false }, [], languages, spoken))
        : [],
  };
}

/** Those that the index knows, with how many passages have them; and the words that it does not know. */
function chooseTerms(asked: AskedWord[], known: Map<string, number>) {
  const terms: Term[] = [];
  const missing: AskedWord[] = [];
  const taken = new Set<string>();
  for (const word of asked) {
    const present = word.lexemes.filter((lexeme) => known.has(lexeme));
    const folded = word.folded.filter((lexeme) => known.has(lexeme));
    const any = [...present, ...folded];
    if (any.length === 0) {
      const parts = chooseTerms(word.instead, known).terms;
      terms.push(...parts);
      if (parts.length === 0 && !word.optional) missing.push(word);
      continue;
    }
    // `newton's` and its part `newton` are one word.
    if (any.every((lexeme) => taken.has(lexeme))) continue;
    for (const lexeme of any) taken.add(lexeme);
    terms.push({
      weight: word.weight,
      lexemes: present.length > 0 ? present : folded,
      folded: present.length > 0 ? folded : [],
      passages: Math.max(...any.map((lexeme) => known.get(lexeme)!)),
    });
  }
  return { terms, missing };
}

/** The student's own words that begin as asked, the commonest of them. */
async function findByPrefix(
  database: Queryable,
  userId: string,
  prefixes: string[],
  languages: string[],
) {
  const terms: Term[] = [];
  const unknown: string[] = [];
  for (const prefix of prefixes) {
    const [word] = wordsOf(prefix);
    if (!word) continue;
    const { exact, folded } = askedLexemesOf(word, languages);
    const { rows } = await sql<{ word: string; passages: number }>`
      select word, passages from search_words
      where user_id = ${userId} and passages > 0
        and (word >= ${word.text} and word < ${word.text + LAST_LETTER} or word = any(${[...exact, ...folded]}::text[]))
      order by passages desc limit ${MOST_OF_PREFIX}`.execute(database);
    if (rows.length === 0) unknown.push(`${word.text}*`);
    else
      terms.push({
        weight: 1,
        lexemes: rows.map((row) => row.word),
        folded: [],
        passages: rows[0]!.passages,
      });
  }
  return { terms, unknown };
}

/** No text has it: words that begin with a prefix stand before prefix and this. */
const LAST_LETTER = "\u{10ffff}";

/** `'activ' <-> ('transport' | …)`: every word of it in its place, in any form of any language of the student. */
function phraseQuery(phrase: string, languages: string[]): string | undefined {
  const places = new Map<number, Set<string>>();
  for (const word of wordsOf(phrase)) {
    if (word.kind === "whole" || word.byDictionary) continue;
    const { exact, folded } = askedFormsOf(word, languages);
    // A letter with its next says more than the letter.
    if (word.kind === "pair") places.delete(word.position);
    else if (word.kind === "letter" && places.has(word.position)) continue;
    const place = places.get(word.position) ?? new Set();
    for (const lexeme of [...exact, ...folded]) place.add(lexeme);
    places.set(word.position, place);
  }
  if (places.size === 0) return undefined;
  return [...places.values()]
    .map((lexemes) => `(${[...lexemes].map(quoteLexeme).join(" | ")})`)
    .join(" <-> ");
}
