/**
 * Slides in the order of the presentation (ECMA-376 part 1, section 19), each a page: its title, its shapes, tables,
 * diagrams and charts, the speaker's notes and remarks.
 */
import type { ParsedDocument } from "./contract.ts";
import { drawingText } from "./drawing-text.ts";
import { chartParagraphs, diagramParagraphs } from "./drawings.ts";
import { openPackage, type OfficePackage } from "./office-package.ts";
import { createTextBuilder } from "./text-builder.ts";
import { child, childrenNamed, descendants, elements, first, textOf, type XmlNode } from "./xml.ts";

interface Shape {
  title: boolean;
  paragraphs: string[];
}

export async function parsePptx(path: string): Promise<ParsedDocument> {
  const opened = await openPackage(path);
  const slides = slideOrder(opened, opened.main("ppt/presentation.xml"));
  const builder = createTextBuilder();
  for (const [index, name] of slides.entries()) {
    const shapes = readSlide(opened, name);
    const title = shapes
      .find((shape) => shape.title)
      ?.paragraphs.join(" ")
      .replace(/\s+/g, " ")
      .trim();
    builder.section({ page: index + 1, ...(title ? { heading: title } : {}) });
    // Whatever was drawn first, a slide is read from its title.
    const ordered = [
      ...shapes.filter((shape) => shape.title),
      ...shapes.filter((shape) => !shape.title),
    ];
    for (const text of ordered.flatMap(({ paragraphs }) => paragraphs)) builder.paragraph(text);
    for (const notes of opened.related(name, "notesSlide"))
      for (const text of readSlide(opened, notes).flatMap(({ paragraphs }) => paragraphs))
        builder.paragraph(text);
    for (const text of remarks(opened, name)) builder.paragraph(text);
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
    const paragraphs = drawingText(child(node, "p:txBody"));
    if (paragraphs.length > 0)
      shapes.push({ title: kind === "title" || kind === "ctrTitle", paragraphs });
  }

  function frame(node: XmlNode) {
    const table = first(node, "a:tbl");
    const diagram = first(node, "dgm:relIds");
    const chart = first(node, "c:chart") ?? first(node, "cx:chart");
    const drawing = table
      ? undefined
      : part(diagram ? diagram.attributes["r:dm"] : chart?.attributes["r:id"]);
    const paragraphs = table
      ? [tableLines(table)]
      : drawing
        ? diagram
          ? diagramParagraphs(drawing)
          : chartParagraphs(drawing)
        : drawingText(node);
    if (paragraphs.some((text) => text !== "")) shapes.push({ title: false, paragraphs });
  }

  if (tree) visit(tree);
  return shapes;
}

/** A line per row; a cell that reaches down is said again in each. */
function tableLines(table: XmlNode): string {
  const above: string[] = [];
  return childrenNamed(table, "a:tr")
    .map((row) =>
      childrenNamed(row, "a:tc")
        .map((cell, column) => {
          const own = drawingText(child(cell, "a:txBody")).join(" ").replace(/\s+/g, " ").trim();
          const text =
            cell.attributes.vMerge === "1" || cell.attributes.vMerge === "true"
              ? (above[column] ?? "")
              : own;
          above[column] = text;
          return cell.attributes.hMerge === "1" || cell.attributes.hMerge === "true" ? "" : text;
        })
        .filter((text) => text !== "")
        .join(" | "),
    )
    .filter((line) => line !== "")
    .join("\n");
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
