/**
 * Excel (ECMA-376 part 1, SpreadsheetML): a page per sheet, a line per row. Cells are written as Excel shows them,
 * dates and percentages too, by numfmt (https://github.com/borgar/numfmt): the file has only numbers and the codes of
 * their formats.
 */
import { format, getFormatFromId } from "numfmt";
import type { ParsedDocument } from "./contract.ts";
import type { Cell } from "./layout.ts";
import { openPackage, type OfficePackage } from "./office-package.ts";
import { createTextBuilder } from "./text-builder.ts";
import { child, childrenNamed, descendants, first, textOf, type XmlNode } from "./xml.ts";

interface Workbook {
  shared: string[];
  /** Code of the format of each style. */
  formats: string[];
  /** Days are counted from 1904, as old Macs do. */
  from1904: boolean;
}

export async function parseXlsx(path: string): Promise<ParsedDocument> {
  const parts = await openPackage(path);
  const main = parts.main("xl/workbook.xml");
  const root = parts.xml(main);
  const related = (type: string) => {
    const [name] = parts.related(main, type);
    return name === undefined ? undefined : parts.xml(name);
  };
  const workbook: Workbook = {
    shared: childrenNamed(first(related("sharedStrings"), "sst"), "si").map(richText),
    formats: formatsOf(related("styles")),
    from1904: /^(?:1|true)$/.test(first(root, "workbookPr")?.attributes["date1904"] ?? ""),
  };
  const builder = createTextBuilder();
  const relations = parts.relations(main);
  let page = 0;
  for (const { attributes } of childrenNamed(first(root, "sheets"), "sheet")) {
    const target = relations.get(attributes["r:id"] ?? "")?.target;
    const sheet = target === undefined ? undefined : parts.xml(target);
    if (!sheet || target === undefined) continue;
    page += 1;
    const heading = (attributes["name"] ?? "").trim();
    builder.section({ page, ...(heading ? { heading } : {}) });
    builder.paragraph(heading);
    const rows = childrenNamed(first(sheet, "sheetData"), "row");
    builder.table(
      rows.map((row) => cellsOf(row, workbook)),
      0,
    );
    for (const text of aside(parts, target)) builder.paragraph(text);
  }
  return { ...builder.build(), page_count: page };
}

/** In the columns that they name; a file may leave that out. */
function cellsOf(row: XmlNode, workbook: Workbook): Cell[] {
  let next = 0;
  return childrenNamed(row, "c").map((cell) => {
    const letters = /^[A-Z]{1,3}(?=\d)/.exec(cell.attributes["r"] ?? "")?.[0];
    const named = [...(letters ?? "")].reduce(
      (sum, letter) => sum * 26 + parseInt(letter, 36) - 9,
      0,
    );
    const column = named > 0 ? named - 1 : next;
    next = column + 1;
    return { column, columns: 1, text: cellText(cell, workbook).replace(/\s+/g, " ") };
  });
}

function cellText(cell: XmlNode, { shared, formats, from1904 }: Workbook): string {
  const { t: type, s: style } = cell.attributes;
  const value = textOf(child(cell, "v"));
  switch (type) {
    case "s":
      return shared[Number(value)] ?? "";
    case "inlineStr":
      return richText(child(cell, "is"));
    case "b":
      return value === "1" || value === "true" ? "TRUE" : "FALSE";
    case "str":
    case "e":
    case "d":
      return value;
  }
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number)) return value;
  const code = formats[Number(style ?? 0)] ?? "General";
  const days = from1904 && isDate(code) ? number + 1462 : number;
  try {
    return format(code, days);
  } catch {
    return value;
  }
}

const isDate = (code: string) => /[dmyhs]/i.test(code.replace(/"[^"]*"|\\.|\[[^[\]]*\]/g, ""));

function formatsOf(styles: XmlNode | undefined): string[] {
  const own = new Map(
    childrenNamed(first(styles, "numFmts"), "numFmt").map(({ attributes }) => [
      attributes["numFmtId"],
      attributes["formatCode"] ?? "General",
    ]),
  );
  return childrenNamed(first(styles, "cellXfs"), "xf").map(({ attributes }) => {
    const id = attributes["numFmtId"] ?? "0";
    return own.get(id) ?? getFormatFromId(Number(id)) ?? "General";
  });
}

/** Without the readings of Japanese words. */
function richText(node: XmlNode | undefined): string {
  if (!node) return "";
  const runs = [
    ...childrenNamed(node, "t"),
    ...childrenNamed(node, "r").map((run) => child(run, "t")),
  ];
  return runs.map((each) => textOf(each)).join("");
}

/** What stands over the cells of a sheet: boxes, and remarks with who made them. */
function aside(parts: OfficePackage, sheet: string): string[] {
  const boxes = parts.related(sheet, "drawing").flatMap((name) => {
    const drawing = parts.xml(name);
    return drawing ? paragraphs(drawing, "a:p", "a:t") : [];
  });
  const remarks = parts.related(sheet, "comments").flatMap((name) => {
    const list = parts.xml(name);
    const authors = childrenNamed(first(list, "authors"), "author").map(textOf);
    return childrenNamed(first(list, "commentList"), "comment").map((comment) => {
      const author = authors[Number(comment.attributes["authorId"])];
      const text = richText(child(comment, "text")).replace(/\s+/g, " ").trim();
      return author && !text.startsWith(`${author}:`) ? `${author}: ${text}` : text;
    });
  });
  return [...boxes, ...remarks];
}

function paragraphs(node: XmlNode, paragraph: string, run: string): string[] {
  return [...descendants(node)]
    .filter(({ name }) => name === paragraph)
    .map((each) =>
      [...descendants(each)]
        .filter(({ name }) => name === run)
        .map(textOf)
        .join(""),
    );
}
