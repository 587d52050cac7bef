/** A use case that can fail says with which codes: in `@throws` of its doc, for whoever calls it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { statementsOf, visit, type Node } from "#tests/support/syntax.ts";

const FEATURES = fileURLToPath(new URL("../../server/features/", import.meta.url));

it("each code that an exported function throws stands in its doc", () => {
  const files = readdirSync(FEATURES, { recursive: true, encoding: "utf8" });
  const unsaid = files
    .filter((file) => file.endsWith(".ts") && !/\.test\.ts$|routes\.ts$/.test(file))
    .flatMap((file) => unsaidIn(file, readFileSync(join(FEATURES, file), "utf8")));
  expect(unsaid).toEqual([]);
});

it("notices one that is not said", () => {
  const text = `/** Opens it. @throws Failure \`conflict\`. */
export function open() { look(); return fail("conflict"); }
function look() { if (!there) fail("not-found"); }
export const shut = () => fail("conflict");`;
  expect(unsaidIn("planted.ts", text)).toEqual([
    "planted.ts open: not-found",
    "planted.ts shut: conflict",
  ]);
});

/** Codes thrown by a function itself, or by another of its file that it calls. */
function unsaidIn(file: string, text: string): string[] {
  const all = statementsOf(file, text).flatMap((statement) =>
    functionsOf(statement).map((one) => ({ ...one, statement })),
  );
  const bodies = new Map(all.map(({ name, body }) => [name, body]));
  return all
    .filter(({ statement }) => statement.type === "ExportNamedDeclaration")
    .flatMap(({ name, body, statement }) => {
      const doc = /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*$/.exec(text.slice(0, statement.start))?.[0];
      const [, said = ""] = doc?.split("@throws") ?? [];
      const codes = codesOf(body, bodies, new Set([name]));
      const missing = [...codes].filter((code) => !said.includes(`\`${code}\``));
      return missing.length > 0 ? [`${file} ${name}: ${missing.join(", ")}`] : [];
    });
}

function functionsOf(statement: Node): { name: string; body: Node }[] {
  const declared = (statement["declaration"] ?? statement) as Node;
  if (declared.type === "FunctionDeclaration")
    return [{ name: nameOf(declared["id"]), body: declared }];
  if (declared.type !== "VariableDeclaration") return [];
  return (declared["declarations"] as Node[])
    .filter(({ init }) => /Function/.test((init as Node | null)?.type ?? ""))
    .map((one) => ({ name: nameOf(one["id"]), body: one }));
}

function codesOf(body: Node, bodies: Map<string, Node>, seen: Set<string>): Set<string> {
  const codes = new Set<string>();
  visit(body, (node) => {
    if (node.type !== "CallExpression" && node.type !== "NewExpression") return;
    const callee = nameOf(node["callee"]);
    if (callee === "fail" || callee === "Failure") {
      const [first] = node["arguments"] as Node[];
      for (const literal of [first, first?.["consequent"], first?.["alternate"]] as Node[])
        if (literal?.type === "Literal") codes.add(String(literal["value"]));
    } else if (callee === "mustParse") codes.add("invalid-input");
    const called = bodies.get(callee);
    if (!called || seen.has(callee)) return;
    seen.add(callee);
    for (const code of codesOf(called, bodies, seen)) codes.add(code);
  });
  return codes;
}

function nameOf(node: unknown) {
  return String((node as { name?: string } | null)?.name ?? "");
}
