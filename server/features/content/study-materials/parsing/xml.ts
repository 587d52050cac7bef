/**
 * XML as a small tree. Names carry the prefix that their standard prints (`w:p`, `m:oMath`), whatever prefix the file
 * chose, since every program chooses its own. No entity but the five of XML is resolved and nothing is fetched.
 */
import { Parser } from "htmlparser2";
import { Refused, TooMuch } from "./refuse.ts";

export interface XmlNode {
  name: string;
  attributes: Record<string, string>;
  children: (XmlNode | string)[];
}

/** Deeper than any program writes; recursion over the tree stays far from the stack's end. */
const MOST_DEEP = 500;
const MOST_NODES = 5_000_000;

/**
 * By the end of the namespace's name: transitional, strict and Microsoft's forms of one vocabulary differ before it.
 */
const PREFIXES: [RegExp, string][] = [
  [/\/wordprocessingml\/(?:2006\/)?main$/, "w"],
  [/\/presentationml\/(?:2006\/)?main$/, "p"],
  [/\/drawingml\/(?:2006\/)?main$/, "a"],
  [/\/drawingml\/(?:2006\/)?chart$/, "c"],
  [/\/drawingml\/(?:2006\/)?diagram$/, "dgm"],
  [/\/officeDocument\/(?:2006\/)?math$/, "m"],
  [/\/officeDocument\/(?:2006\/)?relationships$/, "r"],
  [/\/package\/2006\/relationships$/, ""],
  [/\/package\/2006\/content-types$/, ""],
  [/\/markup-compatibility\/2006$/, "mc"],
  [/\/drawing\/2014\/chartex$/, "cx"],
  [/\/1999\/xhtml$/, ""],
  [/\/Math\/MathML$/, ""],
  [/idpf\.org\/2007\/opf$/, ""],
  [/purl\.org\/dc\/elements\/1\.1\/?$/, "dc"],
  [/urn:oasis:names:tc:opendocument:xmlns:container$/, ""],
];

export function readXml(bytes: Buffer | string): XmlNode {
  const xml = typeof bytes === "string" ? bytes : decodeXml(bytes);
  const root: XmlNode = { name: "", attributes: {}, children: [] };
  const open: XmlNode[] = [root];
  const scopes: Map<string, string>[] = [new Map()];
  let nodes = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (open.length > MOST_DEEP)
          throw new Refused(
            "document-unreadable",
            "The document is nested deeper than any program writes. It may be made to do harm, so it was not read.",
          );
        if ((nodes += 1) > MOST_NODES) throw new TooMuch();
        const scope = scopeOf(attributes, scopes.at(-1)!);
        scopes.push(scope);
        const node: XmlNode = { name: canonical(name, scope), attributes: {}, children: [] };
        for (const [key, value] of Object.entries(attributes))
          node.attributes[key.includes(":") ? canonical(key, scope) : key] = value;
        open.at(-1)!.children.push(node);
        open.push(node);
      },
      ontext(text) {
        const { children } = open.at(-1)!;
        const last = children.length - 1;
        if (typeof children[last] === "string") children[last] += text;
        else children.push(text);
      },
      onclosetag() {
        open.pop();
        scopes.pop();
      },
    },
    { xmlMode: true },
  );
  parser.write(xml);
  parser.end();
  return root;
}

function scopeOf(attributes: Record<string, string>, outer: Map<string, string>) {
  let scope = outer;
  for (const [key, value] of Object.entries(attributes)) {
    if (key !== "xmlns" && !key.startsWith("xmlns:")) continue;
    const known = PREFIXES.find(([pattern]) => pattern.test(value));
    if (scope === outer) scope = new Map(outer);
    const prefix = key.slice(6);
    scope.set(prefix, known ? known[1] : prefix);
  }
  return scope;
}

function canonical(name: string, scope: Map<string, string>) {
  const colon = name.indexOf(":");
  const given = colon < 0 ? "" : name.slice(0, colon);
  const prefix = scope.get(given) ?? given;
  const local = name.slice(colon + 1);
  return prefix === "" ? local : `${prefix}:${local}`;
}

/** UTF-8 unless a byte order mark or the declaration says otherwise (XML 1.0, appendix F). */
function decodeXml(bytes: Buffer): string {
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : bytes[0] === 0x3c && bytes[1] === 0
          ? "utf-16le"
          : bytes[0] === 0 && bytes[1] === 0x3c
            ? "utf-16be"
            : undefined;
  const declared = /^[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)/.exec(
    bytes.toString("latin1", 0, 300),
  )?.[1];
  try {
    return new TextDecoder(marked ?? declared ?? "utf-8").decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

export function elements(node: XmlNode): XmlNode[] {
  return node.children.filter((child) => typeof child !== "string");
}

export function child(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return node?.children.find(
    (each): each is XmlNode => typeof each !== "string" && each.name === name,
  );
}

export function childrenNamed(node: XmlNode | undefined, name: string): XmlNode[] {
  return node ? elements(node).filter((each) => each.name === name) : [];
}

/** Every element below, in the order of the document. */
export function* descendants(node: XmlNode): Generator<XmlNode> {
  for (const each of node.children) {
    if (typeof each === "string") continue;
    yield each;
    yield* descendants(each);
  }
}

export function first(node: XmlNode | undefined, name: string): XmlNode | undefined {
  if (!node) return undefined;
  for (const each of descendants(node)) if (each.name === name) return each;
  return undefined;
}

export function textOf(node: XmlNode | undefined): string {
  if (!node) return "";
  return node.children.map((each) => (typeof each === "string" ? each : textOf(each))).join("");
}
