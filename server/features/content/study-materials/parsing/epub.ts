/** E-books (https://www.w3.org/TR/epub-33/): the chapters in the order of the spine, each a page of the material. */
import { posix } from "node:path";
import { decodeText } from "#server/text-encoding/decode-text.ts";
import type { ParsedDocument } from "./contract.ts";
import { isXhtml, readHtml, xhtmlToHtml } from "./html-tree.ts";
import { appendHtml, titleOf } from "./html.ts";
import { Refused } from "./refuse.ts";
import { createTextBuilder } from "./text-builder.ts";
import { unpack } from "./unpack.ts";
import { child, childrenNamed, descendants, first, readXml, textOf, type XmlNode } from "./xml.ts";

export async function parseEpub(path: string): Promise<ParsedDocument> {
  const parts = await unpack(path, (name) => /\.(?:xml|opf|x?html?|xht|ncx)$/i.test(name));
  refuseLocked(parts);
  const packagePath =
    first(xml(parts, "META-INF/container.xml"), "rootfile")?.attributes["full-path"] ??
    [...parts.keys()].find((name) => name.endsWith(".opf"));
  const book = packagePath === undefined ? undefined : xml(parts, packagePath);
  if (!book || packagePath === undefined)
    throw new Refused(
      "document-unreadable",
      "This e-book (EPUB) has no list of its chapters. Convert it again, for example with Calibre.",
    );
  const builder = createTextBuilder();
  const names = chapterNames(parts, book, posix.dirname(packagePath));
  let page = 0;
  for (const chapter of spine(book, posix.dirname(packagePath))) {
    const bytes = parts.get(chapter) ?? parts.get(decodeName(chapter));
    if (!bytes) continue;
    const text = decodeText(bytes, { markup: true }).text;
    const document = readHtml(isXhtml(text) ? xhtmlToHtml(text) : text);
    page += 1;
    // The name in the list of contents; a chapter's own title is often the book's, or a number of the program that made
    // it.
    const heading = names.get(decodeName(chapter)) ?? titleOf(document);
    builder.section({ page, ...(heading ? { heading } : {}) });
    appendHtml(builder, document, { page });
  }
  const title = textOf(first(book, "dc:title")).replace(/\s+/g, " ").trim().slice(0, 500);
  return { ...builder.build(), page_count: page, ...(title ? { title } : {}) };
}

/** Fonts may be scrambled; where chapters are, a shop's lock is on the book (EPUB 3.3, section 4.2.6.3.2). */
function refuseLocked(parts: Map<string, Buffer>) {
  const encryption = parts.get("META-INF/encryption.xml");
  if (encryption && /URI\s*=\s*["'][^"']*\.(?:x?html?|xht)["']/i.test(encryption.toString("utf8")))
    throw new Refused(
      "document-password",
      "This e-book (EPUB) is locked by the shop that sold it. Only a copy without that lock can be read.",
    );
}

function spine(book: XmlNode, folder: string): string[] {
  const items = new Map(
    childrenNamed(first(book, "manifest"), "item").map(({ attributes }) => [
      attributes.id,
      attributes,
    ]),
  );
  return childrenNamed(first(book, "spine"), "itemref").flatMap(({ attributes }) => {
    const item = items.get(attributes.idref);
    // The list of contents repeats headings only.
    if (!item?.href || /\bnav\b/.test(item.properties ?? "")) return [];
    return [posix.join(folder, item.href.split(/[#?]/)[0]!)];
  });
}

/** Of EPUB 3's navigation document and EPUB 2's NCX: the first name that each chapter has. */
function chapterNames(parts: Map<string, Buffer>, book: XmlNode, folder: string) {
  const names = new Map<string, string>();
  for (const { attributes } of childrenNamed(first(book, "manifest"), "item")) {
    const isNav = /\bnav\b/.test(attributes.properties ?? "");
    if (!attributes.href || !(isNav || attributes["media-type"] === "application/x-dtbncx+xml"))
      continue;
    const path = posix.join(folder, decodeName(attributes.href));
    const list = parts.has(path) ? xml(parts, path) : undefined;
    if (!list) continue;
    for (const node of descendants(list)) {
      const [href, label] = isNav
        ? [node.name === "a" ? node.attributes.href : undefined, node]
        : [first(node, "content")?.attributes.src, child(node, "navLabel")];
      if (!href || !label || (!isNav && node.name !== "navPoint")) continue;
      const chapter = posix.join(posix.dirname(path), decodeName(href.split(/[#?]/)[0]!));
      const name = textOf(label).replace(/\s+/g, " ").trim();
      if (name !== "" && !names.has(chapter)) names.set(chapter, name);
    }
  }
  return names;
}

function decodeName(name: string) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function xml(parts: Map<string, Buffer>, name: string): XmlNode | undefined {
  const bytes = parts.get(name);
  return bytes ? readXml(bytes) : undefined;
}
