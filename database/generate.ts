/**
 * `npm run database:generate`: everything that follows from the schema files, on a throw-away database:
 * master-schema.sql, the row types, and the statistics in README.md.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
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
        ...[CODEGEN, "--dialect", "postgres", "--out-file", file, "--type-mapping", mapping],
        ...["--exclude-pattern", "*.schema_migrations"],
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

/** The opposite of the schema files. Extensions stay: other things in the same database may use them. */
function dropEverything() {
  return withShadowDatabase(undefined, async (url) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(await masterSchema());
    const { rows } = await client.query<{ tables: string; functions: string }>(`
      select
        (select string_agg(relname, E',\n  ' order by oid desc) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r') as tables,
        (select string_agg(format('%s(%s)', proname, pg_get_function_identity_arguments(p.oid)), E',\n  ' order by p.oid desc) from pg_proc p
          where pronamespace = 'public'::regnamespace and p.oid not in (select objid from pg_depend where deptype = 'e')) as functions`);
    await client.end();
    return `drop table\n  ${rows[0]!.tables};\n\ndrop function\n  ${rows[0]!.functions};\n`;
  });
}

if (import.meta.main) {
  // Not shipped yet: the first migration is the schema itself.
  const first = join(HERE, "migrations", "0001_initial");
  await mkdir(first, { recursive: true });
  await writeFile(join(first, "up.sql"), await masterSchema());
  await writeFile(join(first, "down.sql"), await dropEverything());
  for (const [path, text] of await generated()) await writeFile(join(HERE, path), text);
}
