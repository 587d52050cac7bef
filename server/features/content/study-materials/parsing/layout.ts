/** How spans of a text look, gathered while the text grows. */
import type { LayoutValue } from "#database/json-columns.ts";
import { cleanText } from "./clean-text.ts";
import { MOST_CELLS, MOST_LAYOUT } from "./contract.ts";
import { readStyles, type Style } from "./styled-text.ts";

export interface Cell {
  /** From 0. */
  column: number;
  /** That it reaches over. */
  columns: number;
  text: string;
}

const BETWEEN_CELLS = " | ";

export function createLayout() {
  const spans: LayoutValue[] = [];
  let cellCount = 0;

  /** A document of a million bold words is read without them. */
  function add(span: LayoutValue) {
    if (spans.length < MOST_LAYOUT) spans.push(span);
  }

  function addStyles(styles: Style[], start: number) {
    for (const { kind, from, to } of styles)
      add({ kind, start_offset: start + from, end_offset: start + to });
  }

  return {
    spans,
    add,
    addStyles,
    addTable({ text, cells, headRows }: TableText, start: number) {
      cellCount += cells.length;
      if (cellCount > MOST_CELLS) return;
      add({
        kind: "table",
        start_offset: start,
        end_offset: start + text.length,
        cells: cells.map(({ row, column, columns, from, to }) => [
          row,
          column,
          columns,
          start + from,
          start + to,
        ]),
        ...(headRows > 0 ? { head_rows: headRows } : {}),
      });
      for (const { styles, from } of cells) addStyles(styles, start + from);
    },
  };
}

type TableText = ReturnType<typeof tableText>;

/** A line per row; empty cells and rows are left out, the others know where they were. */
export function tableText(rows: Cell[][], headRows: number) {
  let text = "";
  let row = 0;
  let heads = 0;
  const cells: {
    row: number;
    column: number;
    columns: number;
    from: number;
    to: number;
    styles: Style[];
  }[] = [];
  for (const [number, given] of rows.entries()) {
    const full = given.flatMap((cell) => {
      const read = readStyles(cleanText(cell.text));
      return read.text === "" ? [] : [{ ...cell, ...read }];
    });
    if (full.length === 0) continue;
    if (text !== "") text += "\n";
    for (const [at, cell] of full.entries()) {
      if (at > 0) text += BETWEEN_CELLS;
      const from = text.length;
      text += cell.text;
      const { column, columns, styles } = cell;
      cells.push({ row, column, columns, from, to: text.length, styles });
    }
    row += 1;
    if (number < headRows) heads = row;
  }
  return { text, cells, headRows: heads };
}
