/**
 * A document's text as headings, paragraphs, lists and tables, from its layout. Text is only cut, never changed:
 * offsets stay those of the source's text. Pure.
 */
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";

export type Layout = StudyMaterial["layout"];
type LayoutSpan = Layout[number];

/** Letters of the text. */
export interface Leaf {
  from: number;
  to: number;
}

export interface Item extends Leaf {
  /** Letters of its sign, at its beginning. */
  mark: number;
  items: Item[];
}

export interface TableCell extends Leaf {
  column: number;
  columns: number;
}

export type Block =
  | ({ kind: "text" | "note" } & Leaf)
  | ({ kind: "heading"; level: number } & Leaf)
  | ({ kind: "list"; items: Item[] } & Leaf)
  | ({ kind: "table"; rows: TableCell[][]; headRows: number; columns: number } & Leaf)
  | ({ kind: "speaker_notes"; blocks: Block[] } & Leaf);

const isInline = ({ kind }: LayoutSpan) => kind === "strong" || kind === "emphasis";

/** @returns cuts a span of the text into blocks. */
export function createBlocks(content: string, layout: Layout) {
  // The server sends what lies in another one behind it.
  const spans = inOrder(layout.filter((span) => !isInline(span)));
  return (from: number, to: number): Block[] =>
    cut(content, spans.slice(firstFrom(spans, from), firstFrom(spans, to)), from, to);
}

function cut(content: string, spans: LayoutSpan[], from: number, to: number): Block[] {
  const blocks: Block[] = [];
  let at = from;
  for (const span of spans) {
    // What lies in another one is of that one.
    if (span.start_offset < at) continue;
    blocks.push(...paragraphs(content, at, span.start_offset));
    at = Math.min(to, span.end_offset);
    const last = blocks.at(-1);
    if (span.kind === "item" && last?.kind === "list") {
      addItem(last.items, span, at);
      last.to = at;
    } else blocks.push(blockOf(content, span, spans, at));
  }
  return [...blocks, ...paragraphs(content, at, to)];
}

function blockOf(content: string, span: LayoutSpan, spans: LayoutSpan[], to: number): Block {
  const from = span.start_offset;
  if (span.kind === "item") {
    const items: Item[] = [];
    addItem(items, span, to);
    return { kind: "list", items, from, to };
  }
  if (span.kind === "heading") return { kind: "heading", level: span.level ?? 1, from, to };
  if (span.kind === "table") return tableOf(span, to);
  if (span.kind === "speaker_notes") {
    const inside = spans.filter(
      (each) => each !== span && each.start_offset >= from && each.start_offset < to,
    );
    return { kind: "speaker_notes", blocks: cut(content, inside, from, to), from, to };
  }
  return { kind: "note", from, to };
}

/** Below the last item of a smaller level. */
function addItem(items: Item[], { start_offset, level = 0, mark = 0 }: LayoutSpan, to: number) {
  let list = items;
  for (let depth = 0; depth < level && list.length > 0; depth += 1) list = list.at(-1)!.items;
  list.push({ from: start_offset, to, mark: Math.min(mark, to - start_offset), items: [] });
}

function tableOf({ start_offset, cells = [], head_rows = 0 }: LayoutSpan, to: number): Block {
  const rows: TableCell[][] = [];
  for (const [row, column, columns, from, end] of cells)
    (rows[row!] ??= []).push({ column: column!, columns: columns!, from: from!, to: end! });
  return {
    kind: "table",
    rows: rows.filter(Boolean),
    headRows: head_rows,
    columns: Math.max(1, ...rows.flat().map((cell) => cell.column + cell.columns)),
    from: start_offset,
    to,
  };
}

/** What stands between empty lines. */
function paragraphs(content: string, from: number, to: number): Block[] {
  const found: Block[] = [];
  for (const { 0: text, index } of content.slice(from, to).matchAll(/[^\n](?:(?!\n\n)[^])*/g))
    if (text.trim() !== "")
      found.push({ kind: "text", from: from + index, to: from + index + text.trimEnd().length });
  return found;
}

export interface Piece extends Leaf {
  strong: boolean;
  emphasis: boolean;
  marked: boolean;
}

/** @returns cuts a leaf where letters begin or end to be bold, slanted or marked. */
export function createCutter(layout: Layout, quote: Leaf | undefined) {
  const inline = inOrder(layout.filter(isInline));
  return ({ from, to }: Leaf): Piece[] => {
    const own: LayoutSpan[] = [];
    // Styles end with the paragraph that they begin in.
    for (let at = firstFrom(inline, from); at < inline.length; at += 1) {
      if (inline[at]!.start_offset >= to) break;
      own.push(inline[at]!);
    }
    const ends = own.flatMap(({ start_offset, end_offset }) => [start_offset, end_offset]);
    if (quote) ends.push(quote.from, quote.to);
    const cuts = [...new Set([from, ...ends.filter((at) => at > from && at < to), to])].sort(
      (a, b) => a - b,
    );
    return cuts.slice(1).map((end, before) => {
      const begin = cuts[before]!;
      const has = (kind: LayoutSpan["kind"]) =>
        own.some((one) => one.kind === kind && one.start_offset <= begin && one.end_offset >= end);
      return {
        from: begin,
        to: end,
        strong: has("strong"),
        emphasis: has("emphasis"),
        marked: quote !== undefined && quote.from <= begin && quote.to >= end,
      };
    });
  };
}

function inOrder(spans: LayoutSpan[]) {
  return spans.toSorted((a, b) => a.start_offset - b.start_offset);
}

function firstFrom(spans: LayoutSpan[], from: number) {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.start_offset < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
