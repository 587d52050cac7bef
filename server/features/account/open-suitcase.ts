/**
 * A suitcase that somebody brings: read as what it says it is, or refused with a sentence. Nothing in it is trusted:
 * names, hashes, sizes, tables, columns and owners are compared before a row is looked at.
 */
import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { openPromise, type Entry, type ZipFile } from "yauzl";
import { Failure } from "#server/failures.ts";
import { migrateSuitcase } from "./migrate-suitcase.ts";
import { readLine } from "./read-line.ts";
import { SUITCASE_TABLES } from "./suitcase-tables.ts";
import { refusal, refuse, type Suitcase } from "./suitcase.ts";
import { SUITCASE_FORMAT } from "./write-suitcase.ts";

const NAMES =
  /^(?:bagit\.txt|header\.json|manifest-sha256\.txt|data\/README\.md|data\/(?:rows|schemas)\/[a-z_]{1,63}\.jsonl?|data\/files\/[0-9a-f]{64}|data\/readable\/[A-Za-z0-9/._-]{1,200})$/;
const MOST_ENTRIES = 1_000_000;
const MOST_MANIFEST_BYTES = 200 * 1024 * 1024;
const MOST_TAG_BYTES = 1024 * 1024;
/** The longest text that a column takes is 20 million letters. */
const MOST_LINE_BYTES = 128 * 1024 * 1024;
/** The kind of a file in its Unix mode, and the one of a symbolic link. */
const KIND_OF_FILE = 0o170000;
const LINK = 0o120000;

/**
 * @param onBytes is told of each piece whose hash was compared.
 * @throws Failure `suitcase-unreadable`, with what is wrong.
 */
export async function openSuitcase(
  path: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Suitcase> {
  const zip = await openZip(path);
  try {
    const entries = await readEntries(zip, (await stat(path)).size);
    const suitcase = suitcaseOf(zip, entries);
    const format = await readTags(suitcase);
    await compareHashes(suitcase, onBytes, signal);
    return await migrateSuitcase(suitcase, format);
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function openZip(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { lazyEntries: true, strictFileNames: true, autoClose: false });
  } catch (cause) {
    refuse("It is no zip, or it was cut off.", cause);
  }
}

async function readEntries(zip: ZipFile, fileBytes: number) {
  if (zip.entryCount > MOST_ENTRIES) refuse("It holds more files than a suitcase can have.");
  const entries = new Map<string, Entry>();
  let bytes = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName;
      if (!NAMES.test(name) || name.includes("..")) refuse("It holds files that no suitcase has.");
      if (entries.has(name)) refuse("It holds a file twice.");
      // Stored only: what it holds is as long as it says, and nothing unpacks to more.
      if (entry.compressionMethod !== 0 || entry.compressedSize !== entry.uncompressedSize)
        refuse("Its files are compressed, as those of a suitcase never are.");
      if (entry.isEncrypted()) refuse("It is encrypted.");
      if (((entry.externalFileAttributes >>> 16) & KIND_OF_FILE) === LINK)
        refuse("It holds a link instead of a file.");
      bytes += entry.compressedSize;
      // Files that lie over each other would be read again and again.
      if (bytes > fileBytes) refuse("Its files are longer than it is.");
      entries.set(name, entry);
    }
  } catch (error) {
    throw error instanceof Failure ? error : refusal("Its table of contents is damaged.", error);
  }
  return entries;
}

function suitcaseOf(zip: ZipFile, entries: Map<string, Entry>): Suitcase {
  const read = async (name: string): Promise<Readable> => {
    const entry = entries.get(name);
    if (!entry) refuse(`It has no ${name}.`);
    try {
      return await zip.openReadStreamPromise(entry);
    } catch (cause) {
      refuse(`${name} is damaged.`, cause);
    }
  };
  return {
    entries,
    read,
    async *rows(table) {
      const name = `data/rows/${table}.jsonl`;
      if (!entries.has(name)) return;
      const comesAfter = orderOf(SUITCASE_TABLES.find((known) => known.name === table)?.key ?? []);
      let number = 0;
      for await (const line of linesOf(await read(name), name)) {
        number += 1;
        const row = readLine(line, `Line ${number} of ${name}`);
        if ("user_id" in row)
          refuse(`Line ${number} of ${name} names an owner, as no suitcase does.`);
        if (!comesAfter(row))
          refuse(`Line ${number} of ${name} is there twice, or out of its order.`);
        yield row;
      }
    },
    async columns(table) {
      const schema = await readSmall({ entries, read }, `data/schemas/${table}.json`);
      try {
        return Object.keys((JSON.parse(schema) as { properties: object }).properties);
      } catch (cause) {
        refuse(`Its description of ${table} cannot be read.`, cause);
      }
    },
    close: () => zip.close(),
  };
}

