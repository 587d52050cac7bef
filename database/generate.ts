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
import { connect } from "./connect.ts";
import { masterSchema } from "./schema-files.ts";
import { withShadowDatabase } from "./shadow.ts";
import { readmeWith, readStatistics } from "./statistics.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const CODEGEN = join(HERE, "..", "node_modules", "kysely-codegen", "dist", "cli", "bin.js");

/** What the jsonb columns hold: types of json-columns.ts. A column that is missing here is refused. */
const JSON_COLUMNS: Record<string, string> = {
  "account_exports.counts": "Record<string, number>",
  "account_exports.entries": "ExportEntryValue[]",
  "account_imports.conflicts": "string[]",
  "account_imports.counts": "Record<string, { added: number; here_already: number }>",
  "account_imports.profile": "Record<string, { before: string | null; taken: string | null }>",
  "card_transfers.counts": "Record<string, number>",
  "cards.options": "CardOptionsValue",
  "idempotency_keys.body": "unknown",
  "deletion_receipts.receipt": "unknown",
  "users.quotas": "QuotasValue",
  "jobs.payload": "unknown",
  "jobs.result": "Record<string, unknown>",
  "quiz_questions.options": "CardOptionsValue",
  "recording_chapters.chapters": "ChapterValue[]",
  "recordings.sound_tracks": "SoundTrackValue[]",
  "search_measurements.never_found": "NeverFoundValue[]",
  "search_measurements.results": "MeasuredEngineValue[]",
  "study_materials.layout": "LayoutValue[]",
  "study_materials.sections": "SectionValue[]",
  "study_settings.fit": "FitValue",
  "suggested_cards.options": "string[]",
  "transcription_segments.original": "OriginalValue",
  "transcription_segments.words": "WordValue[]",
  "tts_audio_files.words": "SpokenWordValue[]",
  "uploads.metadata": "Record<string, unknown>",
};

/** Columns whose values a CHECK constraint lists become unions of them, those of jsonb what JSON_COLUMNS says. */
async function columnTypes(url: string): Promise<Record<string, string>> {
  const client = await connect(url);
  try {
    const { rows } = await client.query<{
      column: string;
      type: string;
      not_null: boolean;
      has_default: boolean;
      definition: string | null;
    }>(`
      select relname || '.' || attname as column, format_type(atttypid, null) as type, attnotnull as not_null,
        atthasdef or attidentity <> '' as has_default, pg_get_constraintdef(pg_constraint.oid) as definition
      from pg_attribute
        join pg_class on pg_class.oid = attrelid and relkind = 'r' and relnamespace = 'public'::regnamespace
        left join pg_constraint on conrelid = attrelid and contype = 'c' and conkey = array[attnum]
      where attnum > 0 and not attisdropped
      order by 1`);
    const types: Record<string, string> = {};
    for (const { column, type, not_null, has_default, definition } of rows) {
      const wrap = (inner: string) => (has_default ? `Generated<${inner}>` : inner);
      const orNull = (inner: string) => (not_null ? inner : `${inner} | null`);
      if (type === "jsonb") {
        const held = JSON_COLUMNS[column];
        if (!held)
          throw new Error(`Give ${column} a type in JSON_COLUMNS of database/generate.ts.`);
        types[column] = wrap(`JsonColumn<${orNull(held)}>`);
      }
      const values = valuesOf(definition ?? "");
      if (values && type === "text") types[column] = wrap(orNull(values.join(" | ")));
      if (values && type === "text[]") types[column] = wrap(orNull(`(${values.join(" | ")})[]`));
    }
    return types;
  } finally {
    await client.end();
  }
}

/** `status in ('a', 'b')` and `scopes <@ '{a,b}'`, as PostgreSQL prints them. */
function valuesOf(definition: string): string[] | undefined {
  const list = /^CHECK \(+\w+ (?:= ANY \(|<@ )ARRAY\[([^\]]+)\]\)+(?: AND .*)?$/.exec(
    definition,
  )?.[1];
  if (!list) return undefined;
  return [...list.matchAll(/'([^']+)'::text/g)].map(([, value]) => JSON.stringify(value));
}

/** Types as Kysely wants them, from the live schema at `url`. */
export async function rowTypes(url: string) {
  const columns = await columnTypes(url);
  const imported = [
    ...new Set(
      Object.values(columns).flatMap((type) => type.match(/\w+(?:Value|Column)\b/g) ?? []),
    ),
  ].sort();
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
        "--overrides",
        JSON.stringify({ columns }),
        "--exclude-pattern",
        "*.schema_migrations",
      ],
      { env: { ...process.env, DATABASE_URL: url } },
    );
    return (await readFile(file, "utf8"))
      .replace("export interface DB {", "export interface Database {")
      .replace(
        '"kysely";\n',
        `"kysely";\nimport type { ${imported.join(", ")} } from "./json-columns.ts";\n`,
      );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What generate writes, by path inside this folder. */
export async function generated(serverUrl?: string): Promise<Map<string, string>> {
  const master = await masterSchema();
  return withShadowDatabase(serverUrl, async (url) => {
    const client = await connect(url);
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
