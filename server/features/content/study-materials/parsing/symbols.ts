/**
 * Letters of symbol fonts (Symbol, Wingdings, Webdings) as the signs that they show, through dingbat-to-unicode
 * (https://github.com/mwilliamson/dingbat-to-unicode).
 */
import { codePoint } from "dingbat-to-unicode";

/** @param code as in `w:sym`: hexadecimal, often moved into the private area by F000. */
export function symbolOf(font: string, code: string): string {
  const number = Number.parseInt(code, 16);
  if (!Number.isFinite(number) || number > 0x10ffff) return "";
  return sign(font, number);
}

/** Text in which such letters stand among others. */
export function withSymbols(text: string, font: string | undefined): string {
  return text.replace(/[\uf000-\uf0ff]/g, (letter) =>
    sign(font ?? "Symbol", letter.codePointAt(0)!),
  );
}

const FONTS = ["Symbol", "Wingdings", "Wingdings 2", "Wingdings 3", "Webdings", "ZapfDingbats"];

function sign(font: string, number: number): string {
  const typeface = FONTS.find((name) => name.toLowerCase() === font.toLowerCase());
  const plain = number >= 0xf000 && number <= 0xf0ff ? number - 0xf000 : number;
  const found = typeface ? codePoint(typeface, plain) : undefined;
  if (found) return found.string;
  // Any other font: what is not private means itself.
  return number < 0xe000 || number > 0xf8ff ? String.fromCodePoint(number) : "";
}
