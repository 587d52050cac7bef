/** Paragraphs of DrawingML (ECMA-376 part 1, section 21.1.2): text on slides, in shapes, diagrams and charts. */
import { orderedMark } from "./list-marks.ts";
import { alternatives } from "./office-package.ts";
import { ommlText } from "./omml.ts";
import { withSymbols } from "./symbols.ts";
import { child, elements, first, textOf, type XmlNode } from "./xml.ts";

export function drawingText(body: XmlNode | undefined): string[] {
  const found: string[] = [];
  const counters: number[] = [];
  const visit = (node: XmlNode) => {
    for (const each of elements(node)) {
      if (each.name === "a:p") {
        const text = paragraphText(each).trim();
        if (text !== "") found.push(listMark(each, counters) + text);
      } else visit(each);
    }
  };
  if (body) visit(body);
  return found;
}

/** Numbers that the program counts (`a:buAutoNum`); signs of a list say nothing. */
function listMark(paragraph: XmlNode, counters: number[]) {
  const properties = child(paragraph, "a:pPr");
  const level = Math.min(9, Math.max(0, Number(properties?.attributes.lvl ?? 0) || 0));
  const numbered = child(properties, "a:buAutoNum");
  counters.length = Math.min(counters.length, level + (numbered ? 1 : 0));
  if (!numbered) return "";
  const start = Number(numbered.attributes.startAt ?? 1) || 1;
  counters[level] = counters[level] === undefined ? start : counters[level] + 1;
  const type = numbered.attributes.type ?? "arabicPeriod";
  const format = type.startsWith("alphaLc")
    ? "lowerLetter"
    : type.startsWith("alphaUc")
      ? "upperLetter"
      : type.startsWith("romanLc")
        ? "lowerRoman"
        : type.startsWith("romanUc")
          ? "upperRoman"
          : "decimal";
  const mark = orderedMark(format, counters[level]);
  return type.endsWith("ParenBoth")
    ? `(${mark}) `
    : type.endsWith("ParenR")
      ? `${mark}) `
      : `${mark}. `;
}

export function paragraphText(node: XmlNode): string {
  let text = "";
  let afterFormula = false;
  for (const each of elements(node)) {
    const isFormula = isMath(each);
    const piece = readPiece(each);
    if (piece === "") continue;
    text = isFormula || afterFormula ? joinFormula(text, piece) : text + piece;
    afterFormula = isFormula;
  }
  return text;
}

function readPiece(node: XmlNode): string {
  if (node.name === "a:r" || node.name === "a:fld") return runText(node);
  if (node.name === "a:br") return "\n";
  if (node.name === "m:oMath" || node.name === "m:oMathPara") return ommlText(node);
  if (node.name === "mc:AlternateContent") return alternatives(node, paragraphText);
  return node.name.endsWith("Pr") ? "" : paragraphText(node);
}

function isMath(node: XmlNode) {
  return (
    node.name.startsWith("m:oMath") ||
    (!node.name.startsWith("a:") && first(node, "m:oMath") !== undefined)
  );
}

function runText(run: XmlNode) {
  const properties = child(run, "a:rPr");
  const font = (child(properties, "a:sym") ?? child(properties, "a:latin"))?.attributes.typeface;
  return elements(run)
    .filter(({ name }) => name === "a:t")
    .map((each) => withSymbols(textOf(each), font))
    .join("")
    .replace(/_x000[bB]_|\u000b/g, "\n");
}

/** A formula is no part of the word beside it. */
export function joinFormula(before: string, formula: string) {
  if (formula === "") return before;
  return /[\p{L}\p{N}]$/u.test(before) && /^[\p{L}\p{N}]/u.test(formula)
    ? `${before} ${formula}`
    : before + formula;
}
