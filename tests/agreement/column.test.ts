/** A new column, from a copy of the schema to the page: each place that forgets it fails the type check. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rowTypes } from "#database/generate.ts";
import { createTestDatabase } from "#tests/support/database.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SHAPES = "server/features/content/study-materials/shapes.ts";
const QUERIES = "server/features/content/study-materials/queries.ts";
const PAGE = "web/features/content/study-materials/material-page.tsx";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lm-column-"));
  for (const part of ["server", "database", "package.json", "tests/agreement/shown-columns.ts"])
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await cp(join(ROOT, "web"), join(folder, "web"), {
    recursive: true,
    filter: (path) => !path.startsWith(join(ROOT, "web/dist")),
  });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const config = JSON.parse(await readFile(join(ROOT, "tsconfig.json"), "utf8"));
  config.files = [
    "tests/agreement/shown-columns.ts",
    "server/features/content/study-materials/routes.ts",
    "web/env.d.ts",
    PAGE,
  ];
  delete config.include;
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));

  const { url } = await createTestDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("alter table study_materials add column mood text");
  await client.end();
  await writeFile(join(folder, "database/types.ts"), await rowTypes(url));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function change(path: string, from: string, to: string) {
  const text = await readFile(join(folder, path), "utf8");
  expect(text, path).toContain(from);
  await writeFile(join(folder, path), text.replace(from, to));
}

async function mistakes() {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(ROOT, "node_modules/typescript/bin/tsc"), "--noEmit", "-p", folder],
    { cwd: folder },
  ).catch((error: { stdout: string }) => error);
  return stdout;
}

it("is missed by name in the shape, then in the query, then in the page's use of it", async () => {
  const forgottenInShape = await mistakes();
  expect(forgottenInShape).toMatch(/shown-columns\.ts.*'"mood"'/);

  await change(PAGE, "title={material.title}", "title={`${material.title} ${material.mood}`}");
  expect(await mistakes()).toMatch(/material-page\.tsx.*'mood' does not exist/);

  await change(
    SHAPES,
    "    title: z.string(),",
    "    title: z.string(),\n    mood: z.string().nullable(),",
  );
  const forgottenInQuery = await mistakes();
  expect(forgottenInQuery).not.toContain("shown-columns.ts");
  expect(forgottenInQuery).not.toContain("material-page.tsx");
  expect(forgottenInQuery).toMatch(/study-materials\/\S+\.ts.*/);

  await change(QUERIES, '"title",', '"title",\n  "mood",');
  expect(await mistakes()).toBe("");
}, 300_000);
