/** MathML (https://www.w3.org/TR/mathml-core/): the TeX it was made from where it carries that, else what it shows. */
import {
  accent,
  bothScripts,
  fenced,
  fraction,
  plainLetters,
  root,
  rows,
  subscript,
  superscript,
  tidyTex,
} from "./math-text.ts";
import { elements, first, textOf, type XmlNode } from "./xml.ts";

export function mathmlText(math: XmlNode): string {
  for (const each of annotations(math)) {
    if (/tex|latex/i.test(each.attributes.encoding ?? "")) {
      const tex = tidyTex(textOf(each));
      if (tex !== "") return tex;
    }
  }
  const written = math.attributes.alttext;
  if (written?.trim()) return tidyTex(written);
  return row(math).replace(/\s+/g, " ").trim();
}

function annotations(math: XmlNode) {
  const semantics = first(math, "semantics");
  return semantics ? elements(semantics).filter(({ name }) => name === "annotation") : [];
}

function row(node: XmlNode): string {
  return elements(node).map(piece).join("");
}

function piece(node: XmlNode): string {
  const parts = elements(node);
  const part = (at: number) => (parts[at] ? piece(parts[at]) : "");
  switch (node.name.replace(/^.*:/, "")) {
    case "mi":
    case "mn":
      return plainLetters(textOf(node).trim());
    case "mo":
      return operator(textOf(node).trim());
    case "mtext":
    case "ms":
      return textOf(node).replace(/\s+/g, " ");
    case "mspace":
    case "mphantom":
    case "annotation":
    case "annotation-xml":
    case "none":
    case "mprescripts":
      return "";
    case "msup":
      return superscript(part(0), part(1));
    case "msub":
    case "munder":
      return subscript(part(0), part(1));
    case "mover":
      return [...part(1).trim()].length === 1 && !/[\p{L}\p{N}]/u.test(part(1))
        ? accent(part(0), part(1).trim())
        : superscript(part(0), part(1));
    case "msubsup":
    case "munderover":
      return bothScripts(part(0), part(1), part(2));
    case "mfrac":
      return fraction(part(0), part(1), !(node.attributes.linethickness ?? "").startsWith("0"));
    case "msqrt":
      return root(row(node));
    case "mroot":
      return root(part(0), part(1));
    case "mfenced":
      return fenced(
        node.attributes.open ?? "(",
        parts.map(piece),
        node.attributes.close ?? ")",
        node.attributes.separators?.[0] ?? ",",
      );
    case "mtable":
      return `[${rows(parts.map((line) => elements(line).map(piece)))}]`;
    case "maction":
      return part(0);
    case "semantics":
      return part(0);
    default:
      return row(node);
  }
}

function operator(text: string) {
  const sign = plainLetters(text);
  // `lim`, `sin`, `mod` as operators need their blanks.
  return /^\p{L}{2,}$/u.test(sign) ? ` ${sign} ` : sign === "," ? ", " : sign;
}
