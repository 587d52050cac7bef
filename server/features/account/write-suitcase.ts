/**
 * Everything of an account, written down: rows as canonical JSON lines (RFC 8785), their schemas, and the same for
 * people.
 */
import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import canonicalize from "canonicalize";
import { sql } from "kysely";
import type { Context, Tx } from "#server/context.ts";
import { columnsOf, lineSchema } from "./suitcase-columns.ts";
import {
  LEFT_OUT,
  PROFILE_COLUMNS,
  SUITCASE_TABLES,
  type SuitcaseTable,
} from "./suitcase-tables.ts";
import type { ZipEntry } from "./zip-layout.ts";

/** What a version of this program can read is told by this number: it grows when the form of a line changes. */
export const SUITCASE_FORMAT = 2;
/** The header has one length, whatever stands in it: two suitcases of the same account differ in no other byte. */
const HEADER_BYTES = 2048;
const BATCH = 500;

/** Where an entry's bytes are: a file of the account (`from` 0), or a part of the export's own file. */
export interface SuitcaseEntry extends ZipEntry {
  storage_key: string;
  from: number;
}

export interface AccountFile {
  sha256: string;
  crc32: number;
  size_bytes: number;
  storage_key: string;
}

/** Appends to one local file, and remembers at which byte (`from`) what stands. */
export class EntryWriter {
  readonly entries: (ZipEntry & { from: number; sha256: string })[] = [];
  readonly #file: FileHandle;
  #at = 0;
  #name = "";
  #begun = 0;
  #crc = 0;
  #hash = createHash("sha256");

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async at(path: string) {
    return new EntryWriter(await open(path, "w", 0o600));
  }

  begin(name: string) {
    this.#name = name;
    this.#begun = this.#at;
    this.#crc = 0;
    this.#hash = createHash("sha256");
  }

  async write(text: string | Buffer) {
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    if (bytes.length === 0) return;
    this.#crc = crc32(bytes, this.#crc);
    this.#hash.update(bytes);
    await this.#file.write(bytes, 0, bytes.length, this.#at);
    this.#at += bytes.length;
  }

  end() {
    this.entries.push({
      name: this.#name,
      from: this.#begun,
      size_bytes: this.#at - this.#begun,
      crc32: this.#crc,
      sha256: this.#hash.digest("hex"),
    });
  }

  async entry(name: string, text: string | Buffer) {
    this.begin(name);
    await this.write(text);
    this.end();
  }

  async close() {
    await this.#file.sync();
    await this.#file.close();
  }
}

/** Reads every file of the account once. @param onBytes is told of each piece. */
export async function hashFiles(
  context: Context,
  tx: Tx,
  userId: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
) {
  const files = new Map<string, AccountFile>();
  for (const table of SUITCASE_TABLES.filter(({ file }) => file)) {
    const { rows } = await sql<{ storage_key: string }>`
      select storage_key from ${sql.table(table.name)} as row
      where user_id = ${userId} and storage_key is not null ${condition(table)}`.execute(tx);
    for (const { storage_key } of rows) {
      signal.throwIfAborted();
      // A file that is lost is told as lost; the rest of the account travels.
      const content = await context.storage.read(storage_key).catch(() => undefined);
      if (!content) continue;
      const hash = createHash("sha256");
      let crc = 0;
      let size = 0;
      for await (const chunk of content as AsyncIterable<Buffer>) {
        hash.update(chunk);
        crc = crc32(chunk, crc);
        size += chunk.length;
        onBytes(chunk.length);
      }
      files.set(storage_key, {
        storage_key,
        sha256: hash.digest("hex"),
        crc32: crc,
        size_bytes: size,
      });
    }
  }
  return files;
}

/** @returns rows by table. */
export async function writeRows(
  tx: Tx,
  userId: string,
  writer: EntryWriter,
  files: Map<string, AccountFile>,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  await sql`set local time zone 'UTC'`.execute(tx);
  const counts: Record<string, number> = {};
  await writer.entry("data/rows/account.jsonl", `${canonicalize(await readProfile(tx, userId))}\n`);
  await writer.entry("data/schemas/account.json", schemaText("account", await profileColumns(tx)));
  for (const table of SUITCASE_TABLES) {
    const columns = await columnsOf(tx, table);
    writer.begin(`data/rows/${table.name}.jsonl`);
    let count = 0;
    for await (const row of rowsOf(
      tx,
      userId,
      table,
      columns.map(({ name }) => name),
    )) {
      signal.throwIfAborted();
      const { storage_key, ...line }: Record<string, unknown> = row;
      if (table.file)
        line.file =
          typeof storage_key === "string" ? (files.get(storage_key)?.sha256 ?? null) : null;
      await writer.write(`${canonicalize(line)}\n`);
      count += 1;
    }
    writer.end();
    counts[table.name] = count;
    await writer.entry(
      `data/schemas/${table.name}.json`,
      schemaText(table.name, columns, table.file !== undefined),
    );
  }
  return counts;
}

