/**
 * Rows of one account in every table that has an owner, made from the catalog: a table of tomorrow is covered by
 * itself, or the test that asks for it says which constraint it could not meet. A marker stands in every column that
 * takes free text, and in every file.
 */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { sql, type Kysely } from "kysely";
import type { Database } from "#database/types.ts";
import type { Storage } from "#server/providers/storage/contract.ts";
import { createRandom, pick } from "./openapi-values.ts";

type Value = string | number | boolean | null | Value[] | { [name: string]: Value };
type Line = Record<string, Value>;

interface Column {
  name: string;
  type: string;
  required: boolean;
  /** CHECK constraints of this column alone. */
  checks: string[];
}

interface Reference {
  columns: string[];
  table: string;
  named: string[];
}

interface Table {
  name: string;
  columns: Column[];
  references: Reference[];
}

export interface RandomAccount {
  marker: string;
  /** `table.column` where the marker stands. */
  planted: Set<string>;
  /** Columns that take free text, and where it could not be planted, with the last complaint. */
  missed: Record<string, string>;
  /** Tables without a row. */
  empty: string[];
}

/** What code reads as more than a value; without it the readable half of a suitcase cannot be made. */
export type Realistic = (table: string, line: Line, marker: string) => void;

const TRIES = 400;

export async function makeRandomAccount(
  database: Kysely<Database>,
  storage: Storage,
  userId: string,
  options: { marker: string; seed: number; tables?: string[]; realistic?: Realistic },
): Promise<RandomAccount> {
  const random = createRandom(options.seed);
  const { marker } = options;
  const all = await readTables(database);
  const tables = inOrder(all).filter(({ name }) => options.tables?.includes(name) ?? true);
  const rows = new Map<string, Line[]>();
  const account: RandomAccount = { marker, planted: new Set(), missed: {}, empty: [] };
  for (const table of tables) {
    const made: Line[] = [];
    rows.set(table.name, made);
    const wanted = table.columns.filter((column) => takesMarker(column, marker));
    // One row for nothing in particular, then one for each column that no row has planted yet.
    for (const column of [undefined, ...wanted]) {
      if (column && account.planted.has(`${table.name}.${column.name}`)) continue;
      const added = await addRow(database, storage, userId, table, column, rows, random, options);
      if (typeof added === "string") {
        if (column) account.missed[`${table.name}.${column.name}`] = added;
        else account.missed[table.name] = added;
        continue;
      }
      made.push(added);
      for (const { name } of table.columns)
        if (JSON.stringify(added[name] ?? null).includes(marker) || isHexOf(added[name], marker))
          account.planted.add(`${table.name}.${name}`);
    }
    if (made.length === 0) account.empty.push(table.name);
  }
  return account;
}

async function addRow(
  database: Kysely<Database>,
  storage: Storage,
  userId: string,
  table: Table,
  wanted: Column | undefined,
  rows: Map<string, Line[]>,
  random: () => number,
  { marker, realistic }: { marker: string; realistic?: Realistic },
): Promise<Line | string> {
  let complaint = "";
  for (let tries = 0; tries < TRIES; tries++) {
    const line: Line = {};
    for (const column of table.columns) {
      // As full as it can be; what no constraint allows together comes with fewer of them.
      const sparse =
        !column.required && column.name !== wanted?.name && random() < Math.min(0.5, tries / 60);
      line[column.name] = sparse ? null : valueFor(column, marker, random);
    }
    // Whose a row of the queue's ledger is, its job says.
    if (table.columns.some(({ name }) => name === "user_id")) line["user_id"] = userId;
    if (!reference(table, line, rows, random)) return "what it names has no row";
    const content = fileFor(table, line, userId, marker);
    realistic?.(table.name, line, marker);
    try {
      const names = table.columns.map(({ name }) => name);
      await sql`
        insert into ${sql.table(table.name)} (${sql.join(names.map((name) => sql.ref(name)))})
        select ${sql.join(names.map((name) => sql.ref(`row.${name}`)))}
        from jsonb_populate_record(null::${sql.table(table.name)}, ${JSON.stringify(line)}::jsonb) as row`.execute(
        database,
      );
    } catch (error) {
      complaint = (error as Error).message;
      continue;
    }
    if (content) await storage.write(line["storage_key"] as string, Readable.from([content]));
    if (table.name === "uploads" && line["status"] !== "completed")
      await storage.append(line["id"] as string, 0, Readable.from([Buffer.from(marker)]), {
        onDurable: async () => {},
      });
    return line;
  }
  return complaint;
}

