/**
 * Bytes of a text become letters: captions, plain text, Markdown, HTML.
 *
 * - **Encoding**: its name in the WHATWG standard in lower case (https://encoding.spec.whatwg.org/#names-and-labels),
 *   or what iconv calls an old one that the standard leaves out (cp850, maccenteuro).
 * - **Found by**: how it was decided. In order: `student` (somebody who reads the language said so), `mark` (a byte
 *   order mark), `declared` (Content-Type, `<meta>`, XML declaration, where the text does not prove it wrong),
 *   `content` (valid UTF-8, or the zeros of UTF-16), `guess` (from the letters: it may be wrong, and is shown so that
 *   it can be changed).
 */
import { declaredEncodings } from "./declared-encodings.ts";
import { decodeAs } from "./encodings.ts";
import { guessEncoding } from "./guess-encoding.ts";

export type FoundBy = "student" | "mark" | "declared" | "content" | "guess";

export interface DecodedText {
  text: string;
  encoding: string;
  foundBy: FoundBy;
}

export interface EncodingHints {
  /** What the student says: obeyed. */
  chosen?: string | undefined;
  /** The header that came with the bytes. */
  contentType?: string | undefined;
  /** Whether the text may declare its encoding itself. */
  markup?: boolean;
  /** BCP 47 tag of the text, where it is known: between two guesses it decides. */
  language?: string | undefined;
}

/**
 * A byte that means nothing becomes U+FFFD and changes no other letter. No text is refused here: `textual` judges
 * whether it is one.
 */
export function decodeText(bytes: Uint8Array, hints: EncodingHints = {}): DecodedText {
  const { encoding, foundBy } = findEncoding(bytes, hints);
  return { text: decodeAs(bytes, encoding), encoding, foundBy };
}

function findEncoding(
  bytes: Uint8Array,
  hints: EncodingHints,
): { encoding: string; foundBy: FoundBy } {
  if (hints.chosen) return { encoding: hints.chosen, foundBy: "student" };
  const mark = byteOrderMark(bytes);
  if (mark) return { encoding: mark, foundBy: "mark" };
  const wide = wideByZeros(bytes);
  if (wide) return { encoding: wide, foundBy: "content" };
  const utf8 = countUtf8(bytes);
  const isUtf8 = utf8.characters > 0 && utf8.broken <= utf8.characters;
  for (const encoding of declaredEncodings(bytes, hints)) {
    // A template's "iso-8859-1" over a text that is UTF-8 is common; the other way round as well.
    if (encoding === "utf-8" ? isUtf8 || utf8.broken === 0 : !isUtf8 && !isWide(encoding))
      return { encoding, foundBy: "declared" };
  }
  // 0x1b begins the seven-bit encodings of Japan, which are valid UTF-8 too.
  if (isUtf8 || (utf8.broken === 0 && !bytes.includes(0x1b)))
    return { encoding: "utf-8", foundBy: "content" };
  const guessed = guessEncoding(bytes, hints.language);
  if (guessed) return { encoding: guessed, foundBy: "guess" };
  return { encoding: utf8.broken === 0 ? "utf-8" : "windows-1252", foundBy: "guess" };
}

function byteOrderMark(bytes: Uint8Array) {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "utf-32le" : "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return "utf-32be";
  return undefined;
}

const isWide = (encoding: string) => encoding.startsWith("utf-16");

/** UTF-16 that lost its mark: every other byte of Latin letters, spaces, digits and line ends is zero. */
function wideByZeros(bytes: Uint8Array) {
  const length = Math.min(bytes.length & ~1, 65_536);
  const zeros = [0, 0];
  let ascii = 0;
  for (let at = 0; at < length; at += 1) {
    if (bytes[at] === 0) zeros[at & 1]! += 1;
    else if (bytes[at]! < 0x80) ascii += 1;
  }
  const [even, odd] = zeros as [number, number];
  const most = Math.max(even, odd);
  // A stray NUL in a text of single bytes, or something that is no text at all.
  if (most === 0 || Math.min(even, odd) > most / 50) return undefined;
  const letters = length / 2;
  if (most < letters / 4 && (most < 2 || ascii > length * 0.75)) return undefined;
  return odd > even ? "utf-16le" : "utf-16be";
}

/** Characters of more than one byte, and bytes that belong to none. */
function countUtf8(bytes: Uint8Array) {
  let characters = 0;
  let broken = 0;
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at]!;
    if (lead < 0x80) {
      at += 1;
      continue;
    }
    const length = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    let followed = 1;
    while (followed < length && (bytes[at + followed]! & 0xc0) === 0x80) followed += 1;
    if (length > 0 && lead < 0xf5 && followed === length) {
      characters += 1;
      at += length;
    } else {
      // Cut off at the very end is no fault of the text.
      if (at + followed < bytes.length || length === 0) broken += 1;
      at += followed;
    }
  }
  return { characters, broken };
}

/** Whether these letters are a text and not a file of another kind that was read as one. */
export function textual(text: string): boolean {
  const sample = text.slice(0, 65_536);
  let strange = 0;
  for (const match of sample.matchAll(
    /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd\ufffe\uffff]+/g,
  ))
    strange += match[0].length;
  return strange <= Math.max(2, sample.length * 0.02);
}
