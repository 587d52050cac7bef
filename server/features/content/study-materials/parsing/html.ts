import { Parser } from "htmlparser2";
import type { ParsedDocument } from "./contract.ts";
import { createTextBuilder } from "./text-builder.ts";

const DROPPED = new Set([
  "script",
  "style",
  "noscript",
  "template",
  "svg",
  "math",
  "iframe",
  "object",
  "select",
  "button",
  "nav",
  "head",
]);
const VOID = new Set([
  "br",
  "hr",
  "img",
  "input",
  "meta",
  "link",
  "wbr",
  "area",
  "base",
  "col",
  "embed",
  "source",
  "track",
]);
const INLINE = new Set(
  "a abbr b bdi bdo big cite code data del dfn em font i img ins kbd label mark q ruby rb rp rt s samp small span strike strong sub sup time tt u var wbr td th".split(
    " ",
  ),
);
const HEADING = /^h[1-6]$/;

/** Readable text of a page: a paragraph per block, a section per heading. No script is run and nothing is fetched. */
export function parseHtml(html: string): ParsedDocument {
  const builder = createTextBuilder();
  let text = "";
  let dropped = 0;
  let inTitle = false;
  let title = "";
  let preformatted = 0;

  function flush(heading: boolean) {
    const paragraph = text.trim();
    text = "";
    if (paragraph === "") return;
    if (heading) builder.section({ heading: paragraph.replace(/\s+/g, " ") });
    builder.paragraph(paragraph);
  }

  const parser = new Parser({
    onopentagname(name) {
      if (name === "title") inTitle = true;
      if (DROPPED.has(name)) dropped += 1;
      if (name === "pre") preformatted += 1;
      if (name === "br") text += "\n";
      else if (name === "td" || name === "th") text += text === "" ? "" : " | ";
      else if (!INLINE.has(name)) flush(false);
      if (name === "li") text += "• ";
    },
    ontext(piece) {
      if (inTitle) title += piece;
      else if (dropped === 0) text += preformatted > 0 ? piece : piece.replace(/\s+/g, " ");
    },
    onclosetag(name) {
      if (name === "title") inTitle = false;
      if (DROPPED.has(name)) dropped = Math.max(0, dropped - 1);
      if (name === "pre") preformatted = Math.max(0, preformatted - 1);
      if (!INLINE.has(name) && !VOID.has(name)) flush(HEADING.test(name));
    },
  });
  parser.write(html);
  parser.end();
  flush(false);
  const clean = title.replace(/\s+/g, " ").trim();
  return { ...builder.build(), ...(clean ? { title: clean.slice(0, 500) } : {}) };
}
