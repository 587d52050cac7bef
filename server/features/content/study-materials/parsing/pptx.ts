/**
 * Slides in the order of the presentation (ECMA-376 part 1, section 19), each a page: its title, its shapes, tables,
 * diagrams and charts, the speaker's notes and remarks.
 */
import type { ParsedDocument } from "./contract.ts";
import { drawingText, drawnParagraphs } from "./drawing-text.ts";
import { chartBlocks, diagramParagraphs } from "./drawings.ts";
import type { Cell } from "./layout.ts";
import { openPackage, type OfficePackage } from "./office-package.ts";
import { createListLooks } from "./pptx-lists.ts";
import { createTextBuilder, type Block } from "./text-builder.ts";
import { child, childrenNamed, descendants, elements, first, textOf, type XmlNode } from "./xml.ts";

/** PowerPoint's own tables have 75 at most. */
const MOST_COLUMNS = 100;

interface Shape {
  title: boolean;
  blocks: Block[];
}

export async function parsePptx(path: string): Promise<ParsedDocument> {
  const opened = await openPackage(path);
  const slides = slideOrder(opened, opened.main("ppt/presentation.xml"));
  const builder = createTextBuilder();
  for (const [index, name] of slides.entries()) {
    const shapes = readSlide(opened, name);
    const title = shapes
      .find((shape) => shape.title)
      ?.blocks.map((block) => ("text" in block ? block.text : ""))
      .join(" ")
      .replace(/\s+/g, " ")
      .trim();
    builder.section({ page: index + 1, ...(title ? { heading: title } : {}) });
    // Whatever was drawn first, a slide is read from its title.
    const ordered = [
      ...shapes.filter((shape) => shape.title),
      ...shapes.filter((shape) => !shape.title),
    ];
    for (const block of ordered.flatMap(({ blocks }) => blocks)) builder.block(block);
    builder.speakerNotes(() => {
      for (const notes of opened.related(name, "notesSlide"))
        for (const block of readSlide(opened, notes).flatMap(({ blocks }) => blocks))
          builder.block(block);
    });
    for (const text of remarks(opened, name)) builder.paragraph(text, { kind: "note" });
  }
  const title = textOf(first(opened.xml("docProps/core.xml"), "dc:title"))
    .trim()
    .slice(0, 500);
  return { ...builder.build(), page_count: slides.length, ...(title ? { title } : {}) };
}

function slideOrder(opened: OfficePackage, main: string) {
  const targets = opened.relations(main);
  const list = first(opened.xml(main), "p:sldIdLst");
  const order = childrenNamed(list, "p:sldId").flatMap(({ attributes }) => {
    const target = targets.get(attributes["r:id"] ?? "")?.target;
    return target ? [target] : [];
  });
  if (order.length > 0) return order;
  return opened
    .names()
    .filter((name) => /^ppt\/slides\/slide\d+\.xml$/.test(name))
    .sort((a, b) => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b)));
}

function readSlide(opened: OfficePackage, name: string): Shape[] {
  const slide = opened.xml(name);
  const tree = first(slide, "p:spTree") ?? slide;
  const relations = opened.relations(name);
  const shapes: Shape[] = [];
  const listLooks = createListLooks(opened, name);
  const part = (id: string | undefined) => opened.xml(relations.get(id ?? "")?.target ?? "");

  function visit(node: XmlNode) {
    for (const each of elements(node)) {
      if (each.name === "p:sp") shape(each);
      else if (each.name === "p:graphicFrame") frame(each);
      else if (each.name === "mc:AlternateContent") {
        const before = shapes.length;
        for (const branch of [
          ...childrenNamed(each, "mc:Choice"),
          ...childrenNamed(each, "mc:Fallback"),
        ])
          if (shapes.length === before) visit(branch);
      } else visit(each);
    }
  }

  function shape(node: XmlNode) {
    const kind = first(child(node, "p:nvSpPr"), "p:ph")?.attributes.type ?? "";
    // Slide number, date, footer: on every slide the same.
    if (["sldNum", "dt", "ftr", "hdr", "sldImg"].includes(kind)) return;
    const title = kind === "title" || kind === "ctrTitle";
    const isItem = listLooks(node);
    const blocks = drawnParagraphs(child(node, "p:txBody")).map((paragraph): Block => {
      const { text, mark, level } = paragraph;
      if (title) return { text: mark + text, look: { kind: "heading", level: 1 } };
      return (paragraph.isItem ?? isItem(level))
        ? { text, look: { kind: "item", level, mark } }
        : { text: mark + text };
    });
    if (blocks.length > 0) shapes.push({ title, blocks });
  }

  function frame(node: XmlNode) {
    const table = first(node, "a:tbl");
    const diagram = first(node, "dgm:relIds");
    const chart = first(node, "c:chart") ?? first(node, "cx:chart");
    const drawing = table
      ? undefined
      : part(diagram ? diagram.attributes["r:dm"] : chart?.attributes["r:id"]);
    const toBlock = (text: string): Block => ({ text });
    const blocks = table
      ? [tableBlock(table)]
      : drawing
        ? diagram
          ? diagramParagraphs(drawing).map(toBlock)
          : chartBlocks(drawing)
        : drawingText(node).map(toBlock);
    shapes.push({ title: false, blocks });
  }

  if (tree) visit(tree);
  return shapes;
}

/** A line per row; a cell that reaches down is said again in each. */
function tableBlock(table: XmlNode): Block {
  const above: string[] = [];
  const isOn = (value: string | undefined) => value === "1" || value === "true";
  const rows = childrenNamed(table, "a:tr").map((row) =>
    childrenNamed(row, "a:tc").flatMap((cell, column): Cell[] => {
      const own = drawnParagraphs(child(cell, "a:txBody"))
        .map(({ mark, text }) => mark + text)
        .join(" ")
        .replace(/\s+/g, " ");
      const text = isOn(cell.attributes.vMerge) ? (above[column] ?? "") : own;
      above[column] = text;
      const span = Math.trunc(Number(cell.attributes.gridSpan ?? 1)) || 1;
      const columns = Math.min(MOST_COLUMNS, Math.max(1, span));
      return isOn(cell.attributes.hMerge) ? [] : [{ column, columns, text }];
    }),
  );
  return { rows, headRows: isOn(child(table, "a:tblPr")?.attributes.firstRow) ? 1 : 0 };
}

/** Remarks of both kinds: `p:cm` with its text, and the threads of today. */
function remarks(opened: OfficePackage, slide: string): string[] {
  return opened.related(slide, "comments").flatMap((name) => {
    const part = opened.xml(name);
    if (!part) return [];
    const plain = [...descendants(part)]
      .filter((node) => node.name === "p:text")
      .map((node) => textOf(node).trim());
    return [...plain, ...drawingText(part)].filter((text) => text !== "");
  });
}
