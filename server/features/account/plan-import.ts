/** What of a suitcase is new to this account, under which ids it comes in, and which files it needs. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import { newId } from "#server/new-id.ts";
import { SUITCASE_TABLES, type SuitcaseTable } from "./suitcase-tables.ts";
import { refuse, type Suitcase } from "./suitcase.ts";

export interface Plan {
  /** The account holds nothing yet: it takes over the profile of the suitcase too. */
  empty: boolean;
  /** `table/id` -> the file that has to be copied for it. */
  files: Map<string, { sha256: string; size_bytes: number; storage_key?: string }>;
  conflicts: string[];
  /** The id as it is here. */
  idOf(id: string): string;
  /** The line as it is stored, with its ids as they are here; undefined where what it is a part of stays as it is. */
  place(table: SuitcaseTable, row: Row, columns: string[]): string | undefined;
}

type Row = Record<string, unknown>;

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const BATCH_ROWS = 1000;
const BATCH_LETTERS = 4 * 1024 * 1024;
/** So many are told one by one. */
const MOST_CONFLICTS = 200;

export async function planImport(
  database: Queryable,
  userId: string,
  suitcase: Suitcase,
): Promise<Plan> {
  const found: Found = {
    ids: new Map(),
    here: new Set(),
    conflicts: [],
    untold: 0,
    files: new Map(),
  };
  const { ids, here, conflicts, files } = found;
  for (const table of SUITCASE_TABLES.filter(({ key }) => key[0] === "id"))
    await compareTable(database, userId, suitcase, table, found);
  if (found.untold > 0)
    conflicts.push(`${found.untold} more came in under another id, for the same reason.`);
  const withCurrent = await recordingsWithTranscript(database, userId);
  const there = await groupsThere(database, userId, found);
  return {
    empty: await isEmpty(database, userId),
    files,
    conflicts,
    idOf: (id) => ids.get(id) ?? id,
    place(table, row, columns) {
      const strange = Object.keys(row).find((name) => name !== "file" && !columns.includes(name));
      if (strange)
        refuse(`A row of ${table.name} has ${strange}, which its description does not name.`);
      if (table.group && there.get(table.name)?.has(String(row[table.group.column])))
        return undefined;
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

/**
 * A note has no file. A file that was lost before the export is as lost here; what is here already is not looked at
 * again.
 */
function keyOfNothing(place: string, file: unknown, row: Row) {
  if (file !== null) return `here/${place}`;
  return row.sha256 === null ? null : `lost/${place}`;
}

interface Found {
  ids: Map<string, string>;
  here: Set<string>;
  conflicts: string[];
  /** Conflicts beyond those that are told. */
  untold: number;
  files: Plan["files"];
}

/** What is compared of a row; its texts are not kept meanwhile. */
interface Compared {
  id: string;
  created_at: string;
  same: Row;
  name: string | undefined;
}

async function compareTable(
  database: Queryable,
  userId: string,
  suitcase: Suitcase,
  table: SuitcaseTable,
  found: Found,
) {
  const links = new Map<string, string>();
  let rows: Compared[] = [];
  let letters = 0;
  for await (const row of suitcase.rows(table.name)) {
    if (typeof row.id !== "string" || row.id.replace(UUID, "") !== "")
      refuse(`A row of ${table.name} has no id.`);
    const same = Object.fromEntries((table.sameBy ?? []).map((name) => [name, row[name] ?? null]));
    rows.push({ id: row.id, created_at: String(row.created_at), same, name: nameOf(row) });
    if (table.file && typeof row.file === "string") needFile(suitcase, table, row, found.files);
    const linked = table.follows && row[table.follows];
    if (typeof linked === "string") links.set(row.id, linked);
    letters += JSON.stringify(same).length;
    if (rows.length >= BATCH_ROWS || letters >= BATCH_LETTERS) {
      await compareRows(database, userId, table, rows, found);
      rows = [];
      letters = 0;
    }
  }
  await compareRows(database, userId, table, rows, found);
  if (hasCircle(links)) refuse(`Rows of ${table.name} follow each other in a circle.`);
}

/** Whoever follows the links of what came in must come to an end. */
function hasCircle(links: Map<string, string>) {
  const ends = new Set<string>();
  for (const start of links.keys()) {
    const way = new Set<string>();
    for (
      let at: string | undefined = start;
      at !== undefined && !ends.has(at);
      at = links.get(at)
    ) {
      if (way.has(at)) return true;
      way.add(at);
    }
    for (const at of way) ends.add(at);
  }
  return false;
}

async function compareRows(
  database: Queryable,
  userId: string,
  table: SuitcaseTable,
  rows: Compared[],
  found: Found,
) {
  if (rows.length === 0) return;
  const { ids, here, conflicts, files } = found;
  const same = table.sameBy ?? [];
  const given = JSON.stringify(rows.map((row) => ({ ...row.same, id: row.id })));
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
      })`
    .execute(database)
    .catch((error: unknown) => refuseWrong(table, error));
  const byId = Map.groupBy(known, ({ id }) => id);
  for (const { id, created_at, name } of rows) {
    const matches = byId.get(id) ?? [];
    const twin = matches.find(({ here_id }) => here_id === id);
    const alike = matches.find(({ here_id }) => here_id !== id);
    const isHere =
      // The same id and the same moment: the same thing, however it was changed since.
      (twin && twin.created_at.getTime() === Date.parse(created_at)) || alike !== undefined;
    if (isHere) {
      if (!twin || twin.created_at.getTime() !== Date.parse(created_at))
        ids.set(id, alike!.here_id);
      here.add(`${table.name}/${id}`);
      files.delete(`${table.name}/${id}`);
    } else if (twin) {
      ids.set(id, newId());
      if (conflicts.length >= MOST_CONFLICTS) found.untold += 1;
      else
        conflicts.push(
          `${name ?? table.name}: something else has its id here, so it came in under another one.`,
        );
    }
  }
}

/** What the schema refuses is told as a fault of the suitcase. */
export function refuseWrong(table: SuitcaseTable, error: unknown): never {
  // 22: data exception, 23: integrity constraint violation, 54: program limit exceeded
  // (https://www.postgresql.org/docs/current/errcodes-appendix.html).
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string" && /^(?:2[23]|54)/.test(code))
    refuse(
      code === "23503"
        ? `A row of ${table.name} names something that is not in it.`
        : `A row of ${table.name} is not as it has to be.`,
      error,
    );
  throw error;
}

/**
 * Table -> ids in the suitcase of what is here and has such parts already: what is here stays as it is, and is not
 * mixed.
 */
async function groupsThere(database: Queryable, userId: string, { ids, here }: Found) {
  const there = new Map<string, Set<string>>();
  for (const { name, group } of SUITCASE_TABLES) {
    if (!group?.of) continue;
    const known = new Map<string, string>();
    for (const place of here) {
      const [table, id] = place.split("/") as [string, string];
      if (table === group.of) known.set(ids.get(id) ?? id, id);
    }
    const { rows } = await sql<{ id: string }>`
      select distinct ${sql.ref(group.column)} as id from ${sql.table(group.with ?? name)}
      where user_id = ${userId} and ${sql.ref(group.column)} = any(${[...known.keys()]}::uuid[])`.execute(
      database,
    );
    there.set(name, new Set(rows.map(({ id }) => known.get(id)!)));
  }
  return there;
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