/**
 * Lines come in the order of their keys, so none is there twice; text is only compared with the line before, for its
 * order is the database's.
 */
function orderOf(key: string[]) {
  let before: unknown[] | undefined;
  return (row: Record<string, unknown>) => {
    const here = key.map((name) => row[name]);
    const last = before;
    before = here;
    if (!last || key.length === 0) return last === undefined;
    const at = here.findIndex((value, place) => value !== last[place]);
    if (at < 0) return false;
    if (!here.every((value) => typeof value === "number" || isUuid(value))) return true;
    return (here[at] as string) > (last[at] as string);
  };
}

const isUuid = (value: unknown) => typeof value === "string" && /^[0-9a-f-]{36}$/.test(value);

/** @returns the format. */
async function readTags(suitcase: Suitcase): Promise<number> {
  if (!/^BagIt-Version: 1\.0\s/.test(await readSmall(suitcase, "bagit.txt")))
    refuse("It is no BagIt archive (RFC 8493).");
  const written = await readSmall(suitcase, "header.json");
  let header: { format?: unknown } | null;
  try {
    header = JSON.parse(written);
  } catch (cause) {
    refuse("Its header cannot be read.", cause);
  }
  const format = header?.format;
  if (typeof format !== "number" || !Number.isInteger(format) || format < 1)
    refuse("Its header does not say which form it has.");
  if (format > SUITCASE_FORMAT)
    refuse("It was made by a newer Little Monster than this one. Update this server first.");
  const known = new Set(["account", ...SUITCASE_TABLES.map(({ name }) => name)]);
  for (const name of suitcase.entries.keys()) {
    const table = /^data\/(?:rows|schemas)\/(\w+)\.jsonl?$/.exec(name)?.[1];
    if (table && !known.has(table))
      refuse(`It holds a table that this server does not know: ${table}.`);
  }
  return format;
}

/** Every file of `data` once in the manifest, with the hash that it has. */
async function compareHashes(
  suitcase: Suitcase,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
) {
  const promised = new Map<string, string>();
  const manifest = await readSmall(suitcase, "manifest-sha256.txt", MOST_MANIFEST_BYTES);
  for (const line of manifest.split("\n")) {
    if (line === "") continue;
    const [, sha256, name] =
      /^([0-9a-f]{64}) [ *](\S.*)$/.exec(line) ?? refuse("Its manifest cannot be read.");
    if (promised.has(name!)) refuse("Its manifest names a file twice.");
    promised.set(name!, sha256!);
  }
  for (const name of suitcase.entries.keys())
    if (name.startsWith("data/") && !promised.has(name))
      refuse(`Its manifest does not name ${name}.`);
  for (const [name, sha256] of promised) {
    const hash = createHash("sha256");
    const content = await suitcase.read(name);
    try {
      for await (const chunk of content as AsyncIterable<Buffer>) {
        signal.throwIfAborted();
        hash.update(chunk);
        onBytes(chunk.length);
      }
    } catch (cause) {
      if (signal.aborted) throw cause;
      refuse(`${name} is damaged.`, cause);
    }
    const found = hash.digest("hex");
    if (found !== sha256 || (name.startsWith("data/files/") && !name.endsWith(found)))
      refuse(`${name} is not what its manifest says: it was changed or damaged.`);
  }
}

async function readSmall(
  { entries, read }: Pick<Suitcase, "entries" | "read">,
  name: string,
  most = MOST_TAG_BYTES,
) {
  if ((entries.get(name)?.uncompressedSize ?? 0) > most) refuse(`${name} is too long.`);
  const content = await buffer(await read(name)).catch((cause: unknown) =>
    refuse(`${name} is damaged.`, cause),
  );
  if (!isUtf8(content)) refuse(`${name} is not written in UTF-8.`);
  return content.toString();
}

/** Never more than one line in memory. */
async function* linesOf(content: Readable, name: string) {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, end)]);
      rest = [];
      length = 0;
      from = end + 1;
    }
    rest.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > MOST_LINE_BYTES) refuse(`A line of ${name} is too long.`);
  }
  if (length > 0) yield Buffer.concat(rest);
}
