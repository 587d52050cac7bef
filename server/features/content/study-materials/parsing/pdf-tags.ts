/** The order that the file itself gives its text (tagged PDF: PDF 2.0, section 14.8), where it covers the page. */
import type { PDFPageProxy } from "pdfjs-dist";
import type { Run } from "./pdf-items.ts";
import { layOut, type Line } from "./pdf-layout.ts";
import { rowText } from "./pdf-rows.ts";

interface Node {
  role?: string;
  type?: string;
  id?: string;
  children?: Node[];
}

/** A tree that misses more of the text than this was made carelessly. */
const COVERED = 0.9;
const INLINE =
  /^(?:Span|Link|Quote|Code|Reference|Em|Strong|Sub|Lbl|LBody|Annot|Ruby|RB|Warichu|BibEntry|Form|Formula|Private|NonStruct)$/;
const MARKER = /^(?:[•·▪◦‣–—*○●■□➢✓-]|\(?\w{1,5}[.)])$/u;
const MOST_DEEP = 200;

/** Undefined where there is no such order, or not for this text. Page numbers and running heads are left out. */
export async function readTagged(page: PDFPageProxy, runs: Run[]): Promise<Line[] | undefined> {
  if (!runs.some(({ contentId }) => contentId)) return undefined;
  const tree = (await page.getStructTree().catch(() => null)) as Node | null;
  if (!tree) return undefined;
  const byId = new Map<string, Run[]>();
  for (const run of runs) {
    if (!run.contentId) continue;
    const list = byId.get(run.contentId) ?? [];
    list.push(run);
    byId.set(run.contentId, list);
  }
  const reader = createReader(byId);
  reader.visit(tree, 0);
  reader.flush();
  const left = runs.filter((run) => !run.artifact && !reader.used.has(run));
  const length = (list: Iterable<Run>) => [...list].reduce((sum, { text }) => sum + text.length, 0);
  if (length(left) > (1 - COVERED) * (length(left) + length(reader.used))) return undefined;
  return [...reader.lines, ...layOut(left).map((line) => ({ ...line, apart: true }))];
}

function createReader(byId: Map<string, Run[]>) {
  const lines: Line[] = [];
  const used = new Set<Run>();
  let open: Run[] = [];
  let marker = "";

  function take(id: string | undefined): Run[] {
    const fresh = (byId.get(id ?? "") ?? []).filter((run) => !used.has(run));
    for (const run of fresh) used.add(run);
    return fresh;
  }

  function flush(heading = false) {
    const block = linesOf(open);
    open = [];
    const [first, ...rest] = block;
    if (!first) return;
    if (rest.length === 0 && MARKER.test(first.text)) {
      marker = `${first.text} `;
      return;
    }
    // What is no heading by its tag may be one by its size: many programs tag everything as a paragraph.
    const tag = heading ? { heading } : {};
    lines.push(
      { ...first, text: marker + first.text, apart: true, ...tag },
      ...rest.map((line) => ({ ...line, ...tag })),
    );
    marker = "";
  }

  function visit(node: Node, depth: number) {
    if (depth > MOST_DEEP) return;
    if (node.type === "content") open.push(...take(node.id));
    else if (node.role === "Table") {
      flush();
      for (const row of rowsIn(node)) tableRow(row);
    } else if (node.role === "Artifact") return;
    else {
      const block = !INLINE.test(node.role ?? "");
      if (block) flush();
      for (const child of node.children ?? []) visit(child, depth + 1);
      if (block) flush(/^(?:H\d?|Title)$/.test(node.role ?? ""));
    }
  }

  function tableRow(row: Node) {
    const cells = (row.children ?? []).map((cell) => runsIn(cell, 0));
    const all = cells.flat();
    const text = cells
      .map((runs) =>
        linesOf(runs)
          .map((line) => line.text)
          .join(" "),
      )
      .filter((cell) => cell !== "")
      .join(" | ");
    if (text !== "")
      lines.push({
        text,
        x0: all[0]!.x0,
        x1: all[0]!.x1,
        y: all[0]!.y,
        size: all[0]!.size,
        row: true,
        heading: false,
      });
  }

  function runsIn(node: Node, depth: number): Run[] {
    if (node.type === "content") return take(node.id);
    return depth > MOST_DEEP
      ? []
      : (node.children ?? []).flatMap((child) => runsIn(child, depth + 1));
  }

  return { lines, used, visit, flush };
}

function rowsIn(table: Node): Node[] {
  return (table.children ?? []).flatMap((child) =>
    child.role === "TR"
      ? [child]
      : /^(?:THead|TBody|TFoot|NonStruct)$/.test(child.role ?? "")
        ? rowsIn(child)
        : [],
  );
}

/** In the order of the tree; a new line begins where the place jumps. */
function linesOf(runs: Run[]): Line[] {
  const groups: Run[][] = [];
  for (const run of runs) {
    const before = groups.at(-1)?.at(-1);
    const large = before ? Math.max(before.size, run.size) : 0;
    if (before && Math.abs(before.y - run.y) < large * 0.55 && run.x0 > before.x0)
      groups.at(-1)!.push(run);
    else groups.push([run]);
  }
  return groups.map((group) => {
    const size = Math.max(...group.map((run) => run.size));
    const main = group.find((run) => run.size === size)!;
    return {
      text: rowText([{ x0: group[0]!.x0, x1: group.at(-1)!.x1, runs: group }]),
      x0: group[0]!.x0,
      x1: group.at(-1)!.x1,
      y: main.y,
      size,
    };
  });
}
