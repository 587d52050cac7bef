/**
 * What PostgreSQL stores of a passage for search: our words with their positions, ready made, as the text of a
 * tsvector.
 */
import { hasCompounds } from "./compounds.ts";
import { withoutAccents } from "./fold-text.ts";
import { withSuspended } from "./suspended-compounds.ts";
import {
  formsOf,
  isStopWord,
  participlesOf,
  partStemsOf,
  stemmedLanguage,
  stemsAsPart,
} from "./word-forms.ts";
import { wordsOf, type Word } from "./words.ts";

/**
 * Number of the way words are cut and stemmed. A passage keeps the number it was indexed with; after a change here the
 * job `index-again` brings the older ones up to it.
 */
export const WORDS_VERSION = 3;

/** No phrase runs from a heading into its text. */
const GAP = 10;
/** PostgreSQL's limits: positions up to 16,383, 256 of one lexeme. */
const LAST_POSITION = 16_383;
const MOST_POSITIONS = 256;

/** Before a word that is a part of another (`~land` of `Entwicklungsland`). */
const PART_MARK = "~";

export interface Lexemes {
  exact: string[];
  /** Found too, and for less: without accents, and the parts of a compound. */
  folded: string[];
}

/** Every form of one word of a text; wholes are kept as they are written. */
export function lexemesOf(word: Word, languages: readonly string[]): Lexemes {
  const lexemes = formsOfWord(word, languages);
  if (word.kind !== "word" || !languages.some(hasCompounds)) return lexemes;
  const parts = languages.flatMap((language) => partStemsOf(word.text, language));
  return parts.length === 0
    ? lexemes
    : { ...lexemes, folded: [...lexemes.folded, ...parts.map((part) => PART_MARK + part)] };
}

function formsOfWord(word: Word, languages: readonly string[]): Lexemes {
  const spelt = word.also ? [word.text, ...word.also] : [word.text];
  if (word.kind === "letter" || word.kind === "pair") return { exact: spelt, folded: [] };
  const forms = spelt.map((text) =>
    formsOf(text, word.kind === "whole" && text === word.text ? [] : languages),
  );
  if (forms.length === 1) return forms[0]!;
  return {
    exact: forms.flatMap(({ exact }) => exact),
    folded: forms.flatMap(({ folded }) => folded),
  };
}

/**
 * As `lexemesOf`, of a word that is asked for: also the word as it is, because a source whose language nobody knows was
 * not stemmed; as a part of a compound, and as another form of its verb.
 */
export function askedLexemesOf(word: Word, languages: readonly string[]): Lexemes {
  const { exact, folded } = askedFormsOf(word, languages);
  if (word.kind !== "word") return { exact, folded };
  const others = [
    ...participlesOf(word.text, languages),
    ...stemsAsPart(word.text, languages).map((stem) => PART_MARK + stem),
  ];
  return others.length === 0 ? { exact, folded } : { exact, folded: [...folded, ...others] };
}

/** Of a word in quotation marks: it stands by itself. */
export function askedFormsOf(word: Word, languages: readonly string[]): Lexemes {
  const { exact, folded } = formsOfWord(word, languages);
  if (languages.length === 0 || exact.includes(word.text)) return { exact, folded };
  const plain = withoutAccents(word.text);
  return {
    exact: [...exact, word.text],
    folded: plain === word.text || folded.includes(plain) ? folded : [...folded, plain],
  };
}

/**
 * Lexemes of a passage with the positions of their words, heading first.
 * @param language of the source, as it is stored; null or one without a stemmer: words as they are.
 */
function positionsOf(
  { heading, text }: { heading?: string | null | undefined; text: string },
  language: string | null | undefined,
): Map<string, number[]> {
  const code = stemmedLanguage(language);
  const languages = code ? [code] : [];
  const positions = new Map<string, number[]>();
  let first = 1;
  for (const part of heading ? [heading, text] : [text]) {
    let last = first;
    for (const word of withSuspended(wordsOf(part), part, languages)) {
      const position = Math.min(LAST_POSITION, first + word.position);
      last = position;
      const { exact, folded } = lexemesOf(word, languages);
      for (const lexeme of exact) addPosition(positions, lexeme, position);
      for (const lexeme of folded) addPosition(positions, lexeme, position);
    }
    first = last + GAP;
  }
  return positions;
}

/** Text of the tsvector. */
export function searchVectorOf(
  passage: { heading?: string | null | undefined; text: string },
  language: string | null | undefined,
): string {
  let vector = "";
  for (const [lexeme, at] of positionsOf(passage, language))
    vector += `${quoteLexeme(lexeme)}:${at.join(",")} `;
  return vector;
}

function addPosition(positions: Map<string, number[]>, lexeme: string, position: number) {
  const at = positions.get(lexeme);
  if (!at) positions.set(lexeme, [position]);
  else if (at.at(-1) !== position && at.length < MOST_POSITIONS) at.push(position);
}

/** As tsvector and tsquery read it. */
export function quoteLexeme(lexeme: string) {
  return `'${lexeme.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** Text of a tsquery that matches any of the lexemes. */
export function anyOf(lexemes: readonly string[]) {
  return lexemes.map(quoteLexeme).join(" | ");
}

/** Every lexeme of a text, as the index has them of a passage in this language. */
export function lexemesIn(text: string, language: string | null): Set<string> {
  const code = stemmedLanguage(language);
  const languages = code ? [code] : [];
  return new Set(
    withSuspended(wordsOf(text), text, languages).flatMap((word) => {
      const { exact, folded } = lexemesOf(word, languages);
      return folded.length > 0 ? [...exact, ...folded] : exact;
    }),
  );
}

/**
 * The stems of a text in order, without the words that say nothing of a subject: for comparing texts with each other.
 */
export function contentStemsOf(text: string, language: string | null): string[] {
  const code = stemmedLanguage(language);
  const languages = code ? [code] : [];
  return wordsOf(text).flatMap((word) => {
    if (word.kind === "whole" || word.minor || (word.kind === "pair" && word.byDictionary))
      return [];
    if (code && isStopWord(word.contraction ?? word.text, code)) return [];
    return lexemesOf(word, languages).exact.slice(0, 1);
  });
}
