/**
 * A backup is one tar file:
 *
 * - `manifest.json`, first: the version of the database, its tables with their columns, parents before children;
 * - `tables/<table>/<part>.gz`: rows in COPY text, gzipped in parts;
 * - `files/<key>`: every stored file that a row names;
 * - `growing/<upload id>`: what had arrived of each upload under way, up to the offset that its row says;
 * - `keys/secrets.json`: the keys made on the first start, without which sealed columns do not open;
 * - `end.json`, last: rows of each table and SHA-256 of each entry; a backup without it is not whole.
 */
import type { Readable } from "node:stream";
import type pg from "pg";

export const FORMAT = "little-monster-backup-1";
/** Text of a table that is gzipped and held in memory at once. */
export const PART_BYTES = 8 * 1024 * 1024;

/** As much of a storage as a backup needs. */
export interface FileStore {
  read(key: string, range?: { start: number; end: number }): Promise<Readable>;
  size(key: string): Promise<number | undefined>;
  write(key: string, content: Readable): Promise<{ sizeBytes: number }>;
  delete(key: string): Promise<void>;
  readGrowing(name: string, sizeBytes: number): Promise<Readable>;
  append(
    name: string,
    offset: number,
    content: Readable,
    options: { onDurable(offset: number): Promise<void> },
  ): Promise<number>;
  drop(name: string): Promise<void>;
}

export interface TableOfBackup {
  name: string;
  columns: string[];
}

export interface Manifest {
  format: typeof FORMAT;
  version: number;
  made_at: string;
  tables: TableOfBackup[];
}

export interface End {
  rows: Record<string, number>;
  /** By the name of the entry, hexadecimal. */
  sha256: Record<string, string>;
  /** Keys that a row named and the storage did not have. */
  missing_files: string[];
}

export class BackupError extends Error {
  override name = "BackupError";
}

/** Parents before children; columns that the database computes itself are left out. */
export async function listTables(client: pg.Client): Promise<TableOfBackup[]> {
  const { rows } = await client.query<TableOfBackup & { parents: string[] }>(`
    select relname::text as name,
      array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
        and attgenerated = '' order by attnum) as columns,
      array(select distinct confrelid::regclass::text from pg_constraint where conrelid = c.oid
        and contype = 'f' and confrelid <> c.oid) as parents
    from pg_class c
    where relkind = 'r' and relnamespace = current_schema()::regnamespace and relname <> 'schema_migrations'
    order by 1`);
  const sorted: TableOfBackup[] = [];
  const waiting = [...rows];
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ parents }) =>
      parents.every((parent) => sorted.some(({ name }) => name === parent)),
    );
    if (next < 0) throw new BackupError("Tables refer to each other in a cycle.");
    const { name, columns } = waiting.splice(next, 1)[0]!;
    sorted.push({ name, columns });
  }
  return sorted;
}

export function copyTarget({ name, columns }: TableOfBackup) {
  return `"${name}" (${columns.map((column) => `"${column}"`).join(", ")})`;
}
