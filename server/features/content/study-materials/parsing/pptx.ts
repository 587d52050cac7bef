import { posix } from "node:path";
import { Parser } from "htmlparser2";
import type { ParsedDocument } from "./contract.ts";
import { createTextBuilder } from "./text-builder.ts";
import { unpack } from "./unpack.ts";

interface Shape {
  title: boolean;
  /** Slide number, date, footer: on every slide the same. */
  furniture: boolean;
  paragraphs: string[];
}

/** Slides in the order of the presentation, with their titles as headings and the speaker's notes (ECMA-376, part 1, section 19). */
export async function parsePptx(path: string): Promise<ParsedDocument> {
  const parts = await unpack(path, (name) =>
    /^ppt\/(?:presentation\.xml|slides\/|notesSlides\/|_rels\/presentation)/.test(name),
  );
  const slides = slideOrder(parts);
  const builder = createTextBuilder();
  for (const [index, name] of slides.entries()) {
    const shapes = readShapes(text(parts, name));
    const title = shapes
      .find((shape) => shape.title)
      ?.paragraphs.join(" ")
      .trim();
    builder.section({ page: index + 1, ...(title ? { heading: title } : {}) });
    for (const shape of shapes)
      for (const paragraph of shape.paragraphs) builder.paragraph(paragraph);
    const notes = [...relations(parts, name).values()].find((target) =>
      target.includes("/notesSlides/"),
    );
    if (notes)
      for (const shape of readShapes(text(parts, notes)))
        for (const paragraph of shape.paragraphs) builder.paragraph(paragraph);
  }
  return { ...builder.build(), page_count: slides.length };
}

function slideOrder(parts: Map<string, Buffer>) {
  const targets = relations(parts, "ppt/presentation.xml");
  const order: string[] = [];
  readXml(text(parts, "ppt/presentation.xml"), {
    open(name, attributes) {
      const target = name === "p:sldId" ? targets.get(attributes["r:id"] ?? "") : undefined;
      if (target) order.push(target);
    },
  });
  if (order.length > 0) return order;
  return [...parts.keys()]
    .filter((name) => /^ppt\/slides\/slide\d+\.xml$/.test(name))
    .sort((a, b) => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b)));
}

function relations(parts: Map<string, Buffer>, name: string) {
  const found = new Map<string, string>();
  const path = `${posix.dirname(name)}/_rels/${posix.basename(name)}.rels`;
  readXml(text(parts, path), {
    open(tag, { Id, Target, TargetMode }) {
      if (tag !== "Relationship" || !Id || !Target || TargetMode === "External") return;
      found.set(
        Id,
        Target.startsWith("/") ? Target.slice(1) : posix.join(posix.dirname(name), Target),
      );
    },
  });
  return found;
}

function readShapes(xml: string): Shape[] {
  const shapes: Shape[] = [];
  let shape: Shape | undefined;
  let paragraph: string | undefined;
  let inText = false;
  readXml(xml, {
    open(name, attributes) {
      if (name === "p:sp" || name === "p:graphicFrame")
        shapes.push((shape = { title: false, furniture: false, paragraphs: [] }));
      else if (name === "p:ph" && shape) {
        shape.title = attributes.type === "title" || attributes.type === "ctrTitle";
        shape.furniture = ["sldNum", "dt", "ftr", "hdr", "sldImg"].includes(attributes.type ?? "");
      } else if (name === "a:p") paragraph = "";
      else if (name === "a:t") inText = true;
      else if (name === "a:br" && paragraph !== undefined) paragraph += "\n";
    },
    text(piece) {
      if (inText && paragraph !== undefined) paragraph += piece;
    },
    close(name) {
      if (name === "a:t") inText = false;
      else if (name === "a:p") {
        if (paragraph?.trim()) shape?.paragraphs.push(paragraph.trim());
        paragraph = undefined;
      }
    },
  });
  return shapes.filter(({ furniture }) => !furniture);
}

interface XmlListener {
  open(name: string, attributes: Record<string, string>): void;
  text?(piece: string): void;
  close?(name: string): void;
}

function readXml(xml: string, listener: XmlListener) {
  const parser = new Parser(
    {
      onopentag: (name, attributes) => listener.open(name, attributes),
      ontext: (piece) => listener.text?.(piece),
      onclosetag: (name) => listener.close?.(name),
    },
    { xmlMode: true },
  );
  parser.write(xml);
  parser.end();
}

function text(parts: Map<string, Buffer>, name: string) {
  return parts.get(name)?.toString("utf8") ?? "";
}
