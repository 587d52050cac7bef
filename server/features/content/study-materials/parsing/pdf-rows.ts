/** Words that stand on one base line, and the blanks between them, which a PDF does not write but leave free. */
import type { Run } from "./pdf-items.ts";

export interface Chunk {
  x0: number;
  x1: number;
  runs: Run[];
}

/** A row of a page; y and the size of its letters in points (1/72 inch). */
export interface Row {
  y: number;
  size: number;
  /** From left to right, with wide gaps between them. */
  chunks: Chunk[];
}

/** Narrower gaps are the font's own kerning; in em. */
const BLANK = 0.13;
const APART = 0.8;

/** From top to bottom. */
export function rowsOf(runs: Run[]): Row[] {
  const rows: { y: number; size: number; runs: Run[] }[] = [];
  for (const run of runs.toSorted((a, b) => b.y - a.y || a.x0 - b.x0)) {
    const row = findRow(rows, run);
    if (!row) rows.push({ y: run.y, size: run.size, runs: [run] });
    else {
      row.runs.push(run);
      // Letters set high come first; the line is where the large ones stand.
      if (run.size > row.size) Object.assign(row, { y: run.y, size: run.size });
    }
  }
  return rows
    .sort((a, b) => b.y - a.y)
    .map(({ y, size, runs: own }) => ({ y, size, chunks: chunksOf(own, size) }));
}

function findRow(rows: { y: number; size: number; runs: Run[] }[], run: Run) {
  for (let i = rows.length - 1; i >= Math.max(0, rows.length - 12); i -= 1) {
    const row = rows[i]!;
    const large = Math.max(row.size, run.size);
    const distance = Math.abs(row.y - run.y);
    if (distance > large * 0.6) continue;
    if (distance <= large * 0.25) return row;
    // Scripts and fractions stand higher or lower, right beside what they belong to.
    const small = Math.min(row.size, run.size) < large * 0.85;
    if (
      small &&
      row.runs.some((each) => run.x0 - each.x1 < large * 0.4 && each.x0 - run.x1 < large * 0.4)
    )
      return row;
  }
  return undefined;
}

function chunksOf(runs: Run[], size: number): Chunk[] {
  const chunks: Chunk[] = [];
  for (const run of runs.toSorted((a, b) => a.x0 - b.x0)) {
    const last = chunks.at(-1);
    // The same word drawn twice, a little moved, is how some programs write bold.
    if (
      last?.runs.some(
        (each) =>
          each.text === run.text &&
          Math.abs(each.x0 - run.x0) < size * 0.15 &&
          Math.abs(each.y - run.y) < size * 0.15,
      )
    )
      continue;
    if (last && run.x0 - last.x1 < size * APART) {
      last.runs.push(run);
      last.x1 = Math.max(last.x1, run.x1);
    } else chunks.push({ x0: run.x0, x1: run.x1, runs: [run] });
  }
  return chunks;
}

export function rowText(chunks: Chunk[]): string {
  const runs = chunks.flatMap((chunk) => chunk.runs);
  const widest = letterSpacing(runs);
  let text = "";
  let before: Run | undefined;
  for (const run of runs) {
    const piece = widest === undefined ? closeLetters(run.text) : closeWords(run.text);
    if (!before) text = piece;
    else {
      const gap = run.x0 - before.x1;
      const large = Math.max(before.size, run.size);
      const blank = gap > (widest ?? large * BLANK);
      text += blank ? ` ${piece}` : raised(text, piece, run.y - before.y, run.size / before.size);
    }
    before = run;
  }
  return text;
}

/** Of a heading whose letters are set apart one by one: the widest gap that is still within a word. */
function letterSpacing(runs: Run[]): number | undefined {
  if (!runs.every(({ text }) => APART_OR_SINGLE.test(text))) return undefined;
  const letters = runs.reduce((sum, { text }) => sum + text.replaceAll(" ", "").length, 0);
  if (letters < 4) return undefined;
  const set = runs.filter(({ text }) => text.includes(" "));
  if (set.length > 0) {
    // A letter is about this wide; what is left of the way to the next one is the gap.
    const gaps = set.map(({ x0, x1, text, size }) => {
      const signs = text.replaceAll(" ", "");
      const wide = (signs.match(/[\p{Lu}\p{N}]/gu)?.length ?? 0) > signs.length / 2;
      return Math.max((x1 - x0) / signs.length - size * (wide ? 0.67 : 0.5), size * BLANK);
    });
    return Math.max(...gaps) * 2.3;
  }
  const gaps = runs
    .slice(1)
    .map((run, i) => run.x0 - runs[i]!.x1)
    .sort((a, b) => a - b);
  const usual = gaps[Math.floor(gaps.length / 2)]!;
  return usual > runs[0]!.size * BLANK && gaps[0]! > usual * 0.5 ? usual * 2.1 : undefined;
}

const APART_OR_SINGLE = /^[\p{L}\p{M}\p{N}&.,:!?'’-](?: {1,3}[\p{L}\p{M}\p{N}&.,:!?'’-])*$/u;
const SET_APART = /^(?:[\p{L}\p{M}\p{N}&.,:!?'’-] {1,3}){3,}[\p{L}\p{M}\p{N}.,:!?]$/u;

/** `O S M O S I S` is one word, `C E L L   W A L L` are two. */
function closeLetters(text: string): string {
  return SET_APART.test(text) ? closeWords(text) : text;
}

function closeWords(text: string): string {
  return text
    .split(/ {2,}/)
    .map((word) => word.replaceAll(" ", ""))
    .join(" ");
}

const HIGH = new Map([..."0123456789+-−–n"].map((sign, i) => [sign, [..."⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿ"][i]!]));

/** 10⁻³ is not 10-3; a number high behind a word is a note's, and no part of that word. */
function raised(text: string, piece: string, lift: number, ratio: number) {
  const signs = [...piece];
  if (ratio > 0.85 || lift < 1 || !signs.every((sign) => HIGH.has(sign))) return piece;
  const high = signs.map((sign) => HIGH.get(sign)).join("");
  return /\p{Ll}{4}$/u.test(text) || /[.,;:!?"”’)]$/.test(text) ? ` ${high}` : high;
}
