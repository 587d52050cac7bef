/**
 * From text to words: one way for passages, questions, titles, phrases, highlights and spelling, on every database.
 *
 * - **Word**: a span of letters, marks and digits. What joins two of them (`a/b`, `a-b`, `here.There`, an address) is
 *   cut.
 * - **Whole**: a joined span (`tutor@example.org`) as one word beside its parts, at the place of its first part.
 * - **Letter, pair**: a letter of a script that is written without spaces, and it with the next one (as in Lucene's CJK
 *   analyzer: the same for a question as for a text, where a dictionary would cut by context).
 * - **Position**: the number of the word in its text; wholes and pairs share that of their first part.
 */
import { withoutEnd } from "#server/without-end.ts";
import { foldText, sameOffset } from "./fold-text.ts";

export type WordKind = "word" | "whole" | "letter" | "pair";

/** A word of a text, with UTF-16 offsets into the text that was cut. */
export interface Word {
  kind: WordKind;
  /** NFKC, lower case. */
  text: string;
  start: number;
  end: number;
  /** The number of the word in its text, from 1, as in a tsvector. */
  position: number;
  /** The same word spelt otherwise (`word¹` without its footnote). */
  also?: string[];
  /** A part of a number or a letter among others: what it is part of says more, and is in every text that has it. */
  minor?: boolean;
  /** The word with an apostrophe that this one is a part of (`isn` of `isn't`). */
  contraction?: string;
  /** A word that a dictionary found in a script without spaces: the pairs up to this offset say the same. */
  byDictionary?: boolean;
}

/** Longer ones are no words; their parts are. */
const LONGEST = 100;

const WORD = "[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}]*";
/** What joins the parts of an address, a formula, a name in code or a compound; a long dash or a bullet only parts. */
const JOINT = "[.\\-‐‑_/\\\\@:'’ʼ＇&+=?#%~·\\u200b\\u200c]{1,3}";
const TOKEN = new RegExp(
  [
    // C++, C#, F♯, Na+, B+, A*: the sign is part of the name.
    `(?<![\\p{L}\\p{N}*])(\\p{L}{1,12}\\+\\+|\\p{L}[#♯]|\\p{L}{1,2}\\+|\\p{L}\\*)(?![\\p{L}#♯+*])`,
    // 1,000 and 1 000 (with a space that does not break) are 1000.
    "(\\d{1,3}(?:[.,'’ ]\\d{3})+)([.,]\\d+)?(?![.,'’]?\\d)",
    "(\\d+[.,]\\d+)(?![.,]?\\d)",
    `(${WORD}(?:${JOINT}${WORD})*)`,
  ].join("|"),
  "gu",
);
/** A word that what follows it can be no part of; without signs, joints, digits and marks. */
const SIMPLE = /[a-z]+(?=[\s,;!()"]|[.:?]\s|$)|\d+(?= [a-z])/iy;
const PART = new RegExp(WORD, "gu");
const APOSTROPHE = /['’ʼ＇]/gu;
const HYPHEN = /[‐‑]/gu;
/** English endings that are no words. */
const ENDING = /^(?:s|t|d|m|ll|re|ve)$/i;
const HAN = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Bopomofo}々〆〇ー";
const SOUTH_EAST = "\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}";
const SCRIPTS = new RegExp(
  [
    `(?<han>[${HAN}][${HAN}\\p{M}]*)`,
    `(?<southEast>[${SOUTH_EAST}][${SOUTH_EAST}\\p{M}]*)`,
    "(?<hangul>\\p{Script=Hangul}+)",
    `(?<other>(?:(?![${HAN}${SOUTH_EAST}\\p{Script=Hangul}])[^])+)`,
  ].join("|"),
  "gu",
);
const UNSPACED = new RegExp(`[${HAN}${SOUTH_EAST}]`, "u");
const OTHER_SCRIPT = new RegExp(`[${HAN}${SOUTH_EAST}\\p{Script=Hangul}]`, "u");
/** A language of each script: its dictionary finds the words. */
const DICTIONARIES: [RegExp, string][] = [
  [/\p{Script=Lao}/u, "lo"],
  [/\p{Script=Khmer}/u, "km"],
  [/\p{Script=Myanmar}/u, "my"],
  [/\p{Script=Thai}/u, "th"],
];

interface Cut {
  words: Word[];
  position: number;
  original: string;
  offsetAt(offset: number): number;
}

export function wordsOf(original: string): Word[] {
  const { text, offsetAt } = foldText(original);
  const cut: Cut = { words: [], position: 0, original, offsetAt };
  for (let at = 0; at < text.length;) {
    // Most of a text; the pattern that knows everything takes three times as long.
    const code = text.charCodeAt(at);
    if (code < 0x80) {
      if (!isLetterOrDigit(code)) {
        at += 1;
        continue;
      }
      SIMPLE.lastIndex = at;
      if (SIMPLE.test(text)) {
        add(cut, "word", text.slice(at, SIMPLE.lastIndex), at);
        cut.position += 1;
        at = SIMPLE.lastIndex;
        continue;
      }
    }
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) break;
    addToken(cut, match);
    at = match.index + match[0].length;
  }
  return cut.words;
}

function addToken(cut: Cut, match: RegExpExecArray) {
  const [, signed, grouped, fraction, decimal, run] = match;
  if (run) addRun(cut, run, match.index);
  else if (signed) addSigned(cut, signed, match.index);
  else if (grouped) addGrouped(cut, grouped, fraction ?? "", match.index);
  else if (decimal) addNumber(cut, match[0], [match[0].replace(",", ".")], match.index);
}

function isLetterOrDigit(code: number) {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39)
  );
}

