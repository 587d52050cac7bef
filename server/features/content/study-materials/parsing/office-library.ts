/**
 * OpenDocument and RTF through officeparser (https://github.com/harshankur/officeParser): its tree becomes
 * paragraphs, a line per table row, a section per heading, slide or sheet.
 */
import { readFile } from "node:fs/promises";
import { parseOffice, type OfficeContentNode, type SupportedFileType } from "officeparser";
import type { ParsedDocument } from "./contract.ts";
import type { Cell } from "./layout.ts";
import { Refused } from "./refuse.ts";
import { knownToLibrary } from "./rtf-source.ts";
import { styled } from "./styled-text.ts";
import { createTextBuilder, type TextBuilder } from "./text-builder.ts";
import { unpack } from "./unpack.ts";

export type LibraryKind = "odt" | "odp" | "ods" | "rtf";

export async function parseOfficeFile(path: string, kind: LibraryKind): Promise<ParsedDocument> {
  // The library bounds what it unpacks by its own figures; ours are smaller.
  if (kind !== "rtf")
    await unpack(path, (name) => !/\.(?:png|jpe?g|gif|emf|wmf|svg|mp4|wav|bin)$/i.test(name));
  const file = await readFile(path);
  const { content, metadata } = await parseOffice(kind === "rtf" ? knownToLibrary(file) : file, {
    fileType: kind as SupportedFileType,
    ignoreHeadersAndFooters: true,
    ignoreSlideMasters: true,
    onWarning: () => {},
  }).catch((error: Error) => {
    if (/password|encrypt/i.test(error.message))
      throw new Refused(
        "document-password",
        "The document is protected by a password. Remove the password and upload it again.",
      );
    throw error;
  });
  const builder = createTextBuilder();
  const reader = createReader(builder);
  reader.blocks(content);
  const title = typeof metadata.title === "string" ? metadata.title.trim().slice(0, 500) : "";
  return {
    ...builder.build(),
    ...(reader.pages() > 0 ? { page_count: reader.pages() } : {}),
    ...(title ? { title } : {}),
  };
}

function createReader(builder: TextBuilder) {
  let pages = 0;
  const counters: number[] = [];

  function block(node: OfficeContentNode) {
    const metadata = (node.metadata ?? {}) as Record<string, unknown>;
    switch (node.type) {
      case "slide":
      case "sheet": {
        pages += 1;
        const name = node.type === "sheet" ? metadata.sheetName : titleOfSlide(node);
        const heading = typeof name === "string" && name.trim() !== "" ? name.trim() : undefined;
        builder.section({ page: pages, ...(heading ? { heading } : {}) });
        if (node.type === "sheet") {
          if (heading) builder.paragraph(heading);
          builder.table(rowsOf(node), 0);
        } else blocks(node.children ?? []);
        return;
      }
      case "table":
        builder.table(rowsOf(node), 0);
        return;
      case "heading": {
        const text = lineOf(node);
        if (text !== "") builder.section({ ...(pages > 0 ? { page: pages } : {}), heading: text });
        builder.paragraph(text, { kind: "heading", level: levelOf(metadata.level, 1) });
        return;
      }
      case "list": {
        const level = levelOf(metadata.indentation, 0);
        const mark = itemMark(metadata, level, counters);
        builder.paragraph(lineOf(node), { kind: "item", level, mark });
        return;
      }
      case "note":
      case "comment":
        for (const text of paragraphsOf(node)) builder.paragraph(text, { kind: "note" });
        return;
      default:
        if (isBlock(node)) blocks(node.children!);
        else builder.paragraph(lineOf(node));
    }
    counters.length = 0;
  }

  function blocks(nodes: OfficeContentNode[]) {
    for (const node of nodes) {
      block(node);
      for (const note of notesIn(node)) {
        const { author } = (note.metadata ?? {}) as { author?: string };
        const text = paragraphsOf(note).join("\n");
        const said = note.type === "comment" && author ? `${author}: ${text}` : text;
        if (node.type === "slide" && note.type === "note")
          builder.speakerNotes(() => builder.paragraph(said));
        else builder.paragraph(said, { kind: "note" });
      }
    }
  }

  return { blocks, pages: () => pages };
}

function itemMark(metadata: Record<string, unknown>, level: number, counters: number[]) {
  if (metadata.listType !== "ordered") return "• ";
  const index = Number(metadata.itemIndex);
  counters.length = level + 1;
  counters[level] = Number.isInteger(index) ? index + 1 : (counters[level] ?? 0) + 1;
  return `${counters[level]}. `;
}

const BLOCKS = new Set([
  "paragraph",
  "heading",
  "table",
  "list",
  "slide",
  "sheet",
  "page",
  "drawing",
  "note",
]);

function isBlock(node: OfficeContentNode) {
  return node.children?.some(({ type }) => BLOCKS.has(type)) ?? false;
}

/** Notes and remarks stand behind the paragraph that they belong to, so that they cut no sentence. */
function notesIn(node: OfficeContentNode): OfficeContentNode[] {
  // Those of what is in it follow there.
  if (node.type === "slide" || node.type === "sheet" || isBlock(node)) return node.notes ?? [];
  const { comments } = node as { comments?: OfficeContentNode[] };
  return [...(node.notes ?? []), ...(comments ?? []), ...(node.children ?? []).flatMap(notesIn)];
}

function paragraphsOf(node: OfficeContentNode): string[] {
  if (!isBlock(node)) return [lineOf(node)];
  return node.children!.flatMap(paragraphsOf);
}

function lineOf(node: OfficeContentNode): string {
  return node.children?.length
    ? node.children
        .map((each) =>
          isBlock(each) || BLOCKS.has(each.type) ? ` ${lineOf(each)} ` : lineOf(each),
        )
        .join("")
    : styled(node.text ?? "", {
        strong: node.formatting?.bold === true,
        emphasis: node.formatting?.italic === true,
      });
}

function rowsOf(table: OfficeContentNode): Cell[][] {
  return (table.children ?? [])
    .filter(({ type }) => type === "row")
    .map(({ children = [] }) =>
      children.map((cell, column) => ({ column, columns: 1, text: oneLine(lineOf(cell)) })),
    );
}

const oneLine = (text: string) => text.replace(/\s+/g, " ");

/** Between `least` and 9. */
function levelOf(level: unknown, least: number) {
  const number = Math.trunc(Number(level ?? least));
  return Math.min(9, Math.max(least, Number.isNaN(number) ? least : number));
}

function titleOfSlide(slide: OfficeContentNode): string | undefined {
  const found = (slide.children ?? []).find(({ type }) => type === "heading");
  return found ? lineOf(found).replace(/\s+/g, " ").trim() : undefined;
}
