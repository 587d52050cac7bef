/** Word's tables: a line per row; those that only place things on the page are handed back cell by cell. */
import type { Cell } from "./layout.ts";
import { child, elements, type XmlNode } from "./xml.ts";

export type ReadTable =
  | { kind: "rows"; rows: Cell[][]; headRows: number }
  | { kind: "cells"; cells: XmlNode[] };

const LONG_CELL = 1500;
const MOST_REPEATED = 200;
/** That Word itself allows. */
const MOST_COLUMNS = 63;

export function readTable(
  table: XmlNode,
  paragraphText: (paragraph: XmlNode) => string,
): ReadTable {
  const rows = parts(table, "w:tr").filter((row) => !child(child(row, "w:trPr"), "w:del"));
  const cells = rows.map((row) => parts(row, "w:tc"));
  const all = cells.flat();
  // A frame around text, or a page in columns, holds running text.
  if (cells.every((row) => row.length <= 1) || all.some((cell) => lengthOf(cell) > LONG_CELL))
    return { kind: "cells", cells: all };
  const above: string[] = [];
  const texts = cells.map((row) => {
    let column = 0;
    return row.map((cell) => {
      const properties = child(cell, "w:tcPr");
      const merge = child(properties, "w:vMerge");
      // A cell that reaches down is said again, when it is short: a row is read by itself.
      const text =
        merge && merge.attributes["w:val"] !== "restart"
          ? (above[column] ?? "")
          : cellText(cell, paragraphText);
      above[column] = merge && text.length <= MOST_REPEATED ? text : "";
      const span = Number(child(properties, "w:gridSpan")?.attributes["w:val"]);
      const columns = Number.isInteger(span) ? Math.min(MOST_COLUMNS, Math.max(1, span)) : 1;
      column += columns;
      return { column: column - columns, columns, text };
    });
  });
  // Head rows are the first ones, that are said again on each page.
  const headRows = rows.findIndex((row) => !child(child(row, "w:trPr"), "w:tblHeader"));
  return { kind: "rows", rows: texts, headRows: Math.max(0, headRows) };
}

function parts(node: XmlNode, name: string): XmlNode[] {
  return elements(node).flatMap((each) => {
    if (each.name === name) return [each];
    if (each.name === "w:sdt") return parts(child(each, "w:sdtContent") ?? each, name);
    return ["w:ins", "w:customXml", "w:moveTo", "w:bookmarkStart"].includes(each.name)
      ? parts(each, name)
      : [];
  });
}

function cellText(cell: XmlNode, paragraphText: (paragraph: XmlNode) => string): string {
  const texts: string[] = [];
  const visit = (node: XmlNode) => {
    for (const each of elements(node)) {
      if (each.name === "w:p") texts.push(paragraphText(each).replace(/\s+/g, " ").trim());
      else if (each.name !== "w:del" && each.name !== "w:moveFrom") visit(each);
    }
  };
  visit(cell);
  return texts.filter((text) => text !== "").join(" ");
}

function lengthOf(node: XmlNode): number {
  let length = 0;
  for (const each of node.children)
    length += typeof each === "string" ? each.length : lengthOf(each);
  return length;
}
