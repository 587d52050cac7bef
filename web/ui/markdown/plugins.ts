/** Changes to the tree that the parser made, before it becomes elements. */
import type { Nodes, Parent, PhrasingContent, Root, Text } from "mdast";
import { PLAIN_DOLLAR } from "./prepare.ts";

/** Letters of the source, from and to. */
export interface SourceRange {
  from: number;
  to: number;
}

export interface PluginOptions {
  /** As the student wrote it. */
  source: string;
  /** Numbers of citations that `[1]` stands for. */
  cited: ReadonlySet<number>;
  marked: SourceRange | undefined;
}

/** Line breaks stay, `[1]` becomes a citation, a range is marked, formulas on a line of their own stand apart. */
export function adaptTree(options: PluginOptions) {
  return (tree: Root) => adapt(tree, options);
}

function adapt(parent: Parent, options: PluginOptions) {
  const children: Nodes[] = [];
  for (const node of parent.children as Nodes[]) {
    if ("children" in node) adapt(node, options);
    if ("value" in node) node.value = node.value.replaceAll(PLAIN_DOLLAR, "$");
    if (node.type === "text") children.push(...inText(node, options));
    else children.push(asCitation(node, options) ?? node);
  }
  parent.children = children as typeof parent.children;
  if (parent.type === "paragraph") standApart(parent, options.source);
}

/** `[1]` is a citation, also where the answer says that it is a link. */
function asCitation(node: Nodes, { cited }: PluginOptions) {
  if (node.type !== "linkReference" && node.type !== "link") return undefined;
  const [only, ...more] = node.children;
  if (only?.type !== "text" || more.length > 0 || !/^\d{1,3}$/.test(only.value)) return undefined;
  return cited.has(Number(only.value)) ? citation(Number(only.value)) : undefined;
}

function inText(node: Text, options: PluginOptions): PhrasingContent[] {
  return cutAtMark(node, options.marked).flatMap(({ value, isMarked }) => {
    const parts = value.split(/(\[\d{1,3}\]|\n)/).flatMap((part): PhrasingContent[] => {
      if (part === "") return [];
      if (part === "\n") return [{ type: "break" }];
      const number = Number(/^\[(\d+)\]$/.exec(part)?.[1]);
      return [options.cited.has(number) ? citation(number) : { type: "text", value: part }];
    });
    return isMarked ? [element("mark", parts)] : parts;
  });
}

function cutAtMark(node: Text, marked: SourceRange | undefined) {
  const start = node.position?.start.offset;
  const end = node.position?.end.offset;
  const whole = { value: node.value, isMarked: false };
  if (!marked || start === undefined || end === undefined) return [whole];
  if (marked.to <= start || marked.from >= end) return [whole];
  // Where an escape or an entity stands, letters of the source are not letters of the text.
  if (node.value.length !== end - start) return [{ ...whole, isMarked: true }];
  const from = Math.max(0, marked.from - start);
  const to = Math.min(node.value.length, marked.to - start);
  return [
    { value: node.value.slice(0, from), isMarked: false },
    { value: node.value.slice(from, to), isMarked: true },
    { value: node.value.slice(to), isMarked: false },
  ].filter(({ value }) => value !== "");
}

/** A paragraph that is one formula between `$$`. */
function standApart(paragraph: Parent, source: string) {
  const [only, ...more] = (paragraph.children as Nodes[]).filter(
    (node) => !(node.type === "text" && node.value.trim() === ""),
  );
  if (only?.type !== "inlineMath" || more.length > 0) return;
  const start = only.position?.start.offset ?? 0;
  if (!/^(?:\$\$|\\\[)/.test(source.slice(start))) return;
  only.data = {
    ...only.data,
    hProperties: { className: ["language-math", "math-display"] },
  };
}

function citation(number: number): PhrasingContent {
  return element("cite", [{ type: "text", value: String(number) }]);
}

/** Anything with a name of an element is one: https://github.com/syntax-tree/mdast-util-to-hast#fields-on-nodes */
function element(name: "cite" | "mark", children: PhrasingContent[]): PhrasingContent {
  return { type: "emphasis", data: { hName: name }, children };
}
