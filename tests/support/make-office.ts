/** Office files of other programs' making, small, from the XML that is in question. */
import { makeZip } from "./make-documents.ts";

const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const NAMESPACES = [
  ["w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"],
  ["m", "http://schemas.openxmlformats.org/officeDocument/2006/math"],
  ["r", OFFICE],
  ["a", "http://schemas.openxmlformats.org/drawingml/2006/main"],
  ["p", "http://schemas.openxmlformats.org/presentationml/2006/main"],
  ["c", "http://schemas.openxmlformats.org/drawingml/2006/chart"],
  ["dgm", "http://schemas.openxmlformats.org/drawingml/2006/diagram"],
  ["mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"],
  ["wps", "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"],
  ["a14", "http://schemas.microsoft.com/office/drawing/2010/main"],
  ["v", "urn:schemas-microsoft-com:vml"],
];
const XMLNS = NAMESPACES.map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`).join(" ");

/**
 * Parts beside the main one: relationship type to XML without its root's namespaces, such as `footnotes:
 * "<w:footnotes>…"`.
 */
export type Parts = Record<string, string>;

export function makeWord(
  body: string,
  parts: Parts = {},
  rename: (xml: string) => string = (xml) => xml,
) {
  return makeZip([
    {
      name: "[Content_Types].xml",
      content: types("wordprocessingml.document.main", "/word/document.xml"),
    },
    {
      name: "_rels/.rels",
      content: relationships([["r1", "officeDocument", "word/document.xml"]]),
    },
    {
      name: "word/document.xml",
      content: rename(`<w:document ${XMLNS}><w:body>${body}<w:sectPr/></w:body></w:document>`),
    },
    {
      name: "word/_rels/document.xml.rels",
      content: relationships(
        Object.keys(parts).map((type) => [type, type.replace(/\d+$/, ""), `${type}.xml`]),
      ),
    },
    ...Object.entries(parts).map(([type, xml]) => ({
      name: `word/${type}.xml`,
      content: rename(withNamespaces(xml)),
    })),
  ]);
}

/** Slides, each with its shapes and the parts that they show. */
export function makeSlides(slides: { shapes: string; parts?: Parts }[]) {
  return makeZip([
    {
      name: "[Content_Types].xml",
      content: types("presentationml.presentation.main", "/ppt/presentation.xml"),
    },
    {
      name: "_rels/.rels",
      content: relationships([["r1", "officeDocument", "ppt/presentation.xml"]]),
    },
    {
      name: "ppt/presentation.xml",
      content:
        `<p:presentation ${XMLNS}>` +
        `<p:sldIdLst>${slides.map((_, i) => `<p:sldId id="${256 + i}" r:id="s${i}"/>`).join("")}</p:sldIdLst>` +
        "</p:presentation>",
    },
    {
      name: "ppt/_rels/presentation.xml.rels",
      content: relationships(slides.map((_, i) => [`s${i}`, "slide", `slides/slide${i}.xml`])),
    },
    ...slides.flatMap(({ shapes, parts = {} }, i) => [
      {
        name: `ppt/slides/slide${i}.xml`,
        content: `<p:sld ${XMLNS}><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></p:sld>`,
      },
      {
        name: `ppt/slides/_rels/slide${i}.xml.rels`,
        content: relationships(
          Object.keys(parts).map((type) => [
            type,
            type.replace(/\d+$/, ""),
            `../parts/${type}-${i}.xml`,
          ]),
        ),
      },
      ...Object.entries(parts).map(([type, xml]) => ({
        name: `ppt/parts/${type}-${i}.xml`,
        content: withNamespaces(xml),
      })),
    ]),
  ]);
}

export function shape(text: string, kind?: string) {
  return (
    `<p:sp><p:nvSpPr><p:nvPr>${kind ? `<p:ph type="${kind}"/>` : ""}</p:nvPr></p:nvSpPr>` +
    `<p:txBody>${text.startsWith("<") ? text : `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`}</p:txBody></p:sp>`
  );
}

/** OpenDocument: `office:body`'s content, and objects by their name in the archive. */
export function makeOpenDocument(
  kind: "text" | "presentation" | "spreadsheet",
  body: string,
  objects: Record<string, string> = {},
) {
  const names = ["office", "text", "table", "draw", "presentation", "style", "math"];
  const uris = names.map(
    (name) =>
      `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name === "draw" ? "drawing" : name}:1.0"`,
  );
  return makeZip([
    { name: "mimetype", content: `application/vnd.oasis.opendocument.${kind}` },
    {
      name: "META-INF/manifest.xml",
      content:
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
    },
    {
      name: "content.xml",
      content:
        `<?xml version="1.0"?><office:document-content ${uris.join(" ")} ` +
        `xmlns:xlink="http://www.w3.org/1999/xlink" ` +
        `xmlns:dc="http://purl.org/dc/elements/1.1/"><office:body>` +
        `<office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
    },
    ...Object.entries(objects).map(([name, content]) => ({ name, content })),
  ]);
}

function withNamespaces(xml: string) {
  return xml.replace(/^<([\w:]+)/, `<$1 ${XMLNS}`);
}

function types(main: string, part: string) {
  return (
    `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override ` +
    `PartName="${part}" ` +
    `ContentType="application/vnd.openxmlformats-officedocument.${main}+xml"/></Types>`
  );
}

function relationships(items: string[][]) {
  return (
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
    items
      .map(
        ([id, type, target]) =>
          `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`,
      )
      .join("") +
    "</Relationships>"
  );
}
