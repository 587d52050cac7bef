/** What of a suitcase is new to this account, under which ids it comes in, and which files it needs. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import { newId } from "#server/new-id.ts";
import { refuse, type Suitcase } from "./open-suitcase.ts";
import { SUITCASE_TABLES, type SuitcaseTable } from "./suitcase-tables.ts";

export interface Plan {
  /** The account holds nothing yet: it takes over the profile of the suitcase too. */
  empty: boolean;
  /** `table/id` -> the file that has to be copied for it. */
  files: Map<string, { sha256: string; size_bytes: number; storage_key?: string }>;
  conflicts: string[];
  /** The line as it is stored, with its ids as they are here. */
  place(table: SuitcaseTable, row: Record<string, unknown>, columns: string[]): string;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const BATCH = 1000;

export async function planImport(
  database: Queryable,
  userId: string,
  suitcase: Suitcase,
): Promise<Plan> {
  const ids = new Map<string, string>();
  const here = new Set<string>();
  const conflicts: string[] = [];
  const files: Plan["files"] = new Map();
  for (const table of SUITCASE_TABLES.filter(({ key }) => key[0] === "id"))
    await compareTable(database, userId, suitcase, table, { ids, here, conflicts, files });
  const withCurrent = await recordingsWithTranscript(database, userId);
  return {
    empty: await isEmpty(database, userId),
    files,
    conflicts,
    place(table, row, columns) {
      const strange = Object.keys(row).find((name) => name !== "file" && !columns.includes(name));
      if (strange)
        refuse(`A row of ${table.name} has ${strange}, which its description does not name.`);
      const { file, ...line } = row;
      const place = `${table.name}/${String(row.id)}`;
      if (table.file)
        line.storage_key = files.get(place)?.storage_key ?? keyOfNothing(place, file, row);
      // The transcript that is shown here stays the one that is shown.
      if (
        table.name === "transcriptions" &&
        withCurrent.has(String(row.recording_id)) &&
        !here.has(place)
      )
        line.is_current = false;
      const text = JSON.stringify(line);
      return ids.size === 0 ? text : text.replace(UUID, (id) => ids.get(id) ?? id);
    },
  };
}

/** A note has no file. A file that was lost before the export is as lost here; what is here already is not looked at again. */
function keyOfNothing(place: string, file: unknown, row: Record<string, unknown>) {
  if (file !== null) return `here/${place}`;
  return row.sha256 === null ? null : `lost/${place}`;
}

interface Found {
  ids: Map<string, string>;
  here: Set<string>;
  conflicts: string[];
  files: Plan["files"];
}

async function compareTable(
  database: Queryable,
  userId: string,
  suitcase: Suitcase,
  table: SuitcaseTable,
  found: Found,
) {
  let rows: Record<string, unknown>[] = [];
  for await (const row of suitcase.rows(table.name)) {
    if (typeof row.id !== "string" || row.id.replace(UUID, "") !== "")
      refuse(`A row of ${table.name} has no id.`);
    rows.push(row);
    if (rows.length >= BATCH) {
      await compareRows(database, userId, suitcase, table, rows, found);
      rows = [];
    }
  }
  await compareRows(database, userId, suitcase, table, rows, found);
}

async function compareRows(
  database: Queryable,
  userId: string,
  suitcase: Suitcase,
  table: SuitcaseTable,
  rows: Record<string, unknown>[],
  { ids, here, conflicts, files }: Found,
) {
  if (rows.length === 0) return;
  const same = table.sameBy ?? [];
  const given = JSON.stringify(
    rows.map((row) => Object.fromEntries(["id", ...same].map((name) => [name, row[name] ?? null]))),
  );
  const { rows: known } = await sql<{ id: string; here_id: string; created_at: Date }>`
    select given.id, row.id as here_id, row.created_at
    from jsonb_populate_recordset(null::${sql.table(table.name)}, ${given}::jsonb) as given
    join ${sql.table(table.name)} as row on row.user_id = ${userId} and (row.id = given.id
      ${
        same.length === 0
          ? sql``
          : sql`or (${sql.join(
              same.map((name) => sql`row.${sql.ref(name)} = given.${sql.ref(name)}`),
              sql` and `,
            )})`
      })`.execute(database);
  const byId = Map.groupBy(known, ({ id }) => id);
  for (const row of rows) {
    const id = row.id as string;
    const matches = byId.get(id) ?? [];
    const twin = matches.find(({ here_id }) => here_id === id);
    const alike = matches.find(({ here_id }) => here_id !== id);
    // The same id and the same moment: the same thing, however it was changed since.
    if (twin && twin.created_at.getTime() === Date.parse(String(row.created_at))) {
      here.add(`${table.name}/${id}`);
      continue;
    }
    if (alike) {
      ids.set(id, alike.here_id);
      here.add(`${table.name}/${id}`);
      continue;
    }
    if (twin) {
      ids.set(id, newId());
      conflicts.push(
        `${nameOf(row) ?? table.name}: something else has its id here, so it came in under another one.`,
      );
    }
    if (table.file && typeof row.file === "string") needFile(suitcase, table, row, files);
  }
}

function nameOf({ title, front }: Record<string, unknown>) {
  return [title, front].find((name) => typeof name === "string")?.slice(0, 100);
}

function needFile(
  suitcase: Suitcase,
  table: SuitcaseTable,
  row: Record<string, unknown>,
  files: Plan["files"],
) {
  const sha256 = row.file as string;
  const entry = /^[0-9a-f]{64}$/.test(sha256)
    ? suitcase.entries.get(`data/files/${sha256}`)
    : undefined;
  if (!entry) refuse(`A row of ${table.name} names a file that is not in it.`);
  if (
    (typeof row.sha256 === "string" && row.sha256 !== `\\x${sha256}`) ||
    (typeof row.size_bytes === "number" && row.size_bytes !== entry.uncompressedSize)
  )
    refuse(`A row of ${table.name} says something else of its file than the file is.`);
  files.set(`${table.name}/${String(row.id)}`, { sha256, size_bytes: entry.uncompressedSize });
}

async function recordingsWithTranscript(database: Queryable, userId: string) {
  const { rows } = await sql<{ id: string }>`
    select recording_id as id from transcriptions where user_id = ${userId} and is_current`.execute(
    database,
  );
  return new Set(rows.map(({ id }) => id));
}

async function isEmpty(database: Queryable, userId: string) {
  const { rows } = await sql<{ empty: boolean }>`
    select not (${sql.join(
      SUITCASE_TABLES.filter(({ key }) => key[0] === "id").map(
        ({ name }) => sql`exists (select from ${sql.table(name)} where user_id = ${userId})`,
      ),
      sql` or `,
    )}) as empty`.execute(database);
  return rows[0]!.empty;
}
