/**
 * The order in which a page is read, from where its words stand: rows of words; bands of rows that one gap runs through
 * from top to bottom; a band is a table (read row by row) or columns (each read to its end).
 */
import type { Run } from "./pdf-items.ts";
import { rowText, rowsOf, type Chunk, type Row } from "./pdf-rows.ts";

/**
 * A line of a page; places and the size of its letters in points (1/72 inch), y from the bottom (ISO 32000-2, 8.3.2.3).
 */
export interface Line {
  text: string;
  x0: number;
  x1: number;
  y: number;
  size: number;
  /** A row of a table: never joined with another line. */
  row?: boolean;
  /** What came before has ended, whatever its last letter. */
  apart?: boolean;
  /** As the file itself says. */
  heading?: boolean;
}

const MOST_RUNS = 50_000;
const MOST_ROWS = 2000;
const MOST_NESTED = 4;
/** Gaps narrower than this stand between words; in em. */
const GUTTER = 0.8;
const WIDE_GUTTER = 1.5;

export function layOut(runs: Run[]): Line[] {
  // A page of this size is a drawing; its pieces are read as they were written.
  if (runs.length > MOST_RUNS) return runs.map((run) => ({ ...run, row: true }));
  return readRows(rowsOf(runs), 0);
}

function readRows(rows: Row[], depth: number): Line[] {
  if (rows.length > MOST_ROWS || depth > MOST_NESTED) return rows.map(plain);
  const lines: Line[] = [];
  let waiting: Row[] = [];
  for (let i = 0; i < rows.length;) {
    const band = bandFrom(rows, i);
    if (!band) {
      waiting.push(rows[i]!);
      i += 1;
      continue;
    }
    const above = beside(waiting, band);
    lines.push(...waiting.slice(0, waiting.length - above.length).map(plain));
    waiting = [];
    lines.push(...readBand({ ...band, rows: [...above, ...band.rows] }, depth));
    i += band.rows.length;
  }
  return [...lines, ...waiting.map(plain)];
}

/** Rows right above a band that stand to the right of its first gap: their column only begins higher. */
function beside(rows: Row[], { rows: [top], gutters: [gutter] }: Band): Row[] {
  let from = rows.length;
  let next = top!;
  while (from > 0 && gutter) {
    const row = rows[from - 1]!;
    if (row.chunks[0]!.x0 < gutter.to - 0.5 || row.y - next.y > row.size * 1.7) break;
    next = row;
    from -= 1;
  }
  return rows.slice(from);
}

function plain(row: Row): Line {
  return {
    text: rowText(row.chunks),
    x0: row.chunks[0]!.x0,
    x1: row.chunks.at(-1)!.x1,
    y: row.y,
    size: row.size,
  };
}

interface Gap {
  from: number;
  to: number;
}

interface Band {
  rows: Row[];
  gutters: Gap[];
}

/** The longest band that begins with this row and that a gap of it runs through. */
function bandFrom(rows: Row[], start: number): Band | undefined {
  let best: { end: number; gap: Gap } | undefined;
  for (const seed of seedsOf(rows, start)) {
    let gap = seed;
    let end = start;
    while (end < rows.length) {
      const left = narrowed(gap, rows[end]!);
      if (!left || left.to - left.from < rows[end]!.size * GUTTER) break;
      gap = left;
      end += 1;
    }
    if (
      !best ||
      end > best.end ||
      (end === best.end && gap.to - gap.from > best.gap.to - best.gap.from)
    )
      best = { end, gap };
  }
  if (!best) return undefined;
  const band = trimmed(rows.slice(start, best.end), best.gap);
  if (!isSideBySide(band, best.gap) || isJustified(rows[start - 1], band)) return undefined;
  return { rows: band, gutters: guttersOf(band) };
}

/** Gaps inside of the row, or between it and what stands beside it a little lower. */
function seedsOf(rows: Row[], at: number): Gap[] {
  const row = rows[at]!;
  const gaps: Gap[] = [];
  for (const [i, chunk] of row.chunks.slice(1).entries())
    gaps.push({ from: row.chunks[i]!.x1, to: chunk.x0 });
  const next = rows[at + 1];
  if (next && besideEachOther(row, next)) {
    const [a, b] = [extent(row), extent(next)];
    if (a.to < b.from) gaps.push({ from: a.to, to: b.from });
    else if (b.to < a.from) gaps.push({ from: b.to, to: a.from });
  }
  return gaps.filter(({ from, to }) => to - from >= row.size * GUTTER);
}

function extent(row: Row): Gap {
  return { from: row.chunks[0]!.x0, to: row.chunks.at(-1)!.x1 };
}

/** Lines of one column never stand this close. */
function besideEachOther(a: Row, b: Row) {
  return a.y - b.y < Math.max(a.size, b.size) * 0.85;
}

