/**
 * No comment is longer than 120 characters: the formatter leaves comments alone. A sentence, a pattern and an address
 * stay whole, so that they can be searched for; code is the formatter's.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FOLDERS = ["server", "database", "web", "cli", "lint", "tests", "benchmarks"];
const MOST = 120;

it("no comment is longer than 120 characters", () => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .map((file) => `${folder}/${file}`)
      .filter((file) => /\.tsx?$/.test(file) && !/\/dist\/|^database\/types\.ts$/.test(file)),
  );
  expect(files.length).toBeGreaterThan(500);
  const long = files.flatMap((file) => longIn(file, readFileSync(join(ROOT, file), "utf8")));
  expect(long, "Wrap these comments.").toEqual([]);
});

it("notices one, and leaves addresses and sentences alone", () => {
  const address = `https://example.org/${"a".repeat(MOST)}`;
  const text = [
    `// ${"words ".repeat(30)}`,
    `/** ${address} */`,
    `const sentence = "${"words ".repeat(30)}";`,
  ].join("\n");
  expect(longIn("planted.ts", text)).toEqual(["planted.ts:1"]);
});

function longIn(file: string, text: string) {
  const { comments } = parseSync(file, text);
  const starts = lineStarts(text);
  return comments.flatMap(({ start, end }) => {
    const first = lineOf(starts, start);
    return text
      .split("\n")
      .slice(first, lineOf(starts, end) + 1)
      .flatMap((line, index) => (isLong(line) ? [`${file}:${first + index + 1}`] : []));
  });
}

function isLong(line: string) {
  return line.length > MOST && !line.split(/\s/).some((word) => word.length > MOST - 20);
}

function lineStarts(text: string) {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}

function lineOf(starts: number[], offset: number) {
  return starts.findLastIndex((start) => start <= offset);
}
