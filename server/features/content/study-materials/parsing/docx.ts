/**
 * Word files (ECMA-376 part 1, section 17): paragraphs with the numbers that Word counts, headings by their style, a
 * line per table row, formulas in their sentence; boxes, diagrams, charts, notes and remarks behind the paragraph that
 * holds them.
 */
import type { ParsedDocument } from "./contract.ts";
import { createInline, type Attached } from "./docx-inline.ts";
import { createLooks, createRunStyles } from "./docx-styles.ts";
import { readTable } from "./docx-tables.ts";
import { chartBlocks, diagramParagraphs } from "./drawings.ts";
import { openPackage, type OfficePackage } from "./office-package.ts";
import { withoutStyles } from "./styled-text.ts";
import { createTextBuilder, type Block, type TextBuilder } from "./text-builder.ts";
import { child, childrenNamed, elements, first, textOf, type XmlNode } from "./xml.ts";

export async function parseDocx(path: string): Promise<ParsedDocument> {
  const opened = await openPackage(path);
  const main = opened.main("word/document.xml");
  const builder = createTextBuilder();
  const body = first(opened.xml(main), "w:body");
  const reader = createReader(opened, main, builder);
  if (body) reader.blocks(body);
  for (const text of furniture(opened, main)) builder.paragraph(text);
  const title = textOf(first(opened.xml("docProps/core.xml"), "dc:title"))
    .trim()
    .slice(0, 500);
  return { ...builder.build(), ...(title ? { title } : {}) };
}

const NOTES = ["footnote", "endnote", "comment"];

function createReader(opened: OfficePackage, main: string, builder: TextBuilder) {
  const related = (type: string) => opened.related(main, type).map((name) => opened.xml(name))[0];
  const relations = opened.relations(main);
  const lookOf = createLooks(related("styles"), related("numbering"));
  const stylesOf = createRunStyles(related("styles"));
  const notes = new Map(NOTES.flatMap((kind) => byId(related(`${kind}s`), `w:${kind}`, kind)));
  const inlineText = createInline(stylesOf);

  /** A paragraph of the text, then what hangs on it. */
  function paragraph(node: XmlNode) {
    const attached: Attached[] = [];
    const text = inlineText(node, attached);
    const look = lookOf(node);
    const line = text.trim();
    if (line !== "" && !look.contents) {
      const { mark, level } = look;
      if (look.heading !== undefined && withoutStyles(line).length <= 500) {
        builder.section({ heading: (mark + line).replace(/\s+/g, " ") });
        builder.paragraph(line, { kind: "heading", level: look.heading, mark });
      } else builder.paragraph(line, mark === "" ? undefined : { kind: "item", level, mark });
    }
    for (const each of attached) appendAttached(each);
  }

  function appendAttached(each: Attached) {
    if (each.kind === "box") blocks(each.node);
    else if (each.kind === "note") {
      const note = notes.get(each.id);
      if (!note) return;
      notes.delete(each.id);
      const author = note.name === "w:comment" ? note.attributes["w:author"] : undefined;
      const text = paragraphsIn(note).join("\n");
      if (text !== "") builder.paragraph(author ? `${author}: ${text}` : text, { kind: "note" });
    } else if (each.kind === "text") builder.paragraph(each.text);
    else {
      const part = opened.xml(relations.get(each.relation)?.target ?? "");
      for (const block of part ? drawnBlocks(each.kind, part) : []) builder.block(block);
    }
  }

  function paragraphsIn(node: XmlNode): string[] {
    return elements(node).flatMap((each) => {
      if (each.name !== "w:p") return paragraphsIn(each);
      const text = inlineText(each, []).trim();
      return text === "" ? [] : [text];
    });
  }

  function blocks(node: XmlNode) {
    for (const each of elements(node)) block(each);
  }

  function block(node: XmlNode) {
    switch (node.name) {
      case "w:p":
        return paragraph(node);
      case "w:tbl": {
        const attached: Attached[] = [];
        const table = readTable(node, (cell) => inlineText(cell, attached));
        if (table.kind === "cells") for (const cell of table.cells) blocks(cell);
        else {
          builder.table(table.rows, table.headRows);
          for (const each of attached) appendAttached(each);
        }
        return undefined;
      }
      case "w:sdt":
        // A table of contents repeats the headings; what is only asked for was not written.
        if (isContents(node) || child(child(node, "w:sdtPr"), "w:showingPlcHdr")) return undefined;
        return blocks(child(node, "w:sdtContent") ?? node);
      case "w:del":
      case "w:moveFrom":
      case "w:sectPr":
        return undefined;
      case "mc:AlternateContent":
        return blocks(
          childrenNamed(node, "mc:Choice")[0] ?? childrenNamed(node, "mc:Fallback")[0] ?? node,
        );
      default:
        return blocks(node);
    }
  }

  return { blocks };
}

function drawnBlocks(kind: "chart" | "diagram", part: XmlNode): Block[] {
  return kind === "chart" ? chartBlocks(part) : diagramParagraphs(part).map((text) => ({ text }));
}

function isContents(control: XmlNode) {
  const gallery = first(child(control, "w:sdtPr"), "w:docPartGallery")?.attributes["w:val"] ?? "";
  return /^table of contents$/i.test(gallery);
}

function byId(part: XmlNode | undefined, name: string, kind: string): [string, XmlNode][] {
  const root = part && elements(part)[0];
  return childrenNamed(root, name)
    .filter(({ attributes }) => !/separator/i.test(attributes["w:type"] ?? ""))
    .map((note) => [`${kind} ${note.attributes["w:id"]}`, note]);
}

/** Headers and footers once each, behind the text; mere page numbers are none. */
function furniture(opened: OfficePackage, main: string): string[] {
  const inlineText = createInline(() => ({ strong: false, emphasis: false }));
  const texts = [...opened.related(main, "header"), ...opened.related(main, "footer")].flatMap(
    (name) => {
      const part = opened.xml(name);
      const lines: string[] = [];
      const visit = (node: XmlNode) => {
        for (const each of elements(node)) {
          if (each.name !== "w:p") visit(each);
          else lines.push(inlineText(each, []).replace(/\s+/g, " ").trim());
        }
      };
      if (part) visit(part);
      return lines;
    },
  );
  return [...new Set(texts)].filter(
    (text) => /\p{L}{2}/u.test(text) && !/^\p{L}+ ?\d+(?: ?\p{L}+ ?\d+)?$/u.test(text),
  );
}
