/**
 * `npm run database:generate`: everything that follows from the schema files, on a throw-away database:
 * master-schema.sql, the row types, and the statistics in README.md.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import { masterSchema } from "./schema-files.ts";
import { withShadowDatabase } from "./shadow.ts";
import { readmeWith, readStatistics } from "./statistics.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const CODEGEN = join(HERE, "..", "node_modules", "kysely-codegen", "dist", "cli", "bin.js");

/** Types as Kysely wants them, from the live schema at `url`. */
export async function rowTypes(url: string) {
  const folder = await mkdtemp(join(tmpdir(), "lm-types-"));
  try {
    const file = join(folder, "types.ts");
    const mapping = JSON.stringify({ int8: "number", timestamptz: "Date" });
    await promisify(execFile)(
      process.execPath,
      [
        CODEGEN,
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

/** What generate writes, by path inside this folder. */
export async function generated(serverUrl?: string): Promise<Map<string, string>> {
  const master = await masterSchema();
  return withShadowDatabase(serverUrl, async (url) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(master);
    await client.end();
    const statistics = await readStatistics(url);
    return new Map([
      ["schemas/master-schema.sql", master],
      ["types.ts", await rowTypes(url)],
      ["README.md", readmeWith(await readFile(join(HERE, "README.md"), "utf8"), statistics)],
    ]);
  });
}

if (import.meta.main) {
  for (const [path, text] of await generated()) await writeFile(join(HERE, path), text);
}
