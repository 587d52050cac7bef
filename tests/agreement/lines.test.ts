/**
 * No line that people write is longer than 120 characters. What may be longer: a pattern, which is read as one; an
 * address or another word that has no place to break; a literal text of several lines in a test; the body of a function
 * of the database, which is compared letter by letter with what migrations made. Not looked at: what is generated, and
 * migrations, which are never edited.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";
import { expect, it } from "vitest";
import { visit, type Node } from "#tests/support/syntax.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FOLDERS = ["server", "database", "web", "cli", "lint", "tests", "benchmarks"];
const WRITTEN = /\.(?:tsx?|mjs|js|css|sql)$/;
const NOT_LOOKED_AT = /\/dist\/|^database\/(?:types\.ts|schemas\/master-schema\.sql|migrations\/)/;
const MOST = 120;

it("no line is longer than 120 characters without a reason", () => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .map((file) => `${folder}/${file}`)
      .filter((file) => WRITTEN.test(file) && !NOT_LOOKED_AT.test(file)),
  );
  expect(files.length).toBeGreaterThan(1000);
  const long = files.flatMap((file) => longIn(file, readFileSync(join(ROOT, file), "utf8")));
  expect(long, "Wrap these lines.").toEqual([]);
});

it("notices them, and leaves patterns, addresses and texts of tests alone", () => {
  const words = "words ".repeat(30);
  const text = [
    `// ${words}`,
    `/** https://example.org/${"a".repeat(MOST)} */`,
    `const sentence = "${words}";`,
    `const pattern = /${words}/;`,
    `const rows = sql\`select ${words}\`;`,
    `const letter = \`Dear\n${words}\`;`,
  ].join("\n");
  const lines = (name: string) => longIn(name, text).map((place) => Number(place.split(":")[1]));
  expect(lines("planted.ts")).toEqual([1, 3, 5, 7]);
  expect(lines("planted.test.ts")).toEqual([1, 3, 5]);
  const body = `create function f() as $$\n-- ${words}\n$$;\n-- ${words}`;
  expect(longIn("planted.sql", body)).toEqual(["planted.sql:4"]);
});

function longIn(file: string, text: string) {
  const lines = text.split("\n");
  const long = lines.flatMap((line, at) => (isLong(line) ? [at] : []));
  if (long.length === 0) return [];
  const spared = file.endsWith(".sql") ? bodiesIn(text) : reasonsIn(file, text);
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return long
    .filter((at) => {
      const end = starts[at]! + MOST;
      return !spared.some(([from, to]) => from <= end && end <= to);
    })
    .map((at) => `${file}:${at + 1}`);
}

function isLong(line: string) {
  return line.length > MOST && !line.split(/\s/).some((word) => word.length > MOST - 20);
}

/** Patterns anywhere, and in a test the literal texts of several lines. */
function reasonsIn(file: string, text: string) {
  const spared: [number, number][] = [];
  const ofTest = /\.test\.tsx?$|^tests\//.test(file);
  visit(parseSync(file, text).program, (node) => {
    const { start, end } = node as Node & { end: number };
    if (node["regex"] || text.startsWith("String.raw", start)) spared.push([start, end]);
    if (ofTest && node.type === "TemplateLiteral" && text.slice(start, end).includes("\n"))
      spared.push([start, end]);
  });
  return spared;
}

function bodiesIn(text: string) {
  return [...text.matchAll(/\$\$[\s\S]*?\$\$/g)].map(({ index, 0: body }): [number, number] => [
    index,
    index + body.length,
  ]);
}
