/** From the tree of a page to paragraphs. What is not a block stands in its sentence, whatever its name. */
import { formulaOf } from "./html-formulas.ts";
import { createTables } from "./html-tables.ts";
import {
  attribute,
  isElement,
  isHtml,
  textContent,
  type HtmlDocument,
  type HtmlElement,
  type HtmlNode,
} from "./html-tree.ts";
import type { Look, TextBuilder } from "./text-builder.ts";

const DROPPED = new Set(
  (
    "script style noscript template iframe object embed audio video canvas select datalist " +
    "button head title meta link rt rp rtc"
  ).split(" "),
);
/** What browsers show as blocks (HTML, section 15.3); every other element is part of a sentence. */
const BLOCKS = new Set(
  (
    "address article aside blockquote body caption center dd details dialog dir div dl dt " +
    "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html " +
    "legend li listing main menu nav ol optgroup option p plaintext pre search section summary " +
    "table tbody td tfoot th thead tr ul xmp"
  ).split(" "),
);
const HEADING = /^h([1-6])$/;
const PREFORMATTED = new Set(["pre", "listing", "xmp"]);
const LISTS = new Set(["ol", "ul", "menu"]);

interface List {
  ordered: boolean;
  next: number;
  step: number;
}

/** Whether there was any text. */
export function readBlocks(
  document: HtmlDocument,
  builder: TextBuilder,
  place: { page?: number },
  options: { navigation: boolean },
): boolean {
  const reader = createReader(builder, place);
  const tables = createTables(document);
  // On a stack of our own: a page may be nested deeper than calls may be.
  const waiting: (HtmlNode | { leave: HtmlElement })[] = [...document.childNodes].reverse();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if ("leave" in node) {
      reader.leave(node.leave, tables);
      continue;
    }
    if (node.nodeName === "#text") {
      reader.text((node as { value: string }).value);
      continue;
    }
    if (!isElement(node)) continue;
    const formula = formulaOf(node);
    if (formula !== undefined) {
      reader.inline(formula);
      continue;
    }
    if (node.tagName === "svg") {
      reader.aside(drawnWords(node));
      continue;
    }
    if (isHidden(node) || (DROPPED.has(node.tagName) && isHtml(node))) continue;
    if (node.tagName === "nav" && !options.navigation) continue;
    reader.enter(node, tables);
    waiting.push({ leave: node });
    for (let i = node.childNodes.length - 1; i >= 0; i -= 1) waiting.push(node.childNodes[i]!);
  }
  reader.end();
  return reader.wrote();
}

type Tables = ReturnType<typeof createTables>;

function createReader(builder: TextBuilder, place: { page?: number }) {
  const sentence = createSentence();
  let mark = "";
  let wrote = false;
  /** Words of drawings, which stand after the sentence that they stand in. */
  const asides: string[] = [];
  const lists: List[] = [];

  function write(text: string, look?: Look) {
    wrote = true;
    builder.paragraph(text, look);
  }

  /** @param heading its level, from 1 */
  function flush(tables: Tables | undefined, heading?: number) {
    const paragraph = sentence.take();
    if (tables?.inCell()) {
      tables.cellText(mark + paragraph);
      if (paragraph !== "") mark = "";
      return;
    }
    if (paragraph !== "") {
      if (heading) builder.section({ ...place, heading: paragraph.replace(/\s+/g, " ") });
      const level = Math.min(9, Math.max(0, lists.length - 1));
      if (heading) write(paragraph, { kind: "heading", level: heading, mark });
      else write(paragraph, mark === "" ? undefined : { kind: "item", level, mark });
      mark = "";
    }
    for (const words of asides.splice(0)) write(words);
  }

  return {
    wrote: () => wrote,
    text: sentence.text,
    inline: sentence.add,
    aside(words: string) {
      if (words !== "") asides.push(words);
    },
    enter(element: HtmlElement, tables: Tables) {
      const name = element.tagName;
      sentence.enter(element);
      if (!BLOCKS.has(name)) return;
      flush(tables);
      if (PREFORMATTED.has(name)) sentence.preformat(1);
      else if (LISTS.has(name)) lists.push(listOf(element));
      else if (name === "li") mark = itemMark(element, lists.at(-1));
      else if (name === "table") tables.open(element);
      else if (name === "tr") tables.openRow();
      else if (name === "td" || name === "th") tables.openCell(element);
    },
    leave(element: HtmlElement, tables: Tables) {
      const name = element.tagName;
      sentence.leave(element);
      if (!BLOCKS.has(name)) return;
      flush(tables, Number(HEADING.exec(name)?.[1] ?? 0));
      if (name === "li") mark = "";
      else if (PREFORMATTED.has(name)) sentence.preformat(-1);
      else if (LISTS.has(name)) lists.pop();
      else if (name === "td" || name === "th") tables.closeCell();
      else if (name === "table") {
        const rows = tables.close();
        if (rows) {
          wrote ||= rows.some((row) => row.some(({ text }) => text !== ""));
          builder.table(rows, 0);
        }
        flush(undefined);
      }
    },
    end: () => flush(undefined),
  };
}