/** What is left of the gap beside the row's words; of several pieces the widest. */
function narrowed(gap: Gap, row: Row): Gap | undefined {
  let from = gap.from;
  let best: Gap | undefined;
  for (const { x0, x1 } of row.chunks) {
    if (x1 <= from || x0 >= gap.to) continue;
    if (x0 > from && (!best || x0 - from > best.to - best.from)) best = { from, to: x0 };
    from = Math.max(from, x1);
  }
  if (gap.to > from && (!best || gap.to - from > best.to - best.from)) best = { from, to: gap.to };
  return best;
}

/** Without the rows at its end that stand on one side only and apart from the rest, such as the text below a table. */
function trimmed(rows: Row[], gap: Gap): Row[] {
  let end = rows.length;
  while (end > 1) {
    const row = rows[end - 1]!;
    const onBoth =
      row.chunks.some(({ x1 }) => x1 <= gap.from + 0.5) &&
      row.chunks.some(({ x0 }) => x0 >= gap.to - 0.5);
    if (onBoth || rows[end - 2]!.y - row.y < row.size * 1.9) break;
    end -= 1;
  }
  return rows.slice(0, end);
}

/** One sentence with a wide blank in it makes no columns. */
function isSideBySide(rows: Row[], gap: Gap) {
  let both = 0;
  let beside = 0;
  for (const [i, row] of rows.entries()) {
    const left = row.chunks.some(({ x1 }) => x1 <= gap.from + 0.5);
    const right = row.chunks.some(({ x0 }) => x0 >= gap.to - 0.5);
    if (left && right) both += 1;
    else if (i > 0 && besideEachOther(rows[i - 1]!, row)) beside += 1;
  }
  const size = Math.max(...rows.map((row) => row.size));
  const wide = gap.to - gap.from >= size * WIDE_GUTTER;
  return (
    both >= 3 ||
    (both >= 2 && wide) ||
    beside >= 3 ||
    (beside >= 1 && wide && both + beside >= 0.3 * (rows.length - 1))
  );
}

/**
 * Two lines of a text that fills its column may have wide blanks one below the other; the line before reaches both of
 * its edges too.
 */
function isJustified(before: Row | undefined, band: Row[]) {
  const broken = band.filter(({ chunks }) => chunks.length > 1);
  if (!before || broken.length > 2 || before.y - band[0]!.y > before.size * BREAK) return false;
  const edges = extent(before);
  return broken.some((row) => {
    const { from, to } = extent(row);
    return Math.abs(from - edges.from) < 2 && Math.abs(to - edges.to) < 2;
  });
}

/** Every gap that all rows leave free, between words on both of its sides. */
function guttersOf(rows: Row[]): Gap[] {
  const size = rows.reduce((sum, row) => sum + row.size, 0) / rows.length;
  const spans = rows.flatMap(({ chunks }) => chunks).sort((a, b) => a.x0 - b.x0);
  const gaps: Gap[] = [];
  let reach = spans[0]!.x1;
  for (const { x0, x1 } of spans) {
    if (x0 - reach >= size * GUTTER) gaps.push({ from: reach, to: x0 });
    reach = Math.max(reach, x1);
  }
  return gaps;
}

function readBand(band: Band, depth: number): Line[] {
  const parts = depth > MOST_NESTED ? [] : partsOf(band);
  if (parts.length > 1) return parts.flatMap((part) => readBand(part, depth + 1));
  const { rows, columns } = cellsOf(band);
  if (
    isTable(
      columns,
      rows.map(({ parts: cells }) => cells),
    )
  )
    return tableLines(rows);
  const ordered = columns.every((column, i) => i === 0 || overlapInHeight(columns[i - 1]!, column))
    ? columns
    : columns.toSorted((a, b) => b[0]!.y - a[0]!.y);
  const running = columns.every(isRunningText);
  return ordered.flatMap((column) => {
    const [first, ...rest] = readRows(column, depth + 1);
    return first ? [running ? first : { ...first, apart: true }, ...rest] : [];
  });
}

function cellsOf({ rows, gutters }: Band) {
  const columns = Array.from({ length: gutters.length + 1 }, (): Row[] => []);
  const cells = rows.map((row) => {
    const parts = Array.from({ length: columns.length }, (): Chunk[] => []);
    for (const chunk of row.chunks)
      parts[gutters.filter(({ from }) => chunk.x0 > from).length]!.push(chunk);
    for (const [i, chunks] of parts.entries())
      if (chunks.length > 0) columns[i]!.push({ ...row, chunks });
    return { row, parts };
  });
  return { rows: cells, columns };
}

/** Rows this far apart may belong to different things; in em. */
const BREAK = 1.7;

