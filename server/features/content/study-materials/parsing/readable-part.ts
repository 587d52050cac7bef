/** The text that a page of the web is about, through Mozilla's Readability (https://github.com/mozilla/readability). */
import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import { serialize } from "parse5";
import { formulaOf } from "./html-formulas.ts";
import { isElement, type HtmlDocument, type HtmlNode } from "./html-tree.ts";

/** Readability weighs every element several times; larger pages are read as a whole. */
const MOST_CHARACTERS = 2_000_000;
/** Its cost grows with the depth, and the serialiser calls itself for each level. */
const MOST_DEEP = 400;

/**
 * HTML of the part, or undefined where none stands out. The document's formulas are put into their sentences as text.
 */
export function readablePart(document: HtmlDocument, textLength: number): string | undefined {
  // Below this Readability finds nothing to weigh (its own threshold).
  if (textLength < 500 || !prepare(document)) return undefined;
  const html = serialize(document);
  if (html.length > MOST_CHARACTERS) return undefined;
  try {
    const { document: page } = parseHTML(html);
    return new Readability(page, { keepClasses: true }).parse()?.content ?? undefined;
  } catch {
    return undefined;
  }
}

/** False where it is nested too deep. */
function prepare(document: HtmlDocument) {
  const waiting: { node: HtmlNode; depth: number }[] = document.childNodes.map((node) => ({
    node,
    depth: 1,
  }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, depth } = next;
    if (depth > MOST_DEEP) return false;
    if (!isElement(node)) continue;
    const formula = formulaOf(node);
    if (formula !== undefined && node.parentNode && "childNodes" in node.parentNode) {
      const siblings = node.parentNode.childNodes;
      siblings[siblings.indexOf(node)] = {
        nodeName: "#text",
        value: formula,
        parentNode: node.parentNode,
      };
      continue;
    }
    for (const each of node.childNodes) waiting.push({ node: each, depth: depth + 1 });
  }
  return true;
}
