/** What stands on a page of a PDF, with its place: text, answers in form fields, and remarks that were put on it. */
import type { PDFPageProxy } from "pdfjs-dist";
import type { TextItem, TextMarkedContent } from "pdfjs-dist/types/src/display/api.d.ts";
import { isNoLetter, type FontCheck } from "./pdf-fonts.ts";

/** A piece of text on one base line; coordinates are points, turned so that its letters stand upright, y upwards. */
export interface Run {
  text: string;
  x0: number;
  x1: number;
  y: number;
  size: number;
  /** Of the structure tree. */
  contentId?: string;
  /** Page numbers and running heads, as the file itself says. */
  artifact?: boolean;
}

export interface PageItems {
  /** By the direction of their letters, the most frequent first. */
  directions: Run[][];
  /** Remarks in a window of their own, which show nothing on the page. */
  remarks: string[];
  /** Letters that the file does not name, and those it does. */
  unknown: number;
  known: number;
  /** Whether a picture of the page shows its letters. */
  drawn: boolean;
}

export async function readItems(page: PDFPageProxy, fonts: FontCheck): Promise<PageItems> {
  const { items, styles } = await page.getTextContent({ includeMarkedContent: true });
  const unmapped = await fonts.unmapped(page, Object.keys(styles));
  const turned = new Map<number, Run[]>();
  const marks: { id?: string; artifact: boolean }[] = [];
  let unknown = 0;
  let known = 0;
  for (const item of items) {
    if ("type" in item) {
      mark(item, marks);
      continue;
    }
    const letters = [...item.str].filter((letter) => letter.trim() !== "");
    if (letters.length === 0) continue;
    const bad = unmapped.has(item.fontName) ? letters.length : letters.filter(isNoLetter).length;
    unknown += bad;
    known += letters.length - bad;
    if (bad > letters.length / 2) continue;
    const { angle, run } = toRun(item);
    const open = marks.findLast(({ id }) => id !== undefined);
    if (open?.id) run.contentId = open.id;
    if (marks.some(({ artifact }) => artifact)) run.artifact = true;
    const list = turned.get(angle) ?? [];
    list.push(run);
    turned.set(angle, list);
  }
  const remarks = await readAnnotations(page, turned);
  const directions = [...turned.values()].sort((a, b) => b.length - a.length);
  return { directions, remarks, unknown, known, drawn: fonts.drawn(Object.keys(styles)) };
}

function mark(item: TextMarkedContent, marks: { id?: string; artifact: boolean }[]) {
  if (item.type === "endMarkedContent") marks.pop();
  else {
    const artifact = (item as { tag?: string }).tag === "Artifact";
    marks.push({ ...(item.id ? { id: item.id } : {}), artifact });
  }
}

/** Turned by quarters, so that rotated pages and tables on their side are read like others. */
function toRun(item: TextItem): { angle: number; run: Run } {
  const [a, b, c, d, x, y] = item.transform as [number, number, number, number, number, number];
  const quarter = (Math.round(Math.atan2(b, a) / (Math.PI / 2)) + 4) % 4;
  const [px, py] =
    quarter === 0 ? [x, y] : quarter === 1 ? [y, -x] : quarter === 2 ? [-x, -y] : [-y, x];
  const size = item.height || Math.hypot(c, d) || 10;
  const lead = item.str.length - item.str.trimStart().length;
  const letter = item.width / Math.max(1, item.str.length);
  const text = item.str.trim();
  const x0 = px + (lead > 0 ? lead * letter : 0);
  return {
    angle: quarter,
    run: {
      text,
      x0,
      x1: Math.max(x0, x0 + item.width * (text.length / Math.max(1, item.str.length))),
      y: py,
      size,
    },
  };
}

interface Annotation {
  subtype: string;
  fieldType?: string;
  fieldValue?: unknown;
  buttonValue?: string;
  exportValue?: string;
  checkBox?: boolean;
  radioButton?: boolean;
  password?: boolean;
  hidden?: boolean;
  noView?: boolean;
  annotationFlags?: number;
  options?: { exportValue: string; displayValue: string }[];
  contentsObj?: { str?: string };
  richText?: { str?: string } | null;
  textContent?: string[];
  defaultAppearanceData?: { fontSize?: number };
  rect: [number, number, number, number];
}

const REMARKS = new Set([
  "Text",
  "Highlight",
  "Underline",
  "StrikeOut",
  "Squiggly",
  "Caret",
  "Ink",
  "Square",
  "Circle",
  "Line",
  "Polygon",
  "PolyLine",
  "Stamp",
  "FileAttachment",
]);
const HIDDEN = 2;
const NO_VIEW = 32;

/** What the page shows goes to its place among the text; what opens a window is handed back. */
async function readAnnotations(page: PDFPageProxy, turned: Map<number, Run[]>): Promise<string[]> {
  const remarks: string[] = [];
  const found = (await page.getAnnotations().catch(() => [])) as Annotation[];
  for (const each of found) {
    if (each.hidden || each.noView || ((each.annotationFlags ?? 0) & (HIDDEN | NO_VIEW)) !== 0)
      continue;
    const contents = (each.contentsObj?.str ?? each.richText?.str ?? "").trim();
    if (each.subtype === "Widget") place(turned, page, each, fieldText(each));
    else if (each.subtype === "FreeText")
      place(turned, page, each, contents || (each.textContent ?? []).join("\n"));
    else if (REMARKS.has(each.subtype) && contents !== "") remarks.push(contents);
  }
  // A mark over words often carries those words again.
  const text = [...turned.values()]
    .flat()
    .map((run) => run.text)
    .join(" ")
    .replace(/\s+/g, " ");
  return [...new Set(remarks)].filter((remark) => !text.includes(remark.replace(/\s+/g, " ")));
}

function fieldText(field: Annotation): string {
  if (field.password) return "";
  if (field.fieldType === "Btn") {
    const on = field.checkBox
      ? field.exportValue
      : field.radioButton
        ? field.buttonValue
        : undefined;
    return on !== undefined && field.fieldValue === on ? "☒" : "";
  }
  const values = Array.isArray(field.fieldValue) ? field.fieldValue : [field.fieldValue];
  const shown = values
    .filter((value): value is string => typeof value === "string" && value.trim() !== "")
    .map(
      (value) =>
        field.options?.find(({ exportValue }) => exportValue === value)?.displayValue ?? value,
    );
  return shown.length > 0 ? shown.join("\n") : (field.textContent ?? []).join("\n");
}

function place(
  turned: Map<number, Run[]>,
  page: PDFPageProxy,
  { rect, defaultAppearanceData }: Annotation,
  text: string,
) {
  const lines = text
    .split(/\r\n?|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (lines.length === 0) return;
  const angle = page.rotate / 90;
  const [x0, y0, x1, y1] = rect;
  const [left, bottom, right, top] =
    angle === 1
      ? [y0, -x1, y1, -x0]
      : angle === 2
        ? [-x1, -y1, -x0, -y0]
        : angle === 3
          ? [-y1, x0, -y0, x1]
          : rect;
  const height = top - bottom;
  const size = Math.min(defaultAppearanceData?.fontSize || 11, Math.max(4, height / lines.length));
  const first = lines.length === 1 ? bottom + (height - size) / 2 + size * 0.22 : top - size;
  const runs = turned.get(angle) ?? [];
  for (const [i, line] of lines.entries())
    runs.push({
      text: line,
      x0: left,
      x1: Math.min(Math.max(right, left + 1), left + line.length * size * 0.5),
      y: first - i * size * 1.2,
      size,
    });
  turned.set(angle, runs);
}
