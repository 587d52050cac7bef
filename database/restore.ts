/** `lm db restore`: a backup into an empty database and a storage; committed at the end or not at all. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { finished } from "node:stream/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { extract as createExtract } from "tar-stream";
import {
  BackupError,
  copyTarget,
  FORMAT,
  listTables,
  type End,
  type FileStore,
  type Manifest,
} from "./backup-format.ts";
import { connect } from "./connect.ts";
import { readMigrations, upgrade } from "./migrate.ts";

/** On every table that has it. */
const FORCE_AGAIN = `
  do $$
  declare
    name text;
  begin
    for name in
      select relname from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'
        and relrowsecurity and not relforcerowsecurity
    loop
      execute format('alter table %I force row level security', name);
    end loop;
  end
  $$`;

export interface RestoreOptions {
  storage: FileStore;
  secretsPath?: string;
  onProgress?(line: string): void;
}

export async function restore(url: string, path: string, options: RestoreOptions) {
  const written: string[] = [];
  const grown: string[] = [];
  const client = await connect(url);
  try {
    const end = await fill(client, url, path, options, { written, grown });
    await client.query("commit");
    await upgrade(url);
    return end;
  } catch (error) {
    await client.query("rollback").catch(() => {});
    await Promise.all(written.map((key) => options.storage.delete(key).catch(() => {})));
    await Promise.all(grown.map((name) => options.storage.drop(name).catch(() => {})));
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

async function fill(
  client: pg.Client,
  url: string,
  path: string,
  { storage, secretsPath, onProgress = () => {} }: RestoreOptions,
  { written, grown }: { written: string[]; grown: string[] },
): Promise<End> {
  const extract = createExtract();
  const source = createReadStream(path);
  source.on("error", (error) => extract.destroy(error));
  // streamx, which tar-stream is made of, is typed apart from Node's streams.
  source.pipe(extract as unknown as NodeJS.WritableStream);
  const hashes: Record<string, string> = {};
  let manifest: Manifest | undefined;
  let end: End | undefined;
  let copying: { table: string; stream: ReturnType<typeof copyFrom> } | undefined;
  const rows: Record<string, number> = {};
  const endCopy = async () => {
    if (!copying) return;
    copying.stream.end();
    await finished(copying.stream);
    rows[copying.table] = copying.stream.rowCount;
    onProgress(`${copying.table}: ${copying.stream.rowCount} rows`);
    copying = undefined;
  };

  for await (const entry of extract) {
    const { name } = entry.header;
    // As above.
    const content = entry as unknown as Readable;
    if (name === "end.json") {
      end = JSON.parse((await buffer(content)).toString()) as End;
      continue;
    }
    if (name.startsWith("files/")) {
      await endCopy();
      const key = name.slice("files/".length);
      const hash = createHash("sha256");
      written.push(key);
      await storage.write(key, Readable.from(hashed(content, hash)));
      hashes[name] = hash.digest("hex");
      continue;
    }
    if (name.startsWith("growing/")) {
      await endCopy();
      const upload = name.slice("growing/".length);
      grown.push(upload);
      hashes[name] = await placeUpload(storage, upload, content);
      continue;
    }
    const bytes = await buffer(content);
    hashes[name] = createHash("sha256").update(bytes).digest("hex");
    if (name === "manifest.json") {
      manifest = await prepare(client, url, JSON.parse(bytes.toString()) as Manifest);
    } else if (name === "keys/secrets.json") {
      await endCopy();
      await placeSecrets(bytes, secretsPath, onProgress);
    } else {
      const table = manifest?.tables.find((one) => one.name === name.split("/")[1]);
      if (!table) throw new BackupError(`${name} does not belong in a backup.`);
      if (copying?.table !== table.name) {
        await endCopy();
        const stream = client.query(copyFrom(`copy ${copyTarget(table)} from stdin`));
        stream.on("error", () => {}); // met by endCopy, or by the write below
        copying = { table: table.name, stream };
      }
      const { stream } = copying!;
      const text = await promisify(gunzip)(bytes);
      await new Promise<void>((resolve, reject) =>
        stream.write(text, (error) => (error ? reject(error) : resolve())),
      );
    }
  }
  await endCopy();
  if (!manifest || !end) throw new BackupError("The backup is not whole: its end is missing.");
  expectWhole(end, hashes, rows);
  for (const { name } of manifest.tables)
    await client.query(`alter table "${name}" enable trigger user`);
  await client.query(FORCE_AGAIN);
  onProgress(`files: ${written.length}`);
  if (grown.length > 0) onProgress(`uploads under way: ${grown.length}`);
  return end;
}

/** @throws BackupError where an entry or a table is not what was written. */
function expectWhole(end: End, hashes: Record<string, string>, rows: Record<string, number>) {
  for (const [name, sha256] of Object.entries(end.sha256))
    if (hashes[name] !== sha256)
      throw new BackupError(`The backup is damaged: ${name} is not what was written.`);
  for (const [table, expected] of Object.entries(end.rows))
    if ((rows[table] ?? 0) !== expected)
      throw new BackupError(
        `The backup is damaged: ${table} has ${rows[table] ?? 0} of ${expected} rows.`,
      );
}

async function prepare(client: pg.Client, url: string, manifest: Manifest) {
  if (manifest.format !== FORMAT)
    throw new BackupError("This is not a backup of Little Monster, or one of a newer version.");
  const newest = (await readMigrations()).length;
  if (manifest.version > newest)
    throw new BackupError(
      `The backup is of version ${manifest.version}, this program knows ${newest}. Restore it with the newer version.`,
    );
  // A database that psql deployed has no version: its tables are those of the newest.
  await upgrade(url, { to: manifest.version || newest });
  await client.query("begin");
  await client.query("select set_config('lm.purpose', 'upkeep', true)");
  const there = new Map((await listTables(client)).map((table) => [table.name, table]));
  for (const table of manifest.tables) {
    if (!there.has(table.name)) throw new BackupError(`There is no table ${table.name}.`);
    const { rowCount } = await client.query(`select from "${table.name}" limit 1`);
    if (rowCount)
      throw new BackupError(
        `The database is not empty: ${table.name} has rows. Restore into a new one.`,
      );
    // The rows come as they were: nothing is counted or stamped again.
    await client.query(`alter table "${table.name}" disable trigger user`);
    // COPY does not pass row-level security, which holds for the owner too unless it is a superuser.
    await client.query(`alter table "${table.name}" no force row level security`);
  }
  return manifest;
}

/** @returns the SHA-256 of what had arrived of it. */
async function placeUpload(storage: FileStore, upload: string, content: Readable) {
  const hash = createHash("sha256");
  const onDurable = async () => {};
  await storage.append(upload, 0, Readable.from(hashed(content, hash)), { onDurable });
  return hash.digest("hex");
}

async function placeSecrets(
  bytes: Buffer,
  path: string | undefined,
  onProgress: (line: string) => void,
) {
  if (!path) return;
  const there = await readFile(path).catch(() => undefined);
  if (there?.equals(bytes)) return;
  if (there) {
    onProgress(
      `keys: ${path} is kept; columns that the backup's own keys sealed open only with those ` +
        "(keys/secrets.json in the backup)",
    );
    return;
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, bytes, { mode: 0o600, flag: "wx" });
}

async function* hashed(content: AsyncIterable<Buffer>, hash: ReturnType<typeof createHash>) {
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
}