/** What stands between two blocks. */
function createSentence() {
  // Joined once: a paragraph may be made of half a million pieces.
  let pieces: string[] = [];
  let blank = true;
  let preformatted = 0;
  const raised: { at: number; element: HtmlElement }[] = [];

  function add(piece: string) {
    if (piece === "") return;
    pieces.push(piece);
    blank = /\s$/.test(piece);
  }

  return {
    add,
    text(piece: string) {
      if (preformatted > 0) return add(piece);
      const flat = piece.replace(/\s+/g, " ");
      add(blank ? flat.replace(/^ /, "") : flat);
    },
    preformat(by: 1 | -1) {
      preformatted += by;
    },
    enter(element: HtmlElement) {
      const name = element.tagName;
      if (name === "br") add("\n");
      else if (name === "sup") raised.push({ at: pieces.length, element });
      else if (name === "q") add("“");
    },
    leave(element: HtmlElement) {
      const name = element.tagName;
      if (name === "sup") {
        const start = raised.at(-1)?.element === element ? raised.pop()!.at : undefined;
        if (start !== undefined) add(raise(pieces.splice(start).join("")));
      } else if (name === "q") add("”");
    },
    /** The text, and an empty one begins. */
    take() {
      const text = tidy(pieces.join(""));
      pieces = [];
      blank = true;
      raised.length = 0;
      return text;
    },
  };
}

function tidy(text: string) {
  const lines = text.split("\n").map((line) => line.trimEnd());
  return lines
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/^\n+/, "")
    .trimEnd();
}

function listOf(element: HtmlElement): List {
  const ordered =
    element.tagName === "ol" &&
    !/list-style(?:-type)?\s*:\s*none/i.test(attribute(element, "style") ?? "");
  const reversed = attribute(element, "reversed") !== undefined;
  const start = Number.parseInt(attribute(element, "start") ?? "", 10);
  const items = element.childNodes.filter((each) => each.nodeName === "li").length;
  return {
    ordered,
    next: Number.isFinite(start) ? start : reversed ? items : 1,
    step: reversed ? -1 : 1,
  };
}

function itemMark(element: HtmlElement, list: List | undefined) {
  if (!list?.ordered) return "• ";
  const value = Number.parseInt(attribute(element, "value") ?? "", 10);
  const number = Number.isFinite(value) ? value : list.next;
  list.next = number + list.step;
  return `${number}. `;
}

const RAISED: Record<string, string> = Object.fromEntries(
  [..."0123456789+-−n"].map((sign, i) => [sign, [..."⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ"][i]!]),
);

/** 10⁻³ is not 10-3; letters (1st, XIXe) are set high for their looks only. */
function raise(text: string) {
  const signs = [...text];
  return /\d/.test(text) && signs.every((sign) => RAISED[sign])
    ? signs.map((sign) => RAISED[sign]).join("")
    : text;
}

function isHidden(element: HtmlElement) {
  if (attribute(element, "hidden") !== undefined) return true;
  if (element.tagName === "dialog" && attribute(element, "open") === undefined) return true;
  return /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(
    attribute(element, "style") ?? "",
  );
}

/** Labels of a drawing, without its title, which is a name for programs that read aloud. */
function drawnWords(svg: HtmlElement): string {
  const words: string[] = [];
  const waiting: HtmlNode[] = [...svg.childNodes].reverse();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (
      !isElement(node) ||
      ["title", "desc", "style", "script", "metadata", "defs"].includes(node.tagName)
    )
      continue;
    if (node.tagName === "text" || node.tagName === "foreignObject") {
      const label = textContent(node).replace(/\s+/g, " ").trim();
      if (label !== "") words.push(label);
    } else
      for (let i = node.childNodes.length - 1; i >= 0; i -= 1) waiting.push(node.childNodes[i]!);
  }
  return words.join("\n");
}