/** Keys of rows that are there; false when a column that must name one cannot. */
function reference(
  table: Table,
  line: Line,
  rows: Map<string, Line[]>,
  random: () => number,
): boolean {
  for (const { columns, table: named, named: keys } of table.references) {
    const own = columns.filter((name) => name !== "user_id");
    if (own.length === 0) continue;
    const there = rows.get(named) ?? [];
    const optional = own.filter((name) => !table.columns.find((c) => c.name === name)!.required);
    if (there.length === 0 || (optional.length > 0 && random() < 0.3)) {
      if (optional.length === 0) return false;
      for (const name of optional) line[name] = null;
      continue;
    }
    const target = pick(random, there);
    columns.forEach((name, at) => {
      if (name !== "user_id") line[name] = target[keys[at]!] ?? null;
    });
  }
  return true;
}

/** A file whose length and hash the row tells truly. */
function fileFor(table: Table, line: Line, userId: string, marker: string) {
  if (!table.columns.some(({ name }) => name === "storage_key")) return undefined;
  if (line["storage_key"] === null) {
    for (const name of ["sha256", "size_bytes"]) if (name in line) line[name] = null;
    return undefined;
  }
  const content = Buffer.from(`${marker} ${randomUUID()} of ${table.name}`);
  const kinds: Record<string, string> = {
    recordings: "recordings",
    study_materials: "study-materials",
    tts_audio_files: "speech",
    account_imports: "imports",
  };
  line["storage_key"] = `${userId}/${kinds[table.name] ?? "cards"}/${randomUUID()}`;
  if ("size_bytes" in line) line["size_bytes"] = content.length;
  if ("sha256" in line) line["sha256"] = `\\x${createHash("sha256").update(content).digest("hex")}`;
  return content;
}

function valueFor(column: Column, marker: string, random: () => number): Value {
  const { name, type } = column;
  const checks = column.checks.join(" ");
  const listed = listedIn(checks);
  const [least, most] = boundsIn(checks);
  const between = (low: number, high: number) =>
    Math.max(low, least ?? low) +
    random() * (Math.min(high, most ?? high) - Math.max(low, least ?? low));
  switch (type) {
    case "uuid":
      return randomUUID();
    case "text":
      return listed ? pick(random, listed) : textFor(checks, marker, random);
    case "text[]":
      return listed ? [pick(random, listed)] : [marker, `${marker} ${Math.floor(random() * 9)}`];
    case "smallint":
    case "integer":
    case "bigint":
      return Math.floor(between(least ?? 0, (least ?? 0) + 50));
    case "real":
      return Math.round(between(0, 1) * 8) / 8;
    case "double precision":
      return between(least ?? 0, (least ?? 0) + 1);
    case "integer[]":
    case "smallint[]":
      return [1, 2];
    case "double precision[]":
      return Array.from({ length: 21 }, random);
    case "boolean":
      return random() < 0.5;
    case "bytea":
      return `\\x${bytesFor(checks, marker).toString("hex")}`;
    case "jsonb":
      return checks.includes("'array'") ? [marker] : { kept: marker };
    case "inet":
      return "192.0.2.7";
    case "date":
      return "2027-02-03";
    case "tsvector":
      return `${marker}:1`;
    case "bit":
      return "01".repeat(192);
    default:
      // With the microseconds that PostgreSQL keeps. What happens after something else has a later day.
      if (type.startsWith("timestamp")) {
        const month = name === "created_at" ? 1 : 1 + Math.ceil(random() * 8);
        const microseconds = String(Math.floor(random() * 1e6)).padStart(6, "0");
        return `2026-0${month}-11T10:20:30.${microseconds}+00:00`;
      }
      throw new Error(`random-account.ts does not know how to fill a column of type ${type}`);
  }
}

