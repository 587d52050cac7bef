/** From the lines of all pages to paragraphs and headings. */
import { createJoin } from "./hyphens.ts";
import type { Line } from "./pdf-layout.ts";
import { createTextBuilder } from "./text-builder.ts";

export interface Page {
  lines: Line[];
  remarks: string[];
  recognised?: boolean;
}

export async function buildText(pages: Page[]) {
  const builder = createTextBuilder();
  const body = bodySize(pages);
  const join = await createJoin(allLines(pages));
  let heading: string | undefined;
  for (const [index, { lines, remarks, recognised }] of pages.entries()) {
    const place = { page: index + 1, ...(recognised ? { recognised } : {}) };
    builder.section({ ...place, ...(heading ? { heading } : {}) });
    let paragraph = "";
    let before: Line | undefined;
    let inHeading = false;
    for (const [at, line] of lines.entries()) {
      const large = isHeading(line, body);
      if (
        before &&
        (endsBefore(line, before, paragraph, body) ||
          large !== inHeading ||
          wasEndedEarly(lines, at))
      ) {
        builder.paragraph(paragraph);
        paragraph = "";
      }
      if (large && !inHeading) {
        heading = line.text.trim().replace(/\s+/g, " ");
        builder.section({ ...place, heading });
      }
      paragraph =
        before?.row && line.row && paragraph !== ""
          ? `${paragraph}\n${line.text}`
          : join(paragraph, line.text);
      inHeading = large;
      before = line;
    }
    builder.paragraph(paragraph);
    for (const remark of remarks) builder.paragraph(remark);
  }
  return builder.build();
}

function* allLines(pages: Page[]) {
  for (const { lines } of pages) for (const { text } of lines) yield text;
}

function isHeading(line: Line, body: number) {
  if (line.heading !== undefined) return line.heading;
  return (
    !line.row && line.size > body * 1.15 && line.text.length <= 150 && /\p{L}/u.test(line.text)
  );
}

function endsBefore(line: Line, before: Line, paragraph: string, body: number) {
  if (line.apart || (line.row ?? false) !== (before.row ?? false)) return true;
  if (line.row) return before.y - line.y > Math.max(before.size, line.size) * 4;
  return (
    before.y - line.y > Math.max(before.size, line.size) * 1.7 ||
    Math.abs(before.size - line.size) > body * 0.12 ||
    (line.y > before.y && !/[\p{Ll},\u2010-]\s*$/u.test(paragraph))
  );
}

const ITEM = /^(?:[•·▪◦‣–—*○●■□➢✓]|\(?(?:\d{1,3}|[a-z])[.)])\s/iu;
const NEIGHBOURS = 6;

/** A line that begins an item of a list, or whose first word the line before had room for, begins something new. */
function wasEndedEarly(lines: Line[], at: number) {
  const [before, line] = [lines[at - 1]!, lines[at]!];
  if (before.row || line.row || line.x1 === line.x0) return false;
  const ended = /[.!?:;…。！？]["'”’)]*$/u.test(before.text);
  if (
    ITEM.test(line.text) &&
    (ended || ITEM.test(before.text) || /^[^\p{L}\p{N}(]/u.test(line.text))
  )
    return true;
  if (/^\p{Ll}/u.test(line.text) || /[-\u2010\u00ad,]$/.test(before.text)) return false;
  const edge = Math.max(before.x1, edgeOf(lines, at, -1), edgeOf(lines, at - 1, 1));
  const letter = (line.x1 - line.x0) / Math.max(1, line.text.length);
  const word = (/^\S+/.exec(line.text)?.[0].length ?? 0) * letter;
  return before.x1 + word + letter * 3 < edge;
}

/** How far the lines of one column reach, looking up or down from one of them. */
function edgeOf(lines: Line[], from: number, step: 1 | -1) {
  let edge = 0;
  for (let i = from + step; Math.abs(i - from) <= NEIGHBOURS; i += step) {
    const [each, last] = [lines[i], lines[i - step]!];
    const near =
      each &&
      !each.row &&
      Math.abs(each.size - last.size) < last.size * 0.12 &&
      (last.y - each.y) * step > 0 &&
      Math.abs(last.y - each.y) < last.size * 1.7;
    if (!near || (step > 0 ? each : last).apart) break;
    edge = Math.max(edge, each.x1);
  }
  return edge;
}

/** The size most characters have. */
function bodySize(pages: Page[]) {
  const characters = new Map<number, number>();
  for (const { lines } of pages) {
    for (const { size, text } of lines) {
      const rounded = Math.round(size * 2) / 2;
      characters.set(rounded, (characters.get(rounded) ?? 0) + text.length);
    }
  }
  return [...characters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 10;
}
