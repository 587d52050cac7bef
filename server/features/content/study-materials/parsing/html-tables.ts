/** Tables of data become a line per row; tables that only place things on the page are read cell by cell. */
import {
  attribute,
  isElement,
  type HtmlDocument,
  type HtmlElement,
  type HtmlNode,
} from "./html-tree.ts";
import type { Cell } from "./layout.ts";

/** A cell that spans rows is said again in each of them, when it is short: a row is read by itself. */
const MOST_REPEATED = 200;
const MOST_SPAN = 100;
/** Nobody sets running text into a table of data. */
const LONG_CELL = 1500;
const HEADED_CELL = 300;

interface Table {
  data: boolean;
  rows: string[][];
  spanned: { text: string; left: number }[];
  cell: { pieces: string[]; span: number; width: number } | undefined;
}

export function createTables(document: HtmlDocument) {
  const forLayout = layoutTables(document);
  const open: Table[] = [];
  const inside = () => open.findLast(({ data }) => data);

  return {
    inCell: () => inside()?.cell !== undefined,
    cellText(paragraph: string) {
      if (paragraph.trim() !== "")
        inside()!.cell!.pieces.push(paragraph.replace(/\s+/g, " ").trim());
    },
    open(element: HtmlElement) {
      // A table in a cell of data is text of that cell.
      open.push({
        data: !inside() && !forLayout.has(element),
        rows: [],
        spanned: [],
        cell: undefined,
      });
    },
    openRow() {
      const table = open.at(-1);
      if (!table?.data) return;
      fillSpans(table);
      table.rows.push([]);
      fillSpans(table);
    },
    openCell(element: HtmlElement) {
      const table = open.at(-1);
      if (!table?.data) return;
      if (table.rows.length === 0) table.rows.push([]);
      fillSpans(table);
      const spans = (name: string) =>
        Math.min(MOST_SPAN, Math.max(1, Number.parseInt(attribute(element, name) ?? "1", 10) || 1));
      table.cell = { pieces: [], span: spans("rowspan"), width: spans("colspan") };
    },
    closeCell() {
      const table = open.at(-1);
      if (!table?.cell) return;
      const { pieces, span, width } = table.cell;
      table.cell = undefined;
      const text = pieces.join(" ");
      const row = table.rows.at(-1)!;
      for (let i = 0; i < width; i += 1) {
        table.spanned[row.length] = {
          text: i === 0 && text.length <= MOST_REPEATED ? text : "",
          left: span - 1,
        };
        row.push(i === 0 ? text : "");
      }
    },
    /** The rows of a table of data that ends here; undefined for another one. */
    close(): Cell[][] | undefined {
      const table = open.pop();
      if (!table?.data) return undefined;
      return table.rows.map((row) => row.map((text, column) => ({ column, columns: 1, text })));
    },
  };
}

/** Cells that reach down from rows above. */
function fillSpans({ rows, spanned }: Table) {
  const row = rows.at(-1);
  if (!row) return;
  for (let over = spanned[row.length]; over && over.left > 0; over = spanned[row.length]) {
    over.left -= 1;
    row.push(over.text);
  }
}

function layoutTables(document: HtmlDocument): Set<HtmlElement> {
  interface Seen {
    element: HtmlElement;
    layout: boolean;
    /** Another table stands in it. */
    nesting: boolean;
    /** Headings stand in it: of parts of the page, where much text follows them. */
    headed: boolean;
    rows: number;
    longest: number;
    /** Cells that name rows or columns. */
    named: boolean;
    columns: number;
    widest: number;
    cell: number;
  }
  const found = new Set<HtmlElement>();
  const open: Seen[] = [];
  const waiting: (HtmlNode | { leave: HtmlElement })[] = [...document.childNodes].reverse();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    const table = open.at(-1);
    if ("leave" in node) {
      const { tagName } = node.leave;
      if (tagName === "table") {
        open.pop();
        if (
          table!.layout ||
          table!.widest < 2 ||
          (table!.nesting && !table!.named) ||
          (table!.headed && (table!.rows < 2 || table!.longest > HEADED_CELL))
        )
          found.add(node.leave);
      }
      continue;
    }
    if (node.nodeName === "#text" && table) {
      table.cell += (node as { value: string }).value.length;
      table.longest = Math.max(table.longest, table.cell);
      if (table.cell > LONG_CELL) table.layout = true;
    }
    if (!isElement(node)) continue;
    const name = node.tagName;
    if (name === "table") {
      if (table) table.nesting = true;
      const role = attribute(node, "role");
      open.push({
        element: node,
        layout: role === "presentation" || role === "none",
        nesting: false,
        headed: false,
        rows: 0,
        longest: 0,
        named: false,
        columns: 0,
        widest: 0,
        cell: 0,
      });
    } else if (table) {
      if (name === "tr") {
        table.columns = 0;
        table.rows += 1;
      } else if (name === "td" || name === "th") {
        table.columns += Number.parseInt(attribute(node, "colspan") ?? "1", 10) || 1;
        table.widest = Math.max(table.widest, table.columns);
        table.cell = 0;
        if (name === "th") table.named = true;
      } else if (/^h[1-6]$/.test(name)) table.headed = true;
    }
    waiting.push({ leave: node });
    for (let i = node.childNodes.length - 1; i >= 0; i -= 1) waiting.push(node.childNodes[i]!);
  }
  return found;
}
