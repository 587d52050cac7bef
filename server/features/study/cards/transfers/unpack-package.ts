/**
 * An Anki package is a zip archive of a collection, a list of media and the media themselves: nothing in it is
 * believed.
 */
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createZstdDecompress, zstdDecompressSync } from "node:zlib";
import yauzl from "yauzl";
import { readMediaEntries } from "./protobuf.ts";

const MOST_ENTRIES = 100_000;
const MOST_COLLECTION = 512 * 1024 * 1024;
const MOST_MEDIA = 25 * 1024 * 1024;
const MOST_IN_ALL = 2 * 1024 * 1024 * 1024;
const MOST_LIST = 64 * 1024 * 1024;

export class Refused extends Error {
  readonly code: "document-unreadable" | "file-too-large";
  constructor(
    message: string,
    code: "document-unreadable" | "file-too-large" = "document-unreadable",
  ) {
    super(message);
    this.code = code;
  }
}

export interface Unpacked {
  /** Path of the SQLite file. */
  collection: string;
  /** `size` in bytes. */
  media: { name: string; path: string; size: number }[];
  remarks: string[];
}

/** Every file is written under a name of our own: what an entry is called decides nothing but which one it is. */
export async function unpackPackage(path: string, folder: string): Promise<Unpacked> {
  const zip = await promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)(path, {
    lazyEntries: true,
    autoClose: false,
  }).catch(() => {
    throw new Refused("This is no Anki package: it cannot be unpacked.");
  });
  try {
    const entries = await listEntries(zip);
    // The newest form that is there: the older one beside it only says that a newer Anki is needed.
    const collection = ["collection.anki21b", "collection.anki21", "collection.anki2"].find(
      (name) => entries.has(name),
    );
    if (!collection) throw new Refused("This is no Anki package: it holds no collection.");
    const zstd = collection === "collection.anki21b";
    const budget = { left: MOST_IN_ALL };
    const collectionPath = join(folder, "collection.sqlite");
    await write(zip, entries.get(collection)!, collectionPath, MOST_COLLECTION, budget, zstd);
    const remarks: string[] = [];
    const media: Unpacked["media"] = [];
    const list = entries.get("media");
    if (list) {
      const listPath = join(folder, "media-list");
      await write(zip, list, listPath, MOST_LIST, budget, false);
      const names = readNames(await readFile(listPath), zstd);
      let skipped = 0;
      for (const [place, name] of names) {
        const entry = entries.get(place);
        if (!entry || !isPlainName(name)) {
          skipped += 1;
          continue;
        }
        const target = join(folder, `media-${media.length}`);
        const size = await write(zip, entry, target, MOST_MEDIA, budget, zstd).catch(
          (error: unknown) => {
            if (error instanceof Refused && error.code === "file-too-large" && budget.left > 0)
              return undefined;
            throw error;
          },
        );
        if (size === undefined) skipped += 1;
        else media.push({ name, path: target, size });
      }
      if (skipped > 0)
        remarks.push(
          `${skipped} media files were left out: missing, larger than 25 MB, or with a name that is a path.`,
        );
    }
    return { collection: collectionPath, media, remarks };
  } finally {
    zip.close();
  }
}

async function listEntries(zip: yauzl.ZipFile) {
  if (zip.entryCount > MOST_ENTRIES) throw new Refused("This package holds far too many files.");
  const entries = new Map<string, yauzl.Entry>();
  await new Promise<void>((resolve, reject) => {
    zip.on("error", () => reject(new Refused("This package is damaged.")));
    zip.on("end", resolve);
    zip.on("entry", (entry: yauzl.Entry) => {
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
  return entries;
}

/** @returns bytes written. */
async function write(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  target: string,
  most: number,
  budget: { left: number },
  zstd: boolean,
) {
  const open = promisify(zip.openReadStream.bind(zip)) as (
    entry: yauzl.Entry,
  ) => Promise<NodeJS.ReadableStream>;
  let size = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      budget.left -= chunk.length;
      // What is promised does not count: what comes out does.
      if (size > most || budget.left < 0)
        done(
          new Refused(
            "This package unpacks to far more than a deck holds. It may be made to do harm, so it was not read.",
            "file-too-large",
          ),
        );
      else done(null, chunk);
    },
  });
  const source = await open(entry);
  try {
    if (zstd) await pipeline(source, createZstdDecompress(), count, createWriteStream(target));
    else await pipeline(source, count, createWriteStream(target));
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused("This package is damaged.");
  }
  return size;
}

/** JSON `{"0": "name"}`; in the newest form protobuf, compressed. */
function readNames(bytes: Buffer, zstd: boolean): [place: string, name: string][] {
  try {
    if (zstd) {
      const list = zstdDecompressSync(bytes, { maxOutputLength: MOST_LIST });
      return readMediaEntries(list).map((name, at) => [String(at), name]);
    }
    const names = JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
    return Object.entries(names).flatMap(([place, name]) =>
      typeof name === "string" ? [[place, name]] : [],
    );
  } catch {
    throw new Refused("The list of media in this package cannot be read.");
  }
}

function isPlainName(name: string) {
  return name.length <= 255 && !/[/\\\0]|^\.\.?$/.test(name) && name.trim() !== "";
}
