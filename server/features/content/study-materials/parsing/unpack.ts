/**
 * Office files are zip archives: they are unpacked with every size checked, since a few kilobytes can promise
 * gigabytes.
 */
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import yauzl from "yauzl";
import { TooMuch } from "./refuse.ts";

const MOST_ENTRIES = 10_000;
const MOST_BYTES = 150 * 1024 * 1024;

export interface ArchiveEntry {
  name: string;
  encrypted: boolean;
}

export async function listArchive(path: string): Promise<ArchiveEntry[]> {
  const listed: ArchiveEntry[] = [];
  await walk(path, async (entry) => {
    listed.push({ name: entry.fileName, encrypted: entry.isEncrypted() });
  });
  return listed;
}

/**
 * Contents of the entries that `wanted` chooses. yauzl ends a stream that is longer than its entry says, and refuses
 * paths that lead out.
 */
export async function unpack(
  path: string,
  wanted: (name: string) => boolean,
): Promise<Map<string, Buffer>> {
  const entries = new Map<string, Buffer>();
  let total = 0;
  await walk(path, async (entry, read) => {
    if (!wanted(entry.fileName)) return;
    total += entry.uncompressedSize;
    if (total > MOST_BYTES) throw new TooMuch();
    entries.set(entry.fileName, await read());
  });
  return entries;
}

async function walk(
  path: string,
  visit: (entry: yauzl.Entry, read: () => Promise<Buffer>) => Promise<void>,
) {
  const zip = await promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)(path, {
    lazyEntries: true,
    autoClose: false,
  });
  try {
    if (zip.entryCount > MOST_ENTRIES) throw new TooMuch();
    const open = promisify(zip.openReadStream.bind(zip)) as (
      entry: yauzl.Entry,
    ) => Promise<NodeJS.ReadableStream>;
    await new Promise<void>((resolve, reject) => {
      zip.on("error", reject);
      zip.on("end", resolve);
      zip.on("entry", (entry: yauzl.Entry) => {
        visit(entry, async () => buffer(await open(entry))).then(() => zip.readEntry(), reject);
      });
      zip.readEntry();
    });
  } finally {
    zip.close();
  }
}