/** Written by a script without spaces between its words. */
function isUnspaced(text: string): boolean {
  return UNSPACED.test(text);
}

function add(cut: Cut, kind: WordKind, text: string, start: number, more?: Partial<Word>) {
  const lower = text.toLowerCase();
  const word: Word = {
    kind,
    text: lower.length > LONGEST ? lower.slice(0, LONGEST).toWellFormed() : lower,
    start: cut.offsetAt(start),
    end: cut.offsetAt === sameOffset ? start + text.length : endOf(cut, start + text.length),
    position: cut.position,
  };
  cut.words.push(more ? Object.assign(word, more) : word);
}

/**
 * The end of the unit that the last letter came from, not the start of what follows after letters that were left out.
 */
function endOf({ original, offsetAt }: Cut, end: number) {
  const last = offsetAt(end - 1);
  const next = offsetAt(end);
  return next > last ? next : Math.min(original.length, last + 1);
}

function addSigned(cut: Cut, signed: string, start: number) {
  const name = withoutEnd(signed, "+#♯*");
  const sign = signed.slice(name.length).replace("♯", "#");
  // C, C# and C++ are three things; Na+ is sodium too.
  const alone = sign === "#" || (sign === "++" && name.length === 1);
  add(cut, "word", name + sign, start, alone ? {} : { also: [name.toLowerCase()] });
  cut.position += 1;
}

