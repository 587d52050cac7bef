/**
 * Readable text of a page: a paragraph per block, a line per table row, a section per heading. No script is run and
 * nothing is fetched.
 */
import type { ParsedDocument } from "./contract.ts";
import { readBlocks } from "./html-blocks.ts";
import {
  attribute,
  findElement,
  isHtml,
  isXhtml,
  readHtml,
  textContent,
  xhtmlToHtml,
  type HtmlDocument,
} from "./html-tree.ts";
import { readablePart } from "./readable-part.ts";
import { createTextBuilder, type TextBuilder } from "./text-builder.ts";

export interface HtmlOptions {
  /** Of a page of the web only its own text is wanted, not what its site puts around it. */
  web?: boolean;
}

export function parseHtml(html: string, options: HtmlOptions = {}): ParsedDocument {
  const document = readHtml(isXhtml(html) ? xhtmlToHtml(html) : html);
  const title = titleOf(document);
  const whole = build(document);
  const readable = options.web ? readablePart(document, whole.content.length) : undefined;
  const part = readable ? build(readHtml(readable)) : undefined;
  // Readability drops lists, tables and threads that it takes for decoration: then the whole page is the better text.
  const chosen = part && part.content.length > whole.content.length / 3 ? part : whole;
  return { ...chosen, ...(title ? { title } : {}) };
}

function build(document: HtmlDocument) {
  const builder = createTextBuilder();
  appendHtml(builder, document);
  return builder.build();
}

/** @param place of every section that the page's headings begin, such as the chapter of a book. */
export function appendHtml(
  builder: TextBuilder,
  document: HtmlDocument,
  place: { page?: number } = {},
) {
  // Pages that put all they have into navigation still say something.
  if (!readBlocks(document, builder, place, { navigation: false }))
    readBlocks(document, builder, place, { navigation: true });
}

/** The page's own title, not that of a drawing in it. */
export function titleOf(document: HtmlDocument): string | undefined {
  const named = (name: string) =>
    findElement(
      document,
      (element) =>
        isHtml(element) && element.tagName === name && textContent(element).trim() !== "",
    );
  const meta = findElement(
    document,
    (element) =>
      element.tagName === "meta" &&
      /^(?:og:title|twitter:title|dc\.title)$/i.test(
        attribute(element, "property") ?? attribute(element, "name") ?? "",
      ),
  );
  const title = named("title");
  const heading = title ? undefined : named("h1");
  const text = title
    ? textContent(title)
    : ((meta && attribute(meta, "content")) ?? (heading ? textContent(heading) : ""));
  return text.replace(/\s+/g, " ").trim().slice(0, 500) || undefined;
}