/** One gap may run through columns of text and through the boxes and tables above and below them. */
function partsOf({ rows, gutters }: Band): Band[] {
  const parts: { rows: Row[]; running: boolean }[] = [];
  let start = 0;
  for (let i = 1; i <= rows.length; i += 1) {
    const row = rows[i];
    if (row && rows[i - 1]!.y - row.y <= Math.max(row.size, rows[i - 1]!.size) * BREAK) continue;
    const piece = rows.slice(start, i);
    const { columns, rows: cells } = cellsOf({ rows: piece, gutters });
    const filled = cells.filter(
      ({ parts: each }) => each.filter(({ length }) => length > 0).length > 1,
    );
    const running = columns.filter(isRunningText).length >= 2;
    const last = parts.at(-1);
    // One line of each, such as two headings, stays with the text.
    if (last && (last.running === running || filled.length === 0)) last.rows.push(...piece);
    else parts.push({ rows: piece, running });
    start = i;
  }
  const few = parts.some((part) => part.rows.length < 2);
  return few || parts.length < 2
    ? []
    : parts.map((part) => ({ rows: part.rows, gutters: guttersOf(part.rows) }));
}

function overlapInHeight(a: Row[], b: Row[]) {
  return a[0]!.y >= b.at(-1)!.y && b[0]!.y >= a.at(-1)!.y;
}

const BULLET = /^[•·▪◦‣–—*○●■□➢✓-](?:\s|$)/u;

/** Cells of one row stand on one line, and are not text that runs on from line to line. */
function isTable(columns: Row[][], rows: Chunk[][][]) {
  const filled = rows.filter(
    (parts) => parts.filter((chunks) => chunks.length > 0).length >= 2,
  ).length;
  if (filled < rows.length * 0.5) return isMarkerColumn(columns[0]!);
  if (isMarkerColumn(columns[0]!)) return true;
  if (columns.filter(isRunningText).length >= 2) return false;
  return !columns.every(
    (column) =>
      column.filter(({ chunks }) => BULLET.test(rowText(chunks))).length > column.length / 2,
  );
}

/** Most lines fill the column and hold several words. */
function isRunningText(column: Row[]) {
  if (column.length < 2) return false;
  const left = Math.min(...column.map(({ chunks }) => chunks[0]!.x0));
  const right = Math.max(...column.map(({ chunks }) => chunks.at(-1)!.x1));
  const texts = column.map(({ chunks }) => rowText(chunks));
  const full = column.filter(
    ({ chunks }) => chunks.at(-1)!.x1 - left > (right - left) * 0.7,
  ).length;
  const words = texts.reduce((sum, text) => sum + text.split(/\s+/).length, 0) / texts.length;
  const letters = texts.reduce((sum, text) => sum + text.length, 0) / texts.length;
  // Lines of text go on in small letters, and stand closer than rows of a table.
  const small = texts.slice(1).filter((text) => /^\p{Ll}/u.test(text)).length;
  const tall = column.slice(1).filter((row, i) => column[i]!.y - row.y > row.size * 1.8).length;
  const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(
    texts.join(""),
  );
  // Between headings and ends of paragraphs fewer lines are full; that most go on in small letters says as much.
  const goesOn = small >= (column.length - 1) * 0.6;
  return (
    full >= column.length * (goesOn ? 0.5 : 0.6) &&
    tall <= column.length / 3 &&
    (unspaced ? letters >= 8 : words >= 3 && letters >= 16 && small >= (column.length - 1) * 0.3)
  );
}

/** Signs and numbers of a list. */
function isMarkerColumn(column: Row[]) {
  return column.every(({ chunks }) => MARKER.test(rowText(chunks)));
}
const MARKER =
  /^(?:[•·▪◦‣–—*○●■□➢✓-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})(?:\.\d{1,3})*[.)]|\d{1,3}(?:\.\d{1,3})+)$/iu;

function tableLines(rows: { row: Row; parts: Chunk[][] }[]): Line[] {
  const lines: { cells: string[]; row: Row }[] = [];
  for (const { row, parts } of rows) {
    const cells = parts.map((chunks) => (chunks.length > 0 ? rowText(chunks) : ""));
    const before = lines.at(-1);
    // A cell of several lines goes on where the first column is empty.
    if (before && cells[0] === "" && before.row.y - row.y < row.size * 1.45) {
      for (const [i, cell] of cells.entries())
        if (cell !== "") before.cells[i] = before.cells[i] ? `${before.cells[i]} ${cell}` : cell;
      before.row = row;
    } else lines.push({ cells, row });
  }
  const isList = lines.every(({ cells }) => cells[0] === "" || MARKER.test(cells[0]!));
  return lines.map(({ cells, row }) => ({
    text: cells.filter((cell) => cell !== "").join(isList ? " " : " | "),
    x0: row.chunks[0]!.x0,
    x1: row.chunks.at(-1)!.x1,
    y: row.y,
    size: row.size,
    row: true,
  }));
}