function addGrouped(cut: Cut, grouped: string, fraction: string, start: number) {
  const groups = [...grouped.matchAll(/[.,'’ ]/gu)];
  const typedSpace = groups.some(
    ({ 0: sign, index }) => sign === " " && cut.original[cut.offsetAt(start + index)] === " ",
  );
  if (typedSpace) {
    for (const part of (grouped + fraction).matchAll(/[^ ]+/g))
      if (/[.,]/.test(part[0]))
        addNumber(cut, part[0], [part[0].replace(",", ".")], start + part.index);
      else addRun(cut, part[0], start + part.index);
    return;
  }
  const joined = grouped.replace(/[.,'’ ]/gu, "");
  const spelt = fraction ? [joined, `${joined}.${fraction.slice(1)}`] : [joined];
  // 1.500 is a thousand and a half in German, and one and a half in English.
  if (groups.length === 1 && groups[0]![0] === ".") spelt.push(grouped);
  addNumber(cut, grouped + fraction, spelt, start);
}

function addNumber(cut: Cut, text: string, [number, ...also]: string[], start: number) {
  add(cut, "whole", text, start, { text: number!, ...(also.length > 0 ? { also } : {}) });
  for (const part of text.matchAll(/\d+/g)) {
    add(cut, "word", part[0], start + part.index, { minor: true });
    cut.position += 1;
  }
}

const PLAIN = /^[a-z0-9]+$/i;

function addRun(cut: Cut, run: string, start: number) {
  if (PLAIN.test(run)) {
    add(cut, "word", run, start);
    cut.position += 1;
    return;
  }
  const parts = [...run.matchAll(PART)];
  const whole = plainJoints(run);
  const contraction = /['’ʼ＇]/u.test(run) ? { contraction: whole.toLowerCase() } : {};
  if (parts.length > 1 && !isUnspaced(run)) addWholes(cut, run, start);
  for (const [i, part] of parts.entries()) {
    const ending = i > 0 && ENDING.test(part[0]) && /['’ʼ＇]/u.test(run[part.index - 1]!);
    if (!ending) addWord(cut, part[0], start + part.index, contraction);
  }
}

/** `https://example.org/a-b` as it is, and its pieces that are joined themselves. */
function addWholes(cut: Cut, run: string, start: number) {
  if (run.length <= LONGEST)
    add(cut, "whole", run, start, { text: plainJoints(run).toLowerCase(), ...joined(run) });
  // At the position of the first part of the run: a phrase goes by the parts.
  for (const piece of run.matchAll(/[^/\\:?=#@~]+/gu))
    if (
      piece[0] !== run &&
      piece[0].length <= LONGEST &&
      piece[0].search(/[^\p{L}\p{M}\p{N}]/u) > 0
    )
      add(cut, "whole", piece[0], start + piece.index, {
        text: plainJoints(piece[0]).toLowerCase(),
      });
}

/** `e-mail` is also `email`, `COVID-19` `covid19`, `U.S.A` `usa`, `O'Brien` `obrien`, and `col·lecció` `collecció`. */
function joined(run: string) {
  if (!JOINED.test(run)) return {};
  const also = [run.replace(JOINTS, "")];
  // E-Mail-Adresse
  const first = /^(\p{L})[-‐‑](\p{L}{2,})[-‐‑]/u.exec(run);
  if (first) also.push(first[1]! + first[2]!);
  return { also: also.map((word) => word.toLowerCase()) };
}

const JOINTS = /[-‐‑.'’ʼ＇·]/gu;
const JOINED =
  /^(?:\p{L}[\p{L}\p{N}]*(?:[-‐‑][\p{L}\p{N}]+){1,3}|\p{L}(?:\.\p{L})+|\p{Lu}['’ʼ＇]\p{Lu}\p{L}+|\p{L}+·\p{L}+)$/u;

function plainJoints(text: string) {
  return text
    .replace(APOSTROPHE, "'")
    .replace(HYPHEN, "-")
    .replace(/[\u200b\u200c]/gu, "");
}

function addWord(cut: Cut, word: string, start: number, more: Partial<Word>) {
  if (!OTHER_SCRIPT.test(word)) {
    addSpacedWord(cut, word, start, more);
    return;
  }
  for (const piece of word.matchAll(SCRIPTS)) {
    const at = start + piece.index;
    if (piece.groups!["han"]) addLetters(cut, [...piece[0].matchAll(/[^]\p{M}*/gu)], at);
    else if (piece.groups!["southEast"]) addDictionaryWords(cut, piece[0], at);
    else addSpacedWord(cut, piece[0], at, more);
  }
}

function addSpacedWord(cut: Cut, word: string, start: number, more: Partial<Word>) {
  const also = withoutFootnote(cut, word, start);
  add(cut, "word", word, start, also ? { ...more, also: [also] } : more);
  cut.position += 1;
}

/** `word¹` is also `word`; `CO₂` and `mc²` are what they look like. */
function withoutFootnote(cut: Cut, word: string, start: number) {
  const raw = cut.original.slice(cut.offsetAt(start), endOf(cut, start + word.length));
  const footnote = /(?<=\p{L}{2}|\p{N})[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+$/u.exec(raw);
  return footnote ? word.slice(0, -footnote[0].length).toLowerCase() : undefined;
}

function addLetters(cut: Cut, letters: { 0: string; index: number }[], start: number) {
  for (const [i, letter] of letters.entries()) {
    const next = letters[i + 1];
    add(cut, "letter", letter[0], start + letter.index, letters.length > 1 ? { minor: true } : {});
    if (next) add(cut, "pair", letter[0] + next[0], start + letter.index);
    cut.position += 1;
  }
}

function addDictionaryWords(cut: Cut, text: string, start: number) {
  const first = cut.position;
  const letters = [...graphemes.segment(text)].map(({ segment, index }) => ({ 0: segment, index }));
  addLetters(cut, letters, start);
  const after = cut.position;
  for (const { segment, index } of dictionaryFor(text).segment(text)) {
    const place = letters.findIndex((letter) => letter.index >= index);
    cut.position = first + Math.max(0, place);
    add(cut, "word", segment, start + index, { byDictionary: true });
  }
  cut.position = after;
}

const graphemes = new Intl.Segmenter("th", { granularity: "grapheme" });
const dictionaries = new Map<string, Intl.Segmenter>();
function dictionaryFor(text: string) {
  const language = DICTIONARIES.find(([script]) => script.test(text))?.[1] ?? "th";
  let dictionary = dictionaries.get(language);
  if (!dictionary)
    dictionaries.set(
      language,
      (dictionary = new Intl.Segmenter(language, { granularity: "word" })),
    );
  return dictionary;
}
