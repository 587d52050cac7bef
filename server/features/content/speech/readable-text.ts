/**
 * What is read aloud of a text: its words, without the signs that only lay it out. Notes and typed texts are Markdown
 * (https://spec.commonmark.org/0.31.2/, tables of https://github.github.com/gfm/), but what looks like HTML stays text:
 * lectures are about `<String>` and `<b>`. Every step takes one pass over the text, whatever is in it: this runs inside
 * of a request.
 */
import { decodeHTMLStrict } from "entities";
import { withoutEnd } from "#server/without-end.ts";

export type TextKind = "markdown" | "answer" | "plain";

const FENCE = /^\s{0,3}(`{3,}|~{3,})/;
const TABLE_RULE = /^\|?:?-+:?(?:\|:?-+:?)*\|?$/;
/** A line that is only drawn: `---`, `***`, or below a heading `===`. */
const RULE = /^\s{0,3}(?:[-*_=]\s*){3,}$/;
const DEFINITION = /^\s{0,3}\[[^\]\n]{1,200}\]:\s+\S+(?:\s+"[^"]{0,300}")?$/;

/** @param kind an answer is Markdown with the numbers of its citations. */
export function readableText(text: string, kind: TextKind): string {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const read =
    kind === "plain" ? lines.map(withShortAddresses) : readLines(lines, kind === "answer");
  return read
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function readLines(lines: string[], citations: boolean) {
  const found: string[] = [];
  let fence: string | undefined;
  let inTable = false;
  for (const [at, line] of lines.entries()) {
    const mark = FENCE.exec(line)?.[1];
    if (fence) {
      // Code is said as it stands, line by line.
      if (mark?.startsWith(fence)) fence = undefined;
      else found.push(line);
      continue;
    }
    if (mark) {
      fence = mark;
      continue;
    }
    inTable = line.includes("|") && (inTable || isTableRule(lines[at + 1]));
    if (inTable && !isTableRule(line)) found.push(readRow(line, citations));
    else if (!isTableRule(line) && !RULE.test(line) && !DEFINITION.test(line.trimEnd()))
      found.push(readLine(line, citations));
  }
  return found;
}

function isTableRule(line: string | undefined) {
  return (
    line !== undefined &&
    line.includes("|") &&
    line.length < 5000 &&
    TABLE_RULE.test(line.replace(/\s/g, ""))
  );
}

function readRow(line: string, citations: boolean) {
  const cells = line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => readInline(cell, citations).trim())
    .filter(Boolean);
  return asSentence(cells.join(", "));
}

function readLine(line: string, citations: boolean) {
  const heading = /^\s{0,3}#{1,6}\s(.*)$/s.exec(line);
  if (heading) return asSentence(readInline(heading[1]!.replace(/\s#+\s*$/, ""), citations).trim());
  const plain = line
    .replace(/^(?:\s{0,3}>\s?)+/, "")
    .replace(/^\s*[-*+]\s+(?:\[[ xX]\]\s+)?/, "")
    .replace(/^\s*\[\^[^\]\n]{1,100}\]:\s+/, "");
  return readInline(plain, citations);
}

/** A voice pauses at the end of a sentence, not at the end of a line. */
export function asSentence(text: string) {
  return text === "" || /[.!?:;…。！？]["'”’)]?$/u.test(text) ? text : `${text}.`;
}

/** Between the code spans of a line, which are said as they stand. */
function readInline(line: string, citations: boolean) {
  return line
    .split(/(`{1,3}[^`]+`{1,3})/)
    .map((part, at) =>
      at % 2 === 1 ? part.replace(/^`{1,3}|`{1,3}$/g, "") : readMarks(part, citations),
    )
    .join("");
}

const EMPHASIS = [
  // Not between letters or digits: 2*3*4 and snake_case_names are no emphasis.
  /(?<![\p{L}\p{N}*\\])(\*{1,3})(?![\s*])([^*\n]{1,2000})(?<!\s)\1(?![\p{L}\p{N}*])/gu,
  /(?<![\p{L}\p{N}_\\])(_{1,3})(?![\s_])([^_\n]{1,2000})(?<!\s)\1(?![\p{L}\p{N}_])/gu,
  /(?<![\p{L}\p{N}~\\])(~~)(?![\s~])([^~\n]{1,2000})(?<!\s)\1(?![\p{L}\p{N}~])/gu,
];
/** `**a *b* c**` */
const NESTED = 3;

function readMarks(text: string, citations: boolean) {
  let plain = text
    .replace(/!\[([^[\]\n]{0,500})\]\([^()\n]{0,2000}\)/g, "$1")
    .replace(/\[([^[\]\n]{1,500})\](?:\([^()\n]{0,2000}\)|\[[^[\]\n]{0,200}\])/g, "$1")
    .replace(/\[\^[^\]\s]{1,100}\]/g, "");
  if (citations) plain = plain.replace(/ ?\[\d{1,3}\]/g, "");
  plain = withShortAddresses(plain);
  for (let depth = 0; depth < NESTED; depth += 1)
    for (const mark of EMPHASIS) plain = plain.replace(mark, "$2");
  plain = plain
    // Formulas: their signs are said, the marks around them are not.
    .replace(/\${1,2}(?![\s\d])([^$\n]{1,2000}?)(?<!\s)\${1,2}(?!\d)/g, (_, formula: string) =>
      formula.replace(/\\([A-Za-z]+)/g, " $1 ").replace(/[{}]/g, " "),
    )
    .replace(/\\([!-/:-@[-`{-~])/g, "$1");
  return plain.includes("&") ? decodeHTMLStrict(plain) : plain;
}

const ADDRESS = /<?\bhttps?:\/\/[^\s<>"]+>?/gi;
/** Longer paths are numbers and names that nobody understands by ear. */
const LONGEST_PATH = 40;

/** `https://www.example.org/plants?id=7` is heard as "example.org/plants". */
function withShortAddresses(text: string) {
  return text.replace(ADDRESS, (found) => {
    const [, rest = ""] = found.split(/:\/\/(.*)/s);
    const bare = rest.replace(/>$/, "");
    const address = withoutEnd(bare, ".,;:!?)]}'”’");
    const end = bare.slice(address.length);
    const [place = ""] = address.split(/[?#]/);
    const [host = "", ...path] = withoutEnd(place.replace(/^www\./i, ""), "/").split("/");
    const said = [host, ...path].join("/");
    return `${said.length - host.length > LONGEST_PATH ? host : said}${end}`;
  });
}
