/**
 * A number that an exported function takes or gives, and an exported type carries, says its unit: in its name
 * (`duration_seconds`, `maxBytes`, `idleMs`) or, where the name is bare (`size`, `start`, `speed`), in the doc of the
 * number, of its type or of its function. `limit` is a number of items everywhere.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";
import { expect, it } from "vitest";
import type { Node } from "#tests/support/syntax.ts";

const SERVER = fileURLToPath(new URL("../../server/", import.meta.url));
const FLOORS = /^(?:features|providers|http)\/.*(?<!\.test|shapes)\.ts$/;
const BARE = new Set(
  (
    "duration size start end timeout length weight score rate interval delay age wait offset from to at " +
    "position speed patience pause share progress width height total done left most least"
  ).split(" "),
);
const UNIT = new RegExp(
  `\\b(?:${[
    "milliseconds?|seconds?|minutes?|hours?|days?|bytes?|characters?|UTF-16|letters|samples?|pixels?|points?",
    "tokens?|rows?|items?|numbers?|terms|students|processes|sentences?|pages?|words?|times|places?|offsets?",
    "share|0 to 1|per cent|unit",
  ].join("|")})\\b`,
  "i",
);

it("each bare number of an exported function or type has its unit in a doc", () => {
  const files = readdirSync(SERVER, { recursive: true, encoding: "utf8" });
  const unsaid = files
    .filter((file) => FLOORS.test(file))
    .flatMap((file) => unsaidIn(file, readFileSync(join(SERVER, file), "utf8")));
  expect(unsaid, "Say the unit in the doc.").toEqual([]);
});

it("notices one that is not said", () => {
  const text = `export interface Span { start: number; /** Seconds. */ end: number; name: string }
export function wait(context: Context, { timeout }: { timeout: number }) {}
/** @param size bytes */
export const write = (size: number, waitMs: number) => size;
export interface Store { /** Bytes from \`offset\` on. */ read(offset: number): void; skip(offset: number): void }`;
  expect(unsaidIn("planted.ts", text)).toEqual([
    "planted.ts Span: start",
    "planted.ts wait: timeout",
    "planted.ts Store: offset",
  ]);
});

function unsaidIn(file: string, text: string) {
  const { program, comments } = parseSync(file, text);
  const docOf = (start: number) =>
    comments
      .filter(({ end }) => end <= start && text.slice(end, start).trim() === "")
      .map(({ value }) => value)
      .join(" ");
  const found: string[] = [];
  const look = (node: unknown, said: string, owner: string) => {
    if (Array.isArray(node)) for (const each of node) look(each, said, owner);
    if (Array.isArray(node) || typeof node !== "object" || node === null) return;
    const { type, start, ...parts } = node as Node & { end: number };
    if (type === "BlockStatement") return;
    const doc = /^TS(?:Property|Method)Signature$/.test(type) ? `${said} ${docOf(start)}` : said;
    const name = ((parts["key"] ?? node) as { name?: string }).name ?? "";
    const given = (parts["typeAnnotation"] as { typeAnnotation?: Node } | null)?.typeAnnotation;
    const ofNumber = given && text.startsWith("number", given.start);
    if (ofNumber && BARE.has(name) && !UNIT.test(doc)) found.push(`${file} ${owner}: ${name}`);
    for (const part of Object.values(parts)) look(part, doc, owner);
  };
  for (const statement of program.body as unknown as Node[]) {
    const declared = statement["declaration"] as Node | null | undefined;
    if (statement.type !== "ExportNamedDeclaration" || !declared) continue;
    const made = (declared["declarations"] as Node[] | undefined) ?? [declared];
    for (const one of made) {
      const isData =
        one.type === "VariableDeclarator" &&
        !/Function/.test((one["init"] as Node | null)?.type ?? "");
      if (!isData) look(one, docOf(statement.start), (one["id"] as { name: string }).name);
    }
  }
  return found;
}
