/**
 * A page as the tree that a browser builds of it, through parse5 (https://parse5.js.org), bounded in depth and number.
 */
import { Parser } from "htmlparser2";
import { defaultTreeAdapter, parse, type DefaultTreeAdapterTypes } from "parse5";
import { Refused, TooMuch } from "./refuse.ts";

export type HtmlNode = DefaultTreeAdapterTypes.ChildNode;
export type HtmlElement = DefaultTreeAdapterTypes.Element;
export type HtmlDocument = DefaultTreeAdapterTypes.Document;

const MOST_ELEMENTS = 3_000_000;
/** Browsers stop at 512; each open element makes every further one dearer. */
const MOST_DEEP = 2000;

export function readHtml(given: string): HtmlDocument {
  const html = given.replace(/<title\s*\/>/i, "<title></title>");
  let elements = 0;
  let depth = 0;
  return parse(html, {
    treeAdapter: {
      ...defaultTreeAdapter,
      createElement(...given) {
        if ((elements += 1) > MOST_ELEMENTS) throw new TooMuch();
        return defaultTreeAdapter.createElement(...given);
      },
      onItemPush() {
        if ((depth += 1) > MOST_DEEP)
          throw new Refused(
            "document-unreadable",
            "The page is nested deeper than any browser shows. It may be made to do harm, so it was not read.",
          );
      },
      onItemPop() {
        depth -= 1;
      },
    },
  });
}

const VOID = new Set("area base br col embed hr img input link meta source track wbr".split(" "));

/** XHTML knows empty elements (`<title/>`) where HTML sees one that is never closed. */
export function xhtmlToHtml(xml: string): string {
  const pieces: string[] = ["<!doctype html>"];
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const given = Object.entries(attributes).map(
          ([key, value]) => ` ${key}="${value.replaceAll('"', "&quot;")}"`,
        );
        pieces.push(`<${local(name)}${given.join("")}>`);
      },
      ontext: (text) => void pieces.push(text),
      onclosetag(name) {
        if (!VOID.has(local(name))) pieces.push(`</${local(name)}>`);
      },
      oncdatastart: () => void pieces.push(""),
    },
    { xmlMode: true, decodeEntities: false },
  );
  parser.write(xml);
  parser.end();
  return pieces.join("");
}

/** Programs that write `<html:p>` mean `<p>`. */
function local(name: string) {
  return name.replace(/^.*:/, "");
}

/**
 * By its declaration, or by elements closed in one tag where HTML would take the rest of the page for their content.
 */
export function isXhtml(text: string) {
  const head = text.slice(0, 8192);
  const root = /<(?:\w+:)?html\b[^>]*>/i.exec(head)?.[0];
  if (!root) return false;
  if (/^\s*<\?xml\b/.test(head)) return true;
  return (
    /xmlns\s*=\s*["']http:\/\/www\.w3\.org\/1999\/xhtml/i.test(root) &&
    /<(?:title|script|style|textarea|iframe|noscript|a|p|div|span|td)\b[^<>]*\/>/i.test(text)
  );
}

export function attribute(element: HtmlElement, name: string): string | undefined {
  return element.attrs.find((each) => each.name === name)?.value;
}

export function isElement(node: HtmlNode): node is HtmlElement {
  return "tagName" in node;
}

export function isHtml(element: HtmlElement) {
  return element.namespaceURI === "http://www.w3.org/1999/xhtml";
}

export function textContent(node: HtmlNode): string {
  if (node.nodeName === "#text") return (node as DefaultTreeAdapterTypes.TextNode).value;
  return "childNodes" in node ? node.childNodes.map(textContent).join("") : "";
}

/** The first element that `wanted` chooses, in the order of the document. */
export function findElement(
  from: { childNodes: HtmlNode[] },
  wanted: (element: HtmlElement) => boolean,
): HtmlElement | undefined {
  const waiting = [...from.childNodes].reverse();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (!isElement(node)) continue;
    if (wanted(node)) return node;
    for (let i = node.childNodes.length - 1; i >= 0; i -= 1) waiting.push(node.childNodes[i]!);
  }
  return undefined;
}
