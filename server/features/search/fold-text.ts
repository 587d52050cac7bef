/**
 * Unicode text in the one shape that words are cut from, with a way back to the offsets of the text as it stands.
 *
 * - **Compatibility form** (NFKC, https://www.unicode.org/reports/tr15/): full-width letters, ligatures, sub- and
 *   superscripts become the plain letters; letters typed with combining marks become one.
 */
export interface FoldedText {
  text: string;
  /** UTF-16 offset in the original of an offset in `text`. */
  offsetAt(offset: number): number;
}

/** Letters of decomposed Hangul belong together, and marks to the letter before them. */
const UNIT =
  /[\u1100-\u115f][\u1160-\u11a7][\u11a8-\u11ff]?|[\p{L}\p{N}\p{S}\p{P}]\p{M}*|[\uff66-\uff9d][\uff9e\uff9f]|[^]/gu;
/**
 * What no reader sees or no writer is sure to write: soft hyphens, joiners, direction marks, variation selectors, the
 * vowel signs of Arabic and Hebrew, and Arabic's lengthening stroke. U+200B and U+200C stay: they may stand between two
 * words.
 */
const UNSEEN = new RegExp(
  [
    "[\\u00ad\\u200d-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u2069\\ufe00-\\ufe0f\\ufeff]",
    "[\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7]",
    "[\\u0610-\\u061a\\u0640\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e8\\u06ea-\\u06ed]",
  ].join("|"),
  "gu",
);
const HAS_UNSEEN = new RegExp(UNSEEN.source, "u");
/** First code points of the decimal digits of other scripts: ten each, in order. */
const ZEROS = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0,
  0xf20, 0x1040, 0x17e0, 0x1810,
];

/** The offset (UTF-16) in the text before it was folded, of a text that needs no folding. */
export function sameOffset(offset: number) {
  return offset;
}

export function foldText(original: string): FoldedText {
  // oxlint-disable-next-line no-control-regex -- the quick way out for plain ASCII
  if (/^[\x00-\x7f]*$/.test(original)) return { text: original, offsetAt: sameOffset };
  if (original.normalize("NFKC") === original && !HAS_UNSEEN.test(original) && !hasDigits(original))
    return { text: original, offsetAt: sameOffset };
  const starts: number[] = [];
  let text = "";
  for (const match of original.matchAll(UNIT)) {
    const folded = digits(match[0].normalize("NFKC").replace(UNSEEN, ""));
    for (let i = 0; i < folded.length; i += 1) starts.push(match.index);
    text += folded;
  }
  starts.push(original.length);
  return { text, offsetAt: (offset) => starts[offset] ?? original.length };
}

const OTHER_DIGIT = /(?![0-9])\p{Nd}/u;
function hasDigits(text: string) {
  return OTHER_DIGIT.test(text);
}

function digits(text: string) {
  if (!OTHER_DIGIT.test(text)) return text;
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0)!;
    const zero = ZEROS.find((start) => code >= start && code < start + 10);
    return zero === undefined ? digit : String(code - zero);
  });
}

const LETTERS: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  ł: "l",
  þ: "th",
  ı: "i",
  ħ: "h",
  ŧ: "t",
  ŋ: "n",
  ς: "σ",
  آ: "ا",
  أ: "ا",
  إ: "ا",
  ٱ: "ا",
  ى: "ي",
  ی: "ي",
  ک: "ك",
  ة: "ه",
  ؤ: "و",
  ئ: "ي",
};
const SPECIAL = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "gu");
/** Marks of Latin, Greek and Cyrillic letters only: in Indic and Japanese scripts a mark makes another letter. */
const MARKS =
  /(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}][\u0300-\u036f]*)[\u0300-\u036f]/gu;

/** A lower-case word without its accents, as somebody writes it whose keyboard has none. */
export function withoutAccents(word: string): string {
  // oxlint-disable-next-line no-control-regex -- the quick way out for plain ASCII
  if (/^[\x00-\x7f]*$/.test(word)) return word;
  return word
    .replace(SPECIAL, (letter) => LETTERS[letter]!)
    .normalize("NFD")
    .replace(MARKS, "")
    .normalize("NFC");
}

/** ä, ö and ü written as ae, oe and ue. */
export function withUmlautsSpelt(word: string): string {
  return word.replace(/[äöü]/gu, (letter) =>
    letter === "ä" ? "ae" : letter === "ö" ? "oe" : "ue",
  );
}
