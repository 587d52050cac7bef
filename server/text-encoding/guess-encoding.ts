/**
 * Which old encoding a text has: jschardet (a port of chardet 7, https://github.com/aadsm/jschardet) weighs languages,
 * and a check of what stands in the words settles what its statistics leave open: a Czech word in the wrong code page
 * has a guillemet in its middle.
 */
import iconv from "iconv-lite";
import { detectAll } from "jschardet";
import { decodeAs, encodingOfLabel } from "./encodings.ts";

/** 24 KB cost 40 ms and tell a language as well as a whole book. */
const SAMPLE = 24_576;

/** Its names where neither the standard nor iconv knows them. */
const NAMES: Record<string, string> = {
  cp932: "shift_jis",
  cp949: "euc-kr",
  cp874: "windows-874",
  "tis-620": "windows-874",
  macroman: "macintosh",
  maclatin2: "maccenteuro",
  maccyrillic: "x-mac-cyrillic",
  "utf-16-le": "utf-16le",
  "utf-16-be": "utf-16be",
  "utf-16": "utf-16le",
  gb2312: "gb18030",
};

/** What is met: Windows wrote most of it, old Macs and Unix some, DOS little; the rest only where nothing else fits. */
function commonness(encoding: string) {
  if (/^(?:windows-|gb18030|big5|shift_jis|euc-|utf-|iso-2022-jp)/.test(encoding)) return 1;
  if (/^(?:iso-8859-|koi8|macintosh|x-mac-cyrillic)/.test(encoding)) return 0.95;
  if (/^(?:ibm866|cp437|cp850|cp852|maccenteuro)$/.test(encoding)) return 0.85;
  return 0.4;
}

export function guessEncoding(bytes: Uint8Array, language?: string): string | undefined {
  const sample = tellingPart(bytes);
  const wanted = language?.toLowerCase().split("-")[0];
  // One or two letters tell no language.
  if (!wanted && sample.filter((byte) => byte >= 0x80).length <= 2) {
    const text = decodeAs(sample, COMMONEST);
    // A dash within a word may be a letter of an old Mac: "concepci—n".
    if (plausibility(text) === 1 && !/\p{Ll}[–—]\p{Ll}/u.test(text)) return COMMONEST;
  }
  let best: Guess | undefined;
  for (const guess of [...guesses(sample), ...damagedGuesses(sample)]) {
    const score =
      guess.score *
      (wanted !== undefined && guess.language === wanted ? 1.5 : 1) *
      plausibility(decodeAs(sample, guess.encoding)) ** 2 *
      (CENTRAL.test(guess.encoding) ? alphabetOf(decodeAs(sample, guess.encoding)) ** 2 : 1);
    if (score > (best?.score ?? 0)) best = { ...guess, score };
  }
  if (!best) return wideByScript(bytes);
  // Where the commonest code page says the same letter for letter, it is that.
  const isCommonest =
    /^windows-12|^iso-8859-/.test(best.encoding) &&
    decodeAs(sample, COMMONEST) === decodeAs(sample, best.encoding);
  return isCommonest ? COMMONEST : best.encoding;
}

const COMMONEST = "windows-1252";

interface Guess {
  encoding: string;
  language: string | null;
  score: number;
}

function guesses(sample: Uint8Array): Guess[] {
  return detectAll(Buffer.from(sample)).flatMap(({ encoding: name, confidence, language }) => {
    const encoding = name && nameOf(name);
    return encoding ? [{ encoding, language, score: confidence * commonness(encoding) }] : [];
  });
}

/**
 * One byte that cannot be rules an encoding of two bytes a letter out for jschardet: it is asked about the text without
 * it.
 */
function damagedGuesses(sample: Uint8Array): Guess[] {
  return ["gb18030", "big5", "shift_jis", "euc-jp", "euc-kr"].flatMap((encoding) => {
    const text = decodeAs(sample, encoding);
    const broken = text.match(/\ufffd/g)?.length ?? 0;
    const letters = text.match(/[^\0-\x7f]/gu)?.length ?? 0;
    if (broken === 0 || broken > letters / 10) return [];
    const healed = iconv.encode(text.replaceAll("\ufffd", ""), encoding);
    return guesses(healed).filter((guess) => guess.encoding === encoding);
  });
}

function nameOf(name: string) {
  const lower = name.toLowerCase();
  const own = NAMES[lower] ?? lower.replace(/^iso8859-/, "iso-8859-");
  return encodingOfLabel(own) ?? (iconv.encodingExists(own) ? own : undefined);
}

