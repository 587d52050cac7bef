/** What Word keeps beside the text and shows with it: which styles are headings, and the numbers of lists. */
import { orderedMark } from "./list-marks.ts";
import { child, childrenNamed, elements, type XmlNode } from "./xml.ts";

export interface ParagraphLook {
  /** Level of a heading, from 1. */
  heading: number | undefined;
  /** Of the list, from 0. */
  level: number;
  /** A line of the table of contents, which repeats headings. */
  contents: boolean;
  /** With a blank behind it, as Word counts it here. */
  mark: string;
}

interface Style {
  name: string;
  basedOn: string | undefined;
  properties: XmlNode | undefined;
  letters: XmlNode | undefined;
}

export function createLooks(styles: XmlNode | undefined, numbering: XmlNode | undefined) {
  const known = readStyles(styles);
  const marks = createMarks(numbering);
  return (paragraph: XmlNode): ParagraphLook => {
    const own = child(paragraph, "w:pPr");
    const chain = styleChain(known, value(child(own, "w:pStyle")));
    const sources = [own, ...chain.map(({ properties }) => properties)];
    const outline = firstOf(sources, "w:outlineLvl");
    const named = chain.find(({ name }) => /^(?:heading \d|title)$/i.test(name))?.name;
    const outlined = outline === undefined ? 9 : Number(value(outline) ?? 9);
    const numbers = firstOf(sources, "w:numPr");
    const level = value(child(numbers, "w:ilvl")) ?? value(child(child(own, "w:numPr"), "w:ilvl"));
    return {
      heading: named
        ? Math.max(1, Number(/\d/.exec(named)?.[0] ?? 1))
        : outlined < 9
          ? Math.max(0, Math.trunc(outlined)) + 1
          : undefined,
      level: Math.min(8, Math.max(0, Math.trunc(Number(level ?? 0)) || 0)),
      contents: chain.some(({ name }) => /^(?:toc \d|table of figures)$/i.test(name)),
      mark: numbers ? marks(value(child(numbers, "w:numId")) ?? "0", Number(level ?? 0)) : "",
    };
  };
}

/** Whether a run is bold or slanted, by itself or by its style; what a whole paragraph is says nothing of a word. */
export function createRunStyles(styles: XmlNode | undefined) {
  const known = readStyles(styles);
  return (run: XmlNode) => {
    const own = child(run, "w:rPr");
    const chain = styleChain(known, value(child(own, "w:rStyle")));
    const sources = [own, ...chain.map(({ letters }) => letters)];
    const isOn = (name: string) => {
      const set = firstOf(sources, name);
      return set !== undefined && !/^(?:0|false|off|none)$/.test(value(set) ?? "");
    };
    return { strong: isOn("w:b"), emphasis: isOn("w:i") };
  };
}

function readStyles(styles: XmlNode | undefined) {
  const known = new Map<string, Style>();
  const root = styles && elements(styles)[0];
  for (const style of childrenNamed(root, "w:style")) {
    known.set(style.attributes["w:styleId"] ?? "", {
      name: value(child(style, "w:name")) ?? "",
      basedOn: value(child(style, "w:basedOn")),
      properties: child(style, "w:pPr"),
      letters: child(style, "w:rPr"),
    });
  }
  return known;
}

function styleChain(known: Map<string, Style>, id: string | undefined): Style[] {
  const chain: Style[] = [];
  const seen = new Set<string>();
  for (let next = id; next !== undefined && !seen.has(next);) {
    seen.add(next);
    const style = known.get(next);
    // Files without a list of styles still name them.
    if (!style)
      return chain.length === 0
        ? [
            {
              name: next.replace(/^heading(\d)$/i, "heading $1"),
              basedOn: undefined,
              properties: undefined,
              letters: undefined,
            },
          ]
        : chain;
    chain.push(style);
    next = style.basedOn;
  }
  return chain;
}

interface Level {
  format: string;
  text: string;
  start: number;
  legal: boolean;
}

/** Counts lists as Word does: a level starts anew when one above it counts on (section 17.9). */
function createMarks(numbering: XmlNode | undefined) {
  const root = numbering && elements(numbering)[0];
  const abstracts = new Map(
    childrenNamed(root, "w:abstractNum").map((each) => [
      each.attributes["w:abstractNumId"] ?? "",
      each,
    ]),
  );
  const lists = new Map<string, { levels: Map<number, Level>; counters: (number | undefined)[] }>();
  const shared = new Map<string, (number | undefined)[]>();
  for (const num of childrenNamed(root, "w:num")) {
    const id = value(child(num, "w:abstractNumId")) ?? "";
    const levels = readLevels(abstracts.get(id));
    const overrides = childrenNamed(num, "w:lvlOverride");
    for (const override of overrides) {
      const at = Number(override.attributes["w:ilvl"] ?? 0);
      for (const [key, level] of readLevels(override)) levels.set(key, level);
      const start = value(child(override, "w:startOverride"));
      const level = levels.get(at);
      if (start !== undefined && level) levels.set(at, { ...level, start: Number(start) });
    }
    // Lists of one definition count on, unless one of them begins anew.
    const counters = overrides.length > 0 ? [] : (shared.get(id) ?? []);
    if (overrides.length === 0) shared.set(id, counters);
    lists.set(num.attributes["w:numId"] ?? "", { levels, counters });
  }
  return (numId: string, at: number): string => {
    if (numId === "0") return "";
    const list = lists.get(numId);
    const level = list?.levels.get(at);
    if (!list || !level) return list ? "• " : "";
    list.counters.length = Math.min(list.counters.length, at + 1);
    const before = list.counters[at];
    list.counters[at] = before === undefined ? level.start : before + 1;
    if (level.format === "bullet") return "• ";
    const mark = level.text.replace(/%(\d)/g, (_, digit: string) => {
      const above = Number(digit) - 1;
      const used = list.levels.get(above);
      const count = list.counters[above] ?? used?.start ?? 1;
      return orderedMark(
        level.legal && above < at ? "decimal" : (used?.format ?? "decimal"),
        count,
      );
    });
    return mark.trim() === "" ? "" : `${mark.trim()} `;
  };
}

function readLevels(from: XmlNode | undefined) {
  const levels = new Map<number, Level>();
  for (const level of childrenNamed(from, "w:lvl")) {
    levels.set(Number(level.attributes["w:ilvl"] ?? 0), {
      format: value(child(level, "w:numFmt")) ?? "decimal",
      text: value(child(level, "w:lvlText")) ?? "",
      start: Number(value(child(level, "w:start")) ?? 1) || 0,
      legal: child(level, "w:isLgl") !== undefined,
    });
  }
  return levels;
}

function firstOf(sources: (XmlNode | undefined)[], name: string) {
  for (const source of sources) {
    const found = child(source, name);
    if (found) return found;
  }
  return undefined;
}

export function value(node: XmlNode | undefined): string | undefined {
  return node?.attributes["w:val"];
}
