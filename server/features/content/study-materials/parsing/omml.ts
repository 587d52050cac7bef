/** Office's formulas (ECMA-376, part 1, section 22.1) as text. */
import {
  accent,
  bothScripts,
  fenced,
  fraction,
  largeOperator,
  named,
  plainLetters,
  root,
  rows,
  subscript,
  superscript,
} from "./math-text.ts";
import { child, childrenNamed, elements, textOf, type XmlNode } from "./xml.ts";

export function ommlText(node: XmlNode): string {
  return row(node).replace(/\s+/g, " ").trim();
}

function row(node: XmlNode | undefined): string {
  return node ? elements(node).map(piece).join("") : "";
}

function piece(node: XmlNode): string {
  const part = (name: string) => row(child(node, name));
  const property = (name: string, otherwise: string) => {
    const set = child(child(node, `${node.name}Pr`), name);
    return set ? (set.attributes["m:val"] ?? set.attributes.val ?? "") : otherwise;
  };
  switch (node.name) {
    case "m:r":
      return elements(node)
        .filter(({ name }) => name === "m:t" || name === "w:t" || name === "a:t")
        .map((text) => plainLetters(textOf(text)))
        .join("");
    case "m:sSup":
      return superscript(part("m:e"), part("m:sup"));
    case "m:sSub":
      return subscript(part("m:e"), part("m:sub"));
    case "m:sSubSup":
      return bothScripts(part("m:e"), part("m:sub"), part("m:sup"));
    case "m:sPre":
      return `${bothScripts("", part("m:sub"), part("m:sup"))}${part("m:e")}`;
    case "m:f":
      return fraction(part("m:num"), part("m:den"), property("m:type", "bar") !== "noBar");
    case "m:rad":
      return root(part("m:e"), part("m:deg"));
    case "m:nary":
      return largeOperator(property("m:chr", "∫"), part("m:sub"), part("m:sup"), part("m:e"));
    case "m:d":
      return fenced(
        property("m:begChr", "("),
        childrenNamed(node, "m:e").map(row),
        property("m:endChr", ")"),
        property("m:sepChr", "|"),
      );
    case "m:func":
      return named(part("m:fName"), part("m:e"));
    case "m:limLow":
      return subscript(part("m:e"), part("m:lim"));
    case "m:limUpp":
      return superscript(part("m:e"), part("m:lim"));
    case "m:acc":
      return accent(part("m:e"), property("m:chr", "^"));
    case "m:bar":
      return accent(part("m:e"), property("m:pos", "bot") === "top" ? "¯" : "\u0332");
    case "m:groupChr":
      return part("m:e");
    case "m:m":
      return `[${rows(childrenNamed(node, "m:mr").map((line) => childrenNamed(line, "m:e").map(row)))}]`;
    case "m:eqArr":
      return rows(childrenNamed(node, "m:e").map((line) => [row(line).replaceAll("&", "")]));
    case "m:phant":
      return property("m:show", "1") === "0" ? "" : part("m:e");
    case "w:t":
    case "a:t":
    case "m:t":
      return plainLetters(textOf(node));
    default:
      // Properties say how it looks; a deleted run is no longer there; whatever else there is, its parts are read.
      return node.name.endsWith("Pr") || node.name === "w:del" || node.name === "mc:Fallback"
        ? ""
        : row(node);
  }
}