/** The lines with letters beyond ASCII: the others say nothing. */
function tellingPart(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= SAMPLE) return bytes;
  const part = new Uint8Array(SAMPLE);
  let length = 0;
  for (let at = 0; at < bytes.length && length < SAMPLE;) {
    const feed = bytes.indexOf(0x0a, at);
    const end = Math.min(feed === -1 ? bytes.length : feed + 1, at + SAMPLE);
    const line = bytes.subarray(at, end);
    if (line.some((byte) => byte >= 0x80)) {
      const piece = line.subarray(0, SAMPLE - length);
      part.set(piece, length);
      length += piece.length;
    }
    at = end;
  }
  return length === 0 ? bytes.subarray(0, SAMPLE) : part.subarray(0, length);
}

/** 1 where every letter beyond ASCII stands where such letters stand, 0 where none does. */
function plausibility(text: string): number {
  const beyond = text.match(/[^\0-\x7f]/gu)?.length ?? 0;
  if (beyond === 0) return 1;
  let wrong = 0;
  for (const [word] of text.matchAll(
    /[\p{L}\p{M}\p{S}\u00a1-\u00bf\u2013\u2014\u201a-\u2026]+/gu,
  )) {
    const strange = word.match(/[^\0-\x7f]/gu)?.length ?? 0;
    if (strange > 0 && (mixesScripts(word) || SPLIT.test(word) || RISING.test(word)))
      wrong += strange;
  }
  // Capitals of another code page, before the rest of their word.
  wrong += text.match(/(?<=^|\s)[‚”…†‡•‰](?=\p{Script=Cyrillic})/gmu)?.length ?? 0;
  wrong += text.match(/[\x80-\x9f\ufffd\u2500-\u259f\p{Co}\p{Cn}]/gu)?.length ?? 0;
  return Math.max(0, 1 - wrong / beyond);
}

const CENTRAL = /^(?:windows-1250|iso-8859-(?:2|16)|cp852|maccenteuro)$/;
/** The letters beyond ASCII of Czech, Slovak, Polish, Hungarian, Slovenian and Croatian, Romanian, German. */
const ALPHABETS = [
  "áčďéěíňóřšťúůýž",
  "áäčďéíĺľňóôŕšťúýž",
  "ąćęłńóśźż",
  "áéíóöőúüű",
  "čćđšž",
  "ăâîșțşţ",
  "äöüß",
];

/** The share of its letters that the language has which fits best: "vąeobecné" is of none. */
function alphabetOf(text: string): number {
  const letters = text.toLowerCase().match(/[^\0-\x7f\P{L}]/gu) ?? [];
  if (letters.length === 0) return 1;
  const shares = ALPHABETS.map(
    (alphabet) => letters.filter((letter) => alphabet.includes(letter)).length / letters.length,
  );
  return Math.max(...shares);
}

/** A sign in the middle of a word. */
const SPLIT = /\p{L}[^\p{L}\p{M}\p{Pd}\p{Nd}'’]+\p{L}/u;
/** A capital behind a small letter, one of them beyond ASCII: "schˆN". */
const RISING = /(?:\p{Ll}[^\P{Lu}\0-\x7f])|(?:[^\P{Ll}\0-\x7f]\p{Lu})/u;

const SCRIPTS = [
  "Latin",
  "Cyrillic",
  "Greek",
  "Hebrew",
  "Arabic",
  "Thai",
  "Armenian",
  "Georgian",
].map((name) => new RegExp(`\\p{Script=${name}}`, "u"));
const mixesScripts = (word: string) => SCRIPTS.filter((script) => script.test(word)).length > 1;

/**
 * UTF-16 without a mark and without a Latin letter, a space or a line end: nearly all of it falls into one kind of
 * script.
 */
function wideByScript(bytes: Uint8Array) {
  const sample = bytes.subarray(0, Math.min(bytes.length & ~1, SAMPLE));
  for (const encoding of ["utf-16le", "utf-16be"]) {
    const text = decodeAs(sample, encoding);
    const letters = text.match(
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/gu,
    );
    const korean = text.match(/[\p{Script=Hangul}\p{P}\s]/gu);
    if (Math.max(letters?.length ?? 0, korean?.length ?? 0) >= text.length * 0.9) {
      // A random pair of bytes is Han in a third of the cases, so that a short text proves nothing.
      if (text.length >= 8) return encoding;
    }
  }
  return undefined;
}