async function profileColumns(tx: Tx) {
  const columns = await columnsOf(tx, { name: "users", key: ["id"] });
  return PROFILE_COLUMNS.flatMap((wanted) => columns.filter(({ name }) => name === wanted));
}

function schemaText(...about: Parameters<typeof lineSchema>) {
  return `${JSON.stringify(lineSchema(...about), null, 2)}\n`;
}

async function readProfile(tx: Tx, userId: string) {
  const { rows } = await sql<{ profile: object }>`
    select jsonb_build_object(${sql.join(PROFILE_COLUMNS.flatMap((name) => [sql.lit(name), sql.ref(name)]))}) as profile
    from users where id = ${userId}`.execute(tx);
  return rows[0]?.profile ?? {};
}

async function* rowsOf(tx: Tx, userId: string, table: SuitcaseTable, columns: string[]) {
  const fields = columns.flatMap((name) => [
    sql.lit(name),
    table.rewrite?.[name] ? sql.raw(`(${table.rewrite[name]})`) : sql.ref(`row.${name}`),
  ]);
  // jsonb_build_object takes a hundred arguments.
  const built = Array.from({ length: Math.ceil(fields.length / 80) }, (_, at) => {
    return sql`jsonb_build_object(${sql.join(fields.slice(at * 80, at * 80 + 80))})`;
  });
  const batch = table.rowsAtOnce ?? BATCH;
  const order = table.key.length > 0 ? table.key : ["user_id"];
  await sql`
    declare suitcase cursor for
    select ${sql.join(built, sql` || `)} as line ${table.file ? sql`, row.storage_key` : sql``}
    from ${sql.table(table.name)} as row
    where row.user_id = ${userId} ${condition(table)}
    order by ${sql.join(order.map((name) => sql.ref(`row.${name}`)))}`.execute(tx);
  for (;;) {
    const { rows } = await sql<{ line: Record<string, unknown>; storage_key?: string | null }>`
      fetch ${sql.lit(batch)} from suitcase`.execute(tx);
    for (const { line, storage_key } of rows) yield { ...line, storage_key };
    if (rows.length < batch) break;
  }
  await sql`close suitcase`.execute(tx);
}

function condition(table: SuitcaseTable) {
  return table.where ? sql.raw(`and (${table.where})`) : sql``;
}

export function header(about: { exported_at: string; server: string; email: string }) {
  const text = JSON.stringify({ format: SUITCASE_FORMAT, ...about }, null, 2);
  return `${text}${" ".repeat(Math.max(0, HEADER_BYTES - Buffer.byteLength(text) - 1))}\n`;
}

export function readme(counts: Record<string, number>, missing: number) {
  const kept = Object.entries(counts).filter(([, count]) => count > 0);
  return [
    "# A Little Monster account",
    "",
    "Everything of one account. `Settings / Data` or `lm account import` of another Little Monster takes it in again.",
    "",
    "- `data/readable`: the same for people: transcripts as WebVTT, documents, " +
      "conversations, highlights and notes as Markdown, cards as an Anki package.",
    "- `data/files`: recordings, documents, pictures and speech, each named by its SHA-256.",
    "- `data/rows`: every row as JSON lines (RFC 8785), one file a table; `file` names a file in `data/files`.",
    "- `data/schemas`: the JSON Schema of each of these lines.",
    "- `manifest-sha256.txt`: the SHA-256 of every file (BagIt, RFC 8493); `sha256sum -c " +
      "manifest-sha256.txt` checks them.",
    "- `header.json`: when and where this was made; nothing else differs between two suitcases of the same account.",
    "",
    "What lies in the bin is here, too (`binned_at`), and comes into the bin of the account that takes it in.",
    "",
    "## Rows",
    "",
    ...kept.map(([table, count]) => `- ${table}: ${count}`),
    ...(missing > 0 ? ["", `${missing} files could not be read and are missing.`] : []),
    "",
    "## Left out",
    "",
    ...Object.entries(LEFT_OUT).map(([table, why]) => `- ${table}: ${why}`),
    "",
  ].join("\n");
}

export function manifest(entries: { name: string; sha256: string }[]) {
  return entries.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join("");
}

export const BAGIT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
