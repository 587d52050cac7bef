/** The text of one Word paragraph, in its sentence; what stands beside the sentence is handed out with `attached`. */
import { joinFormula } from "./drawing-text.ts";
import { ommlText } from "./omml.ts";
import { styled } from "./styled-text.ts";
import { symbolOf, withSymbols } from "./symbols.ts";
import { child, childrenNamed, descendants, elements, first, textOf, type XmlNode } from "./xml.ts";

export type Attached =
  | { kind: "box"; node: XmlNode }
  | { kind: "note"; id: string }
  | { kind: "chart" | "diagram"; relation: string }
  | { kind: "text"; text: string };

/** A field between its first mark and its last one: its code, then what it shows. */
interface Field {
  code: string;
  shows: boolean;
  result: boolean;
}

/**
 * Fields may reach over several paragraphs, so one reader goes through a text in its order. @returns reads a paragraph,
 * with the signs of styled-text.ts.
 */
export function createInline(stylesOf: (run: XmlNode) => { strong: boolean; emphasis: boolean }) {
  const fields = createFields();

  function read(node: XmlNode, attached: Attached[]): string {
    let text = "";
    let afterFormula = false;
    for (const each of elements(node)) {
      const isFormula = each.name === "m:oMath" || each.name === "m:oMathPara";
      const piece = isFormula ? ommlText(each) : readPiece(each, attached);
      if (piece === "") continue;
      text = isFormula || afterFormula ? joinFormula(text, piece) : text + piece;
      afterFormula = isFormula;
    }
    return text;
  }

  function readPiece(node: XmlNode, attached: Attached[]): string {
    switch (node.name) {
      case "w:r":
        return isHidden(node) ? "" : run(node, attached);
      case "w:pPr":
      case "w:rPr":
      case "w:del":
      case "w:moveFrom":
        return "";
      case "w:sdt":
        return child(child(node, "w:sdtPr"), "w:showingPlcHdr")
          ? ""
          : read(child(node, "w:sdtContent") ?? node, attached);
      case "mc:AlternateContent":
        return alternative(node, (branch) => read(branch, attached));
      default:
        return read(node, attached);
    }
  }

  function run(node: XmlNode, attached: Attached[]): string {
    const fonts = child(child(node, "w:rPr"), "w:rFonts")?.attributes;
    const font = fonts?.["w:ascii"] ?? fonts?.["w:hAnsi"];
    const text = elements(node)
      .map((each) => inRun(each, font, attached))
      .join("");
    return styled(text, stylesOf(node));
  }

  /** What a run holds; letters within a field's code are not shown. */
  function inRun(each: XmlNode, font: string | undefined, attached: Attached[]): string {
    const sign = signOf(each, font);
    if (sign !== undefined) return fields.inCode() ? "" : sign;
    if (attach(each, attached)) return "";
    switch (each.name) {
      case "w:fldChar":
        return fields.mark(each);
      case "w:instrText":
        fields.addCode(textOf(each));
        return "";
      case "w:ruby":
        return read(child(each, "w:rubyBase") ?? each, attached);
      case "mc:AlternateContent":
        return alternative(each, (branch) =>
          elements(branch)
            .map((inner) => inRun(inner, font, attached))
            .join(""),
        );
      case "m:oMath":
        return ommlText(each);
      default:
        return "";
    }
  }

  return (paragraph: XmlNode, attached: Attached[]): string => {
    const text = read(paragraph, attached);
    fields.endCodes();
    return text;
  };
}

/** Notes and drawings stand beside the sentence. @returns whether the node is one */
function attach(node: XmlNode, attached: Attached[]) {
  switch (node.name) {
    case "w:footnoteReference":
    case "w:endnoteReference":
    case "w:commentReference":
      attached.push({ kind: "note", id: `${node.name.slice(2, -9)} ${node.attributes["w:id"]}` });
      return true;
    case "w:drawing":
    case "w:pict":
    case "w:object":
      drawn(node, attached);
      return true;
    default:
      return false;
  }
}

const SIGNS = new Map([
  ["w:tab", "\t"],
  ["w:ptab", "\t"],
  ["w:br", "\n"],
  ["w:cr", "\n"],
  ["w:noBreakHyphen", "-"],
]);

/** Letters, spaces and symbols; undefined for anything else. */
function signOf(node: XmlNode, font: string | undefined): string | undefined {
  if (node.name === "w:t") return withSymbols(textOf(node), font);
  if (node.name === "w:sym")
    return symbolOf(node.attributes["w:font"] ?? "", node.attributes["w:char"] ?? "");
  return SIGNS.get(node.name);
}

