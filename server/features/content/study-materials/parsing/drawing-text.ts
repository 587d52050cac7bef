/** Paragraphs of DrawingML (ECMA-376 part 1, section 21.1.2): text on slides, in shapes, diagrams and charts. */
import { orderedMark } from "./list-marks.ts";
import { alternatives } from "./office-package.ts";
import { ommlText } from "./omml.ts";
import { styled, withoutStyles } from "./styled-text.ts";
import { withSymbols } from "./symbols.ts";
import { child, elements, first, textOf, type XmlNode } from "./xml.ts";

export interface DrawnParagraph {
  /** With the signs of styled-text.ts. */
  text: string;
  /** Its number in a list, with a blank behind it. */
  mark: string;
  /** From 0. */
  level: number;
  /** Whether it says itself that it is an item of a list. */
  isItem: boolean | undefined;
}

/** Each paragraph with its number, without its styles. */
export function drawingText(body: XmlNode | undefined): string[] {
  return drawnParagraphs(body).map(({ mark, text }) => mark + withoutStyles(text));
}

export function drawnParagraphs(body: XmlNode | undefined): DrawnParagraph[] {
  const found: DrawnParagraph[] = [];
  const counters: number[] = [];
  const visit = (node: XmlNode) => {
    for (const each of elements(node)) {
      if (each.name === "a:p") {
        const text = paragraphText(each).trim();
        if (text === "") continue;
        const properties = child(each, "a:pPr");
        found.push({
          text,
          mark: listMark(properties, counters),
          level: levelOf(properties),
          isItem: saysItem(properties),
        });
      } else visit(each);
    }
  };
  if (body) visit(body);
  return found;
}

/** Of a paragraph, or a level of a style; undefined: another style says it. */
export function saysItem(properties: XmlNode | undefined): boolean | undefined {
  if (child(properties, "a:buNone")) return false;
  const signs = ["a:buChar", "a:buAutoNum", "a:buBlip"];
  return signs.some((name) => child(properties, name)) ? true : undefined;
}

function levelOf(properties: XmlNode | undefined) {
  return Math.min(9, Math.max(0, Math.trunc(Number(properties?.attributes.lvl ?? 0)) || 0));
}

/** Numbers that the program counts (`a:buAutoNum`); signs of a list say nothing. */
function listMark(properties: XmlNode | undefined, counters: number[]) {
  const level = levelOf(properties);
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
  const text = elements(run)
    .filter(({ name }) => name === "a:t")
    .map((each) => withSymbols(textOf(each), font))
    .join("")
    .replace(/_x000[bB]_|\u000b/g, "\n");
  return styled(text, {
    strong: isOn(properties?.attributes.b),
    emphasis: isOn(properties?.attributes.i),
  });
}

const isOn = (value: string | undefined) => value === "1" || value === "true";

/** A formula is no part of the word beside it. */
export function joinFormula(before: string, formula: string) {
  if (formula === "") return before;
  return /[\p{L}\p{N}]$/u.test(withoutStyles(before.slice(-6))) &&
    /^[\p{L}\p{N}]/u.test(withoutStyles(formula))
    ? `${before} ${formula}`
    : before + formula;
}
