/** The sentences that the server says beside those of its list of failures, as its source has them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { statementsOf, visit, type Node } from "#tests/support/syntax.ts";

const SERVER = fileURLToPath(new URL("../../server/", import.meta.url));
/** Who is told something else than a student: operators on the command line, owners by mail. */
const OTHERS = /providers\/mail\/|^setting/;

/** Each once, with `{{}}` where something is put in. */
export function sentencesOfServer(): string[] {
  return collect((node) => {
    if (node.type === "Property" && SAID.has((node["key"] as Node)["name"] as string))
      return textsIn(node["value"] as Node).filter(isSentence);
    // Of health, where `said` is a list of what is not well.
    if (node.type === "CallExpression" && SAYING.has((node["callee"] as Node)["name"] as string))
      return (node["arguments"] as Node[]).flatMap(textsIn).filter(isSentence);
    if (node.type === "VariableDeclarator" && (node["id"] as Node)["name"] === "said") {
      const list = node["init"] as Node | null;
      return list?.type === "ArrayExpression"
        ? (list["elements"] as Node[]).flatMap(textsIn).filter(isSentence)
        : [];
    }
    return [];
  });
}

const SAID = new Set(["message", "remedy"]);
const SAYING = new Set(["down", "degraded"]);

/** Names of engines, as lists of them show them. */
export function labelsOfEngines(): string[] {
  return collect((node, file) =>
    /^providers\/(?:stt|tts)\//.test(file) &&
    node.type === "Property" &&
    (node["key"] as Node)["name"] === "label"
      ? textsIn(node["value"] as Node).filter((text) => /^(?:[A-Z]|eSpeak).*\s/.test(text))
      : [],
  );
}

/**
 * What is said of a wrong field: the words that shapes are given, and those of `{ field, message }` and `refuse(field,
 * message)`.
 */
export function wordsOfFields(): string[] {
  return collect((node) => {
    if (
      node.type === "Property" &&
      ["message", "error"].includes((node["key"] as Node)["name"] as string)
    )
      return textsIn(node["value"] as Node).filter(isOfField);
    if (node.type !== "CallExpression") return [];
    const callee = node["callee"] as Node;
    const name = callee.type === "MemberExpression" ? (callee["property"] as Node) : callee;
    return TELLING.has(name["name"] as string)
      ? (node["arguments"] as Node[]).flatMap(textsIn).filter(isOfField)
      : [];
  });
}

/** Methods of a shape that take words, and the functions that refuse a field. */
const TELLING = new Set(
  "min max gt lt int length regex refine uuid date datetime url enum refuse".split(" "),
);

function isOfField(text: string) {
  return /^[a-z].*\s/s.test(text);
}

function collect(texts: (node: Node, file: string) => string[]) {
  const found = new Set<string>();
  for (const file of readdirSync(SERVER, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts") || file.endsWith(".test.ts") || OTHERS.test(file)) continue;
    visit(statementsOf(file, readFileSync(join(SERVER, file), "utf8")), (node) => {
      for (const text of texts(node, file)) found.add(text);
    });
  }
  return [...found].sort();
}

function isSentence(text: string) {
  return /^[“"A-Z{].*\s.*[.!?]$/s.test(text);
}

/** The texts that an expression may give: literals, templates, both sides of a choice, sums of them. */
function textsIn(node: Node): string[] {
  switch (node.type) {
    case "Literal":
      return typeof node["value"] === "string" ? [node["value"]] : [];
    case "ParenthesizedExpression":
      return textsIn(node["expression"] as Node);
    case "TemplateLiteral":
      return [
        (node["quasis"] as { value: { cooked: string } }[])
          .map(({ value }) => value.cooked)
          .join("{{}}"),
      ];
    case "ConditionalExpression":
      return [...textsIn(node["consequent"] as Node), ...textsIn(node["alternate"] as Node)];
    case "LogicalExpression":
      return [...textsIn(node["left"] as Node), ...textsIn(node["right"] as Node)];
    case "BinaryExpression": {
      const [left, right] = [textsIn(node["left"] as Node), textsIn(node["right"] as Node)];
      if (node["operator"] !== "+" || left.length + right.length === 0) return [];
      const orHole = (texts: string[]) => (texts.length > 0 ? texts : ["{{}}"]);
      return orHole(left).flatMap((start) => orHole(right).map((end) => start + end));
    }
    default:
      return [];
  }
}
