/**
 * A new column, from a copy of the schema to the page: the type check names each place that forgets it, and where the
 * shape has it nothing else of the server needs to be written. One run of the compiler reads the tree before and a copy
 * of its files after.
 */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "#database/connect.ts";
import { rowTypes } from "#database/generate.ts";
import { createTestDatabase } from "#tests/support/database.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FEATURE = "server/features/content/study-materials";
const SHOWN = "tests/agreement/shown-columns.ts";
const PAGE = "web/features/content/study-materials/note-editor.tsx";
/** What the page saves by, and names the same shape. */
const SAVES = "web/features/content/study-materials/note-outbox.ts";
const after = (path: string) => path.replace(/(?=\.tsx?$)|$/, "-after");

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lm-column-"));
  for (const part of ["server", "database", "package.json", SHOWN])
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await cp(join(ROOT, "web"), join(folder, "web"), {
    recursive: true,
    filter: (path) => !path.startsWith(join(ROOT, "web/dist")),
  });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const { url } = await createTestDatabase();
  const client = await connect(url);
  await client.query("alter table study_materials add column mood text");
  await client.end();
  await writeFile(join(folder, "database/types.ts"), await rowTypes(url));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** @returns what the compiler says, by file */
async function mistakesIn(files: string[]) {
  const { include: _all, ...config } = JSON.parse(
    await readFile(join(ROOT, "tsconfig.json"), "utf8"),
  );
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ ...config, files }));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(ROOT, "node_modules/typescript/bin/tsc"), "--noEmit", "-p", folder],
    { cwd: folder },
  ).catch((error: { stdout: string }) => error);
  const lines = stdout.split("\n").filter((line) => /^\S+\(/.test(line));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("(")), line]));
}

async function plant(from: string, to: string, ...changes: [string | RegExp, string][]) {
  let text = await readFile(join(folder, from), "utf8");
  for (const [before, now] of changes) {
    expect(text, from).toMatch(before);
    text = text.replace(before, now);
  }
  await writeFile(join(folder, to), text);
}

it("is missed by name in the shape and in the page's use of it; the query has what the shape has", async () => {
  await cp(join(folder, FEATURE), join(folder, after(FEATURE)), { recursive: true });
  const shapes = `${after(FEATURE)}/shapes.ts`;
  await plant(shapes, shapes, ["    title: z.string(),", "$&\n    mood: z.string().nullable(),"]);
  const shown: [string, string] = [
    't("material.text")',
    '`${t("material.text")} ${material.mood}`',
  ];
  await plant(PAGE, PAGE, shown);
  const moved: [string, string] = [`#${FEATURE}/`, `#${after(FEATURE)}/`];
  await plant(SAVES, after(SAVES), moved);
  await plant(PAGE, after(PAGE), moved, ["./note-outbox.ts", "./note-outbox-after.ts"]);
  await plant(SHOWN, after(SHOWN), moved);

  const mistakes = await mistakesIn([
    "web/env.d.ts",
    ...[SHOWN, PAGE].flatMap((path) => [path, after(path)]),
    `${after(FEATURE)}/routes.ts`,
  ]);
  expect(Object.keys(mistakes).sort()).toEqual([SHOWN, PAGE].sort());
  expect(mistakes[SHOWN]).toContain(`'"mood"'`);
  expect(mistakes[PAGE]).toContain("'mood' does not exist");
}, 300_000);
