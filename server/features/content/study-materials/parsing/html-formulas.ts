/**
 * Formulas in pages: MathML, and what KaTeX, MathJax, Wikipedia and learning platforms make of TeX. Each is read once.
 */
import { attribute, findElement, isElement, textContent, type HtmlElement } from "./html-tree.ts";
import { tidyTex } from "./math-text.ts";
import { mathmlText } from "./mathml.ts";
import type { XmlNode } from "./xml.ts";

const MATHML = "http://www.w3.org/1998/Math/MathML";

/** Text of the formula that begins here; empty for what only repeats one; undefined for what is no formula. */
export function formulaOf(element: HtmlElement): string | undefined {
  const name = element.tagName;
  if (element.namespaceURI === MATHML && name === "math") return mathmlText(asXml(element));
  const classes = ` ${attribute(element, "class") ?? ""} `;
  // Wikipedia hides the formula and shows a picture of it.
  const hidden = / mwe-math-element /.test(classes)
    ? findElement(element, ({ tagName }) => tagName === "math")
    : undefined;
  if (hidden) return mathmlText(asXml(hidden));
  if (name === "script") {
    if (!/^math\/tex/i.test(attribute(element, "type") ?? "")) return undefined;
    return tidyTex(textContent(element));
  }
  // What is drawn, or stands there until it is drawn: the source stands beside it.
  if (/ (?:katex-html|MathJax_Preview|MathJax_SVG|MathJax_CHTML) /.test(classes)) return "";
  if (/ (?:MathJax|mwe-math-fallback-image-\w+) /.test(classes) || name === "mjx-container")
    return drawn(element);
  if (name === "img") {
    const alt = attribute(element, "alt") ?? "";
    const isFormula =
      / (?:tex|latex|math|equation)(?:image)? /i.test(classes) ||
      /\/(?:filter\/tex|latex|mimetex|mathtex|math\/render)|[?&](?:tex|latex|math)=|equation_images/i.test(
        attribute(element, "src") ?? "",
      ) ||
      /^\{?\s*\\(?:display|text)style/.test(alt.trim());
    if (isFormula && alt.trim() !== "") return tidyTex(alt);
    // A letter that the page draws: an emoji, α, ≤.
    return /^\s*[^\s\w]{1,4}\s*$/u.test(alt) ? alt.trim() : undefined;
  }
  return undefined;
}

function drawn(element: HtmlElement) {
  const inside = findElement(element, ({ tagName }) => tagName === "math");
  if (inside) return mathmlText(asXml(inside));
  const siblings =
    element.parentNode && "childNodes" in element.parentNode ? element.parentNode.childNodes : [];
  const beside = siblings.some(
    (each) =>
      each !== element &&
      isElement(each) &&
      (each.tagName === "math" ||
        /^math\/tex/i.test(attribute(each, "type") ?? "") ||
        findElement(each, ({ tagName }) => tagName === "math") !== undefined),
  );
  if (beside) return "";
  const written =
    attribute(element, "data-mathml") ??
    attribute(element, "alt") ??
    attribute(element, "aria-label");
  if (written?.trimStart().startsWith("<math")) return undefined;
  return written === undefined ? undefined : tidyTex(written);
}

function asXml(element: HtmlElement): XmlNode {
  return {
    name: element.tagName,
    attributes: Object.fromEntries(element.attrs.map(({ name, value }) => [name, value])),
    children: element.childNodes.flatMap((each): (XmlNode | string)[] => {
      if (isElement(each)) return [asXml(each)];
      return each.nodeName === "#text" ? [textContent(each)] : [];
    }),
  };
}
