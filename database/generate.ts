/**
 * `npm run database:generate`: everything that follows from the schema files, on a throw-away database:
 * master-schema.sql, the row types, and the statistics in README.md.
 */
import { execFile } from "node:child_process";
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import { startEmbedded } from "./embedded.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const SCHEMAS = join(HERE, "schemas");

export async function masterSchema() {
  const names = (await readdir(SCHEMAS)).filter((name) => /^\d{3}_\w+\.sql$/.test(name)).toSorted();
  const files = await Promise.all(names.map((name) => readFile(join(SCHEMAS, name), "utf8")));
  return `-- Generated from ${names[0]} to ${names.at(-1)} by "npm run database:generate". Do not edit.\n\n${files.join("\n")}`;
}

/** Types as Kysely wants them, from the live schema at `url`. */
export async function rowTypes(url: string) {
  const folder = await mkdtemp(join(tmpdir(), "lm-types-"));
  try {
    const file = join(folder, "types.ts");
    const program = join(HERE, "..", "node_modules", "kysely-codegen", "dist", "cli", "bin.js");
    const mapping = JSON.stringify({ int8: "number", timestamptz: "Date" });
    await promisify(execFile)(
      process.execPath,
      [
        program,
        "--dialect",
        "postgres",
        "--out-file",
        file,
        "--type-mapping",
        mapping,
        "--exclude-pattern",
        "*.schema_migrations",
      ],
      { env: { ...process.env, DATABASE_URL: url } },
    );
    return (await readFile(file, "utf8")).replace(
      "export interface DB {",
      "export interface Database {",
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function generate() {
  const master = await masterSchema();
  await writeFile(join(SCHEMAS, "master-schema.sql"), master);
  // Not shipped yet: the first migration is the schema itself.
  const first = join(HERE, "migrations", "0001_initial");
  await mkdir(first, { recursive: true });
  await writeFile(join(first, "up.sql"), master);

  const folder = await mkdtemp(join(tmpdir(), "lm-generate-"));
  const embedded = await startEmbedded({ dataDir: join(folder, "postgres"), fsync: false });
  try {
    const client = new pg.Client({ connectionString: embedded.url });
    await client.connect();
    await client.query(master);
    await client.end();
    await writeFile(join(HERE, "types.ts"), await rowTypes(embedded.url));
  } finally {
    await embedded.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) await generate();
