/** The sentences that the server says beside those of its list of failures, as its source has them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";

interface Node {
  type: string;
  [key: string]: unknown;
}

const SERVER = fileURLToPath(new URL("../../server/", import.meta.url));
/** Who is told something else than a student: operators on the command line, owners by mail. */
const OTHERS = /providers\/(?:models|mail)\//;

/** Each once, with `{{}}` where something is put in. */
export function sentencesOfServer(): string[] {
  const found = new Set<string>();
  for (const file of readdirSync(SERVER, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts") || file.endsWith(".test.ts") || OTHERS.test(file)) continue;
    const { program } = parseSync(file, readFileSync(join(SERVER, file), "utf8"));
    visit(program as unknown as Node, (node) => {
      if (node.type !== "Property" || (node["key"] as Node)["name"] !== "message") return;
      for (const text of textsIn(node["value"] as Node)) if (isSentence(text)) found.add(text);
    });
  }
  return [...found].sort();
}

function isSentence(text: string) {
  return /^[“"A-Z{].*\s.*[.!?]$/s.test(text);
}

/** The texts that an expression may give: literals, templates, both sides of a choice. */
function textsIn(node: Node): string[] {
  switch (node.type) {
    case "Literal":
      return typeof node["value"] === "string" ? [node["value"]] : [];
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
    default:
      return [];
  }
}

function visit(node: unknown, told: (node: Node) => void) {
  if (Array.isArray(node)) for (const each of node) visit(each, told);
  else if (typeof node === "object" && node !== null) {
    if ("type" in node) told(node as Node);
    for (const value of Object.values(node)) visit(value, told);
  }
}
