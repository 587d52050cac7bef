/** Words in what is drawn: SmartArt (ECMA-376 part 1, section 21.4) and charts (21.2, and Microsoft's newer `cx`). */
import { drawingText } from "./drawing-text.ts";
import type { Cell } from "./layout.ts";
import type { Block } from "./text-builder.ts";
import { childrenNamed, child, descendants, first, textOf, type XmlNode } from "./xml.ts";

const MOST_POINTS = 2000;

/** A paragraph per shape of a diagram, in the order of its outline. */
export function diagramParagraphs(data: XmlNode): string[] {
  const points = new Map<string, XmlNode>();
  for (const point of childrenNamed(first(data, "dgm:ptLst"), "dgm:pt"))
    points.set(point.attributes.modelId ?? "", point);
  const below = new Map<string, { id: string; order: number }[]>();
  for (const { attributes } of childrenNamed(first(data, "dgm:cxnLst"), "dgm:cxn")) {
    if ((attributes.type ?? "parOf") !== "parOf" || !attributes.srcId || !attributes.destId)
      continue;
    const list = below.get(attributes.srcId) ?? [];
    list.push({ id: attributes.destId, order: Number(attributes.srcOrd ?? 0) });
    below.set(attributes.srcId, list);
  }
  const order: string[] = [];
  const seen = new Set<string>();
  const waiting = [...points]
    .filter(([, { attributes }]) => attributes.type === "doc")
    .map(([id]) => id);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    order.push(id);
    const next = (below.get(id) ?? []).sort((a, b) => b.order - a.order);
    for (const each of next) waiting.push(each.id);
  }
  // What no line of the outline leads to is read as it stands in the file.
  for (const id of points.keys()) if (!seen.has(id)) order.push(id);
  return order.flatMap((id) => {
    const point = points.get(id);
    // Shapes made from others for their looks (`pres`) repeat them.
    if (!point || point.attributes.type === "pres") return [];
    return drawingText(child(point, "dgm:t"));
  });
}

/** Title and titles of axes, then a line per category with the values of every series, as the file last showed them. */
export function chartBlocks(chart: XmlNode): Block[] {
  const titles = [...descendants(chart)]
    .filter(({ name }) => name === "c:title" || name === "cx:title")
    .map((title) => [...new Set(drawingText(title))].join(" ") || cached(title).join(" "));
  const series = [...descendants(chart)].filter(({ name }) => name === "c:ser");
  const table = series.length > 0 ? seriesTable(series) : extendedTable(chart);
  const labels = [...descendants(chart)]
    .filter(({ name }) => name === "c:dLbl")
    .flatMap((label) => drawingText(label));
  return [
    ...titles.map((text) => ({ text })),
    { rows: cellsOf(table), headRows: 1 },
    ...labels.map((text) => ({ text })),
  ];
}

function seriesTable(series: XmlNode[]): string[][] {
  const columns = series.map((each) => ({
    name: cached(child(each, "c:tx")).join(" "),
    categories: byIndex(child(each, "c:cat") ?? child(each, "c:xVal")),
    values: byIndex(child(each, "c:val") ?? child(each, "c:yVal")),
  }));
  const categories =
    columns.find((column) => column.categories.size > 0)?.categories ?? new Map<number, string>();
  const rows = new Set([
    ...categories.keys(),
    ...columns.flatMap(({ values }) => [...values.keys()]),
  ]);
  const lines = [["", ...columns.map(({ name }) => name)]];
  for (const row of [...rows].sort((a, b) => a - b).slice(0, MOST_POINTS))
    lines.push([categories.get(row) ?? "", ...columns.map(({ values }) => values.get(row) ?? "")]);
  return lines;
}

/** Points of a cache by their number; of categories in several levels all are said. */
function byIndex(data: XmlNode | undefined): Map<number, string> {
  const found = new Map<number, string>();
  if (!data) return found;
  for (const point of descendants(data)) {
    if (point.name !== "c:pt") continue;
    const index = Number(point.attributes.idx);
    const value = roundedValue(textOf(child(point, "c:v")).trim());
    found.set(index, found.has(index) ? `${value} ${found.get(index)}` : value);
  }
  return found;
}

function cached(data: XmlNode | undefined): string[] {
  if (!data) return [];
  return [...descendants(data)]
    .filter(({ name }) => name === "c:v" || name === "cx:v")
    .map((value) => textOf(value).trim());
}

/** 0.30000000000000004 is how computers store 0.3. */
function roundedValue(value: string) {
  return /^-?\d+\.\d{10,}(?:E[+-]?\d+)?$/i.test(value)
    ? String(Number(Number(value).toPrecision(10)))
    : value;
}

function extendedTable(chart: XmlNode): string[][] {
  const lines: string[][] = [];
  for (const each of descendants(chart)) {
    if (each.name === "cx:series") lines.push(cached(first(each, "cx:txData")));
    else if (each.name === "cx:data") {
      const dimensions = [...descendants(each)].filter(({ name }) => name === "cx:lvl");
      const columns = dimensions.map((level) =>
        childrenNamed(level, "cx:pt").map((point) => textOf(point).trim()),
      );
      const length = Math.min(MOST_POINTS, Math.max(0, ...columns.map((column) => column.length)));
      for (let row = 0; row < length; row += 1)
        lines.push(columns.map((column) => column[row] ?? ""));
    }
  }
  return lines;
}

function cellsOf(lines: string[][]): Cell[][] {
  return lines.map((cells) => cells.map((text, column) => ({ column, columns: 1, text })));
}
