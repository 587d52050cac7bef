/** `lm db backup`: one snapshot of every table, and every file that it names, while the application runs. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import { pack as createPack, type Pack } from "tar-stream";
import {
  copyTarget,
  FORMAT,
  listTables,
  PART_BYTES,
  type End,
  type FileStore,
  type Manifest,
} from "./backup-format.ts";
import { connect } from "./connect.ts";
import { readApplied } from "./migrate.ts";

export interface BackupOptions {
  storage: FileStore;
  /** Path of secrets.json; left out where there is none. */
  secretsPath?: string;
  onProgress?(line: string): void;
}

/** Written aside and renamed: under `path` stands a whole backup or nothing new. */
export async function backup(url: string, path: string, options: BackupOptions) {
  const aside = `${path}.part`;
  const pack = createPack();
  try {
    const [end] = await Promise.all([
      fill(pack, url, options).catch((error: unknown) => {
        pack.destroy(error as Error);
        throw error;
      }),
      pipeline(
        // streamx, which tar-stream is made of, is typed apart from Node's streams.
        pack as unknown as NodeJS.ReadableStream,
        createWriteStream(aside, { mode: 0o600 }) as Writable,
      ),
    ]);
    const file = await open(aside, "r+");
    await file.sync();
    await file.close();
    await rename(aside, path);
    return end;
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

async function fill(
  pack: Pack,
  url: string,
  { storage, secretsPath, onProgress = () => {} }: BackupOptions,
) {
  const end: End = { rows: {}, sha256: {}, missing_files: [] };
  const client = await connect(url);
  try {
    const version = (await readApplied(url)).length;
    await client.query("begin transaction isolation level repeatable read read only");
    await client.query("select set_config('lm.purpose', 'upkeep', true)");
    const tables = await listTables(client);
    const manifest: Manifest = {
      format: FORMAT,
      version,
      made_at: new Date().toISOString(),
      tables,
    };
    await addText(pack, end, "manifest.json", JSON.stringify(manifest));
    for (const table of tables) {
      const copy = copyTo(`copy ${copyTarget(table)} to stdout`);
      let part = 0;
      for await (const text of inParts(client.query(copy))) {
        const name = `tables/${table.name}/${String((part += 1)).padStart(6, "0")}.gz`;
        await addBuffer(pack, end, name, await promisify(gzip)(text));
      }
      end.rows[table.name] = copy.rowCount;
      if (copy.rowCount > 0) onProgress(`${table.name}: ${copy.rowCount} rows`);
    }
    await addFiles(pack, end, await storedKeys(client), storage, onProgress);
    await addUploads(pack, end, await uploadsUnderWay(client), storage, onProgress);
    const secrets = secretsPath && (await readFile(secretsPath).catch(() => undefined));
    if (secrets) await addBuffer(pack, end, "keys/secrets.json", secrets);
    await client.query("commit");
  } finally {
    await client.end();
  }
  pack.entry({ name: "end.json" }, JSON.stringify(end));
  pack.finalize();
  return end;
}

async function storedKeys(client: pg.Client) {
  const { rows } = await client.query<{ key: string }>(
    `select storage_key as key from recordings
     union select storage_key from study_materials where storage_key is not null
     union select storage_key from tts_audio_files where storage_key is not null
     union select storage_key from card_media
     union select storage_key from account_imports where status in ('pending', 'processing') or kept_until > now()
     union select storage_key from card_transfers where storage_key is not null order by 1`,
  );
  return rows.map(({ key }) => key);
}

async function addFiles(
  pack: Pack,
  end: End,
  keys: string[],
  storage: FileStore,
  onProgress: (line: string) => void,
) {
  for (const [index, key] of keys.entries()) {
    const size = await storage.size(key);
    // Deleted since the snapshot was taken: the backup stays true without it, and says so.
    if (size === undefined) {
      end.missing_files.push(key);
      continue;
    }
    await addStream(pack, end, `files/${key}`, size, await storage.read(key));
    if ((index + 1) % 20 === 0 || index + 1 === keys.length)
      onProgress(`files: ${index + 1} of ${keys.length}`);
  }
}

interface UploadUnderWay {
  id: string;
  offset_bytes: string;
  /** Where its bytes stand once every one has arrived, until the row says that it is completed. */
  keys: string[];
}

async function uploadsUnderWay(client: pg.Client) {
  const { rows } = await client.query<UploadUnderWay>(
    `select id, offset_bytes, array[user_id || '/recordings/' || id, user_id || '/imports/' || id] as keys
     from uploads where status <> 'completed' and offset_bytes > 0 order by id`,
  );
  return rows;
}

/** As far as the snapshot says: what came since is sent again to a server that is restored from it. */
async function addUploads(
  pack: Pack,
  end: End,
  uploads: UploadUnderWay[],
  storage: FileStore,
  onProgress: (line: string) => void,
) {
  for (const { id, offset_bytes, keys } of uploads) {
    const size = Number(offset_bytes);
    const content = await openUpload(storage, id, size, keys);
    if (content) await addStream(pack, end, `growing/${id}`, size, content);
    else end.missing_files.push(`growing/${id}`);
  }
  if (uploads.length > 0) onProgress(`uploads under way: ${uploads.length}`);
}

async function openUpload(storage: FileStore, id: string, size: number, keys: string[]) {
  const growing = await storage.readGrowing(id, size).catch(() => undefined);
  if (growing) return growing;
  for (const key of keys)
    if (((await storage.size(key)) ?? -1) >= size)
      return storage.read(key, { start: 0, end: size - 1 });
  return undefined;
}

async function addStream(pack: Pack, end: End, name: string, size: number, content: Readable) {
  const hash = createHash("sha256");
  // As above.
  const entry = pack.entry({ name, size }) as unknown as Writable;
  for await (const chunk of content) {
    hash.update(chunk as Buffer);
    if (!entry.write(chunk)) await new Promise<void>((resolve) => entry.once("drain", resolve));
  }
  await new Promise<void>((resolve) => entry.once("close", resolve).end());
  end.sha256[name] = hash.digest("hex");
}

async function* inParts(rows: Readable) {
  let chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of rows) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length < PART_BYTES) continue;
    yield Buffer.concat(chunks);
    chunks = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(chunks);
}

function addText(pack: Pack, end: End, name: string, text: string) {
  return addBuffer(pack, end, name, Buffer.from(text));
}

function addBuffer(pack: Pack, end: End, name: string, content: Buffer) {
  end.sha256[name] = createHash("sha256").update(content).digest("hex");
  return new Promise<void>((resolve, reject) => {
    pack.entry({ name }, content, (error) => (error ? reject(error) : resolve()));
  });
}
