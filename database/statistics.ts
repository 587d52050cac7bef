/** The numbers in README.md, counted in the catalog. */
import { connect } from "./connect.ts";

/** The twelve tables of the specification; what goes beyond them is counted apart. */
export const CORE_TABLES = [
  "users",
  "oauth_connections",
  "refresh_tokens",
  "password_reset_tokens",
  "transcription_jobs",
  "transcriptions",
  "jobs",
  "tts_audio_files",
  "recordings",
  "study_materials",
  "conversations",
  "messages",
] as const;

export interface Statistics {
  tables: number;
  indexes: number;
  triggers: number;
  foreignKeys: number;
  checks: number;
}

export interface AllStatistics {
  core: Statistics;
  all: Statistics;
}

export async function readStatistics(url: string): Promise<AllStatistics> {
  const client = await connect(url);
  try {
    const { rows } = await client.query<Statistics & { core: boolean }>(
      `select relname = any ($1) as core, count(*)::int as tables,
         sum((select count(*) from pg_index where indrelid = c.oid))::int as indexes,
         sum((select count(*) from pg_trigger where tgrelid = c.oid and not tgisinternal))::int as triggers,
         sum((select count(*) from pg_constraint where conrelid = c.oid and contype = 'f'))::int as "foreignKeys",
         sum((select count(*) from pg_constraint where conrelid = c.oid and contype = 'c'))::int as checks
       from pg_class c
       where relnamespace = (select oid from pg_namespace where nspname = current_schema()) and relkind in ('r', 'p')
         and relname <> 'schema_migrations'
       group by 1`,
      [CORE_TABLES],
    );
    const core = rows.find((row) => row.core)!;
    const beyond = rows.find((row) => !row.core);
    const keys = ["tables", "indexes", "triggers", "foreignKeys", "checks"] as const;
    const pick = (value: (key: (typeof keys)[number]) => number) =>
      // Every key of Statistics is in the list above.
      Object.fromEntries(keys.map((key) => [key, value(key)])) as unknown as Statistics;
    return { core: pick((key) => core[key]), all: pick((key) => core[key] + (beyond?.[key] ?? 0)) };
  } finally {
    await client.end();
  }
}

const START = "<!-- statistics: written by npm run database:generate -->";
const END = "<!-- end of statistics -->";

export function readmeWith(readme: string, { core, all }: AllStatistics) {
  const lines = [
    "| | the twelve tables | with everything beyond them |",
    "|---|---|---|",
    `| **Total Tables** | ${core.tables} | ${all.tables} |`,
    `| **Total Indexes** | ${core.indexes} | ${all.indexes} |`,
    `| **Total Triggers** | ${core.triggers} | ${all.triggers} |`,
    `| **Foreign Key Constraints** | ${core.foreignKeys} | ${all.foreignKeys} |`,
    `| **Check Constraints** | ${core.checks} | ${all.checks} |`,
  ];
  const [before, rest] = readme.split(START);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`README.md needs the lines ${START} and ${END}`);
  return `${before}${START}\n\n${lines.join("\n")}\n\n${END}${after}`;
}