function createFields() {
  const fields: Field[] = [];
  const inCode = () => fields.some(({ shows }) => !shows);
  return {
    /** Within a field's code, which is not shown. */
    inCode,
    addCode(text: string) {
      const field = fields.at(-1);
      if (field) field.code += text;
    },
    /** @returns what the mark shows */
    mark(mark: XmlNode): string {
      const type = mark.attributes["w:fldCharType"];
      if (type === "begin") {
        fields.push({ code: "", shows: false, result: false });
        return inForm(mark);
      }
      const field = fields.at(-1);
      if (!field) return "";
      if (type === "separate") {
        field.shows = true;
        field.result = true;
        return "";
      }
      fields.pop();
      return field.result || inCode() ? "" : computed(field.code);
    },
    /** A code that no mark ends would hide the rest of the document. */
    endCodes() {
      while (inCode())
        fields.splice(
          fields.findIndex(({ shows }) => !shows),
          1,
        );
    },
  };
}

/** The newer of two ways in which the file says one thing, the older where the newer says nothing. */
function alternative(node: XmlNode, readBranch: (branch: XmlNode) => string): string {
  const [choice] = childrenNamed(node, "mc:Choice");
  const [fallback] = childrenNamed(node, "mc:Fallback");
  if (choice && elements(choice).length > 0) return readBranch(choice);
  return fallback ? readBranch(fallback) : "";
}

function isHidden(run: XmlNode) {
  const vanish = child(child(run, "w:rPr"), "w:vanish");
  return vanish !== undefined && !/^(?:0|false|off)$/.test(vanish.attributes["w:val"] ?? "");
}

/** Boxes, word art, diagrams and charts, in the order of the drawing; of what is stored twice the newer. */
function drawn(node: XmlNode, attached: Attached[]) {
  for (const each of elements(node)) {
    if (each.name === "w:txbxContent") attached.push({ kind: "box", node: each });
    else if (each.name === "dgm:relIds")
      attached.push({ kind: "diagram", relation: each.attributes["r:dm"] ?? "" });
    else if (each.name === "c:chart" || each.name === "cx:chart")
      attached.push({ kind: "chart", relation: each.attributes["r:id"] ?? "" });
    else if (each.name.endsWith(":textpath"))
      attached.push({ kind: "text", text: each.attributes.string ?? "" });
    else if (each.name === "mc:AlternateContent") {
      const before = attached.length;
      for (const branch of [
        ...childrenNamed(each, "mc:Choice"),
        ...childrenNamed(each, "mc:Fallback"),
      ])
        if (attached.length === before) drawn(branch, attached);
    } else drawn(each, attached);
  }
}

/** Boxes to tick and lists to choose from in old forms. */
function inForm(mark: XmlNode): string {
  const box = first(mark, "w:checkBox");
  if (box) {
    const state = child(box, "w:checked") ?? child(box, "w:default");
    return state && !/^(?:0|false)$/.test(state.attributes["w:val"] ?? "1") ? "☒" : "☐";
  }
  const list = first(mark, "w:ddList");
  if (!list) return "";
  const entries = [...descendants(list)].filter(({ name }) => name === "w:listEntry");
  const chosen = Number(
    (child(list, "w:result") ?? child(list, "w:default"))?.attributes["w:val"] ?? 0,
  );
  return entries[chosen]?.attributes["w:val"] ?? "";
}

/** `EQ` fields hold what they show in their code: readings over signs, fractions, roots, scripts. */
function computed(code: string): string {
  const symbol = /^\s*SYMBOL\s+(0x[\da-f]+|\d+)(?:.*\\f\s+"?([^"\\]+)"?)?/i.exec(code);
  if (symbol) return symbolOf((symbol[2] ?? "Symbol").trim(), Number(symbol[1]).toString(16));
  if (!/^\s*EQ\b/i.test(code)) return "";
  return code
    .replace(/^\s*EQ\b/i, "")
    .replace(/\\\*\s*(?:jc\d+|hps\d+|"[^"]*")/gi, "")
    .replace(/\\o(?:\\a[lcrd])?\s*\(\\s\\up\s*\d*\s*\([^()]*\)\s*[,;]\s*([^()]*)\)/gi, "$1")
    .replace(/\\f\s*\(([^(),;]*)[,;]([^()]*)\)/gi, "$1/$2")
    .replace(/\\r\s*\(([^(),;]*)[,;]([^()]*)\)/gi, "$1√($2)")
    .replace(/\\r\s*\(([^()]*)\)/gi, "√($1)")
    .replace(/\\s\\up\s*\d*\s*\(([^()]*)\)/gi, "^$1")
    .replace(/\\s\\do\s*\d*\s*\(([^()]*)\)/gi, "_$1")
    .replace(/\\[a-z]+\s*\d*/gi, "")
    .trim();
}