function textFor(checks: string, marker: string, random: () => number) {
  const longest = Number(/length\([^)]*\)\s*<=\s*(\d+)/.exec(checks)?.[1] ?? 200);
  if (checks.includes("~")) return matching(checks);
  const text =
    `${marker} ${["Ærø", "“quoted”", "日本語", "a\nb"][Math.floor(random() * 4)]!} ` +
    `${Math.floor(random() * 1e6)}`;
  return text.length <= longest
    ? text
    : marker.length <= longest
      ? marker
      : marker.slice(0, longest);
}

/** Of the few patterns that columns have. */
function matching(checks: string) {
  if (checks.includes("[A-Za-z0-9_-]")) return randomBytes(8).toString("hex");
  if (checks.includes("[a-z_]")) return "cards";
  return "login";
}

function bytesFor(checks: string, marker: string) {
  const exact = Number(/octet_length\([^)]*\) = (\d+)/.exec(checks)?.[1] ?? 0);
  if (exact) return randomBytes(exact);
  const text = Buffer.from(marker.padEnd(40, "."));
  return checks.includes("% 4") ? text.subarray(0, text.length - (text.length % 4)) : text;
}

function isHexOf(value: Value | undefined, marker: string) {
  return typeof value === "string" && value.includes(Buffer.from(marker).toString("hex"));
}

/** Free text, whose constraints leave room for the marker. */
function takesMarker(column: Column, marker: string) {
  const checks = column.checks.join(" ");
  if (["jsonb", "tsvector"].includes(column.type)) return true;
  if (column.type === "bytea") return !/octet_length\([^)]*\) = \d+/.test(checks);
  if (column.type !== "text" && column.type !== "text[]") return false;
  // The name of a file is the program's own, and stands in its text nowhere.
  if (column.name === "storage_key") return false;
  const longest = Number(/length\([^)]*\)\s*<=\s*(\d+)/.exec(checks)?.[1] ?? marker.length);
  return !listedIn(checks) && !checks.includes("~") && longest >= marker.length;
}

function listedIn(checks: string) {
  const list = /(?:= ANY|<@) \(?\(?ARRAY\[([^\]]+)\]/.exec(checks)?.[1];
  return list && [...list.matchAll(/'([^']+)'::text/g)].map(([, value]) => value!);
}

function boundsIn(checks: string): [number | undefined, number | undefined] {
  const least = /\w+"? >= '?(-?[\d.]+)/.exec(checks)?.[1];
  const above = /\w+"? > '?\(?(-?[\d.]+)/.exec(checks)?.[1];
  const most = /\w+"? <= '?(-?[\d.]+)/.exec(checks)?.[1];
  return [
    least !== undefined ? Number(least) : above !== undefined ? Number(above) + 1 : undefined,
    most === undefined ? undefined : Number(most),
  ];
}

async function readTables(database: Kysely<Database>): Promise<Table[]> {
  const { rows } = await sql<Table>`
    select c.relname as name,
      (select jsonb_agg(jsonb_build_object(
          'name', attname, 'type', format_type(atttypid, null), 'required', attnotnull,
          'checks', coalesce((select jsonb_agg(pg_get_constraintdef(k.oid)) from pg_constraint as k
            where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[attnum]), '[]'::jsonb)) order by attnum)
        from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
      coalesce((select jsonb_agg(jsonb_build_object(
          'table', confrelid::regclass::text,
          'columns', (select jsonb_agg(attname order by at) from unnest(conkey) with ordinality as key (num, at)
            join pg_attribute on attrelid = conrelid and attnum = num),
          'named', (select jsonb_agg(attname order by at) from unnest(confkey) with ordinality as key (num, at)
            join pg_attribute on attrelid = confrelid and attnum = num)) order by conname)
        from pg_constraint where conrelid = c.oid and contype = 'f'), '[]'::jsonb) as "references"
    from pg_class as c
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
      and (c.relname = 'job_attempts' or exists (
        select from pg_attribute where attrelid = c.oid and attname = 'user_id' and not attisdropped))
    order by 1`.execute(database);
  return rows;
}

/** What is named comes before what names it. */
function inOrder(tables: Table[]): Table[] {
  const ordered: Table[] = [];
  const left = [...tables];
  while (left.length > 0) {
    const at = left.findIndex(({ name, references }) =>
      references.every(
        ({ table }) => table === name || !left.some((other) => other.name === table),
      ),
    );
    ordered.push(...left.splice(Math.max(at, 0), 1));
  }
  return ordered;
}
