/**
 * Markdown as students and language models write it, made ready for the parser without changing its length: what is
 * marked in a text is counted in its letters.
 *
 * - Formulas between `\( \)` and `\[ \]` (LaTeX) become formulas between dollars.
 * - A dollar is a dollar, as in "$5 and $10", where Pandoc would find no formula either
 *   (https://pandoc.org/MANUAL.html#extension-tex_math_dollars).
 */

/** A dollar that begins no formula; a letter of the private use area, which the view shows as a dollar. */
export const PLAIN_DOLLAR = "\uE024";

const CODE =
  /(?:^|\n) {0,3}(`{3,}|~{3,})[\s\S]*?(?:\n {0,3}\1|$)|(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\2(?!`)/g;

/** The same text, of the same length. */
export function prepareFormulas(text: string): string {
  let prepared = "";
  let at = 0;
  for (const match of text.matchAll(CODE)) {
    prepared += outsideOfCode(text.slice(at, match.index)) + match[0];
    at = match.index + match[0].length;
  }
  return prepared + outsideOfCode(text.slice(at));
}

/** Whether the text may hold a formula: then the view loads what draws it. */
export function hasFormulas(text: string) {
  return /\$|\\[([]/.test(text);
}

const MOST_CONTAINERS = 30;
const MOST_MARKS = 4000;
const MOST_MARKS_IN_ALL = 20_000;
const CONTAINERS = new RegExp(
  String.raw`^(?:[ \t]{0,3}(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))){${MOST_CONTAINERS}}`,
  "m",
);

/**
 * False for texts that would stop the page: the parser takes the square of the marks that close nothing (20,000 `]`: 8
 * s), and nests as deep as a line says (1,600 times `1. `: 2 s, and then no more stack).
 */
export function isDrawable(text: string) {
  if (text.length > 200_000 || CONTAINERS.test(text)) return false;
  let all = 0;
  for (const paragraph of text.split(/\n[ \t]*\n/)) {
    const marks = paragraph.match(/[\]*_~`]/g)?.length ?? 0;
    all += marks;
    if (marks > MOST_MARKS || all > MOST_MARKS_IN_ALL) return false;
  }
  return true;
}

/** A formula has no empty line in it; one that is not closed yet is still being written. */
const BODY = String.raw`(?:(?!\n\s*\n)[\s\S])*?`;
const FORMULA = new RegExp(
  [
    String.raw`\\\((${BODY})\\\)`,
    String.raw`\\\[(${BODY})\\\]`,
    String.raw`\$\$${BODY}\$\$`,
    String.raw`(?<![\\$])\$(?![\s$])(?:(?!\n\s*\n)[^$])*?(?<![\s\\])\$(?![\d$])`,
    String.raw`\\\$`,
    String.raw`\$`,
  ].join("|"),
  "g",
);

function outsideOfCode(text: string) {
  return text.replaceAll(FORMULA, (whole, inline?: string, display?: string) => {
    if (inline !== undefined || display !== undefined) return `$$${inline ?? display}$$`;
    return whole === "$" ? PLAIN_DOLLAR : whole;
  });
}
