/** Office files are zip archives: they are unpacked with every size checked, since a few kilobytes can promise gigabytes. */
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import yauzl from "yauzl";

const MOST_ENTRIES = 10_000;
const MOST_BYTES = 150 * 1024 * 1024;

export class TooMuch extends Error {
  readonly code = "document-unreadable";
  constructor() {
    super(
      "The document unpacks to far more than a document holds. It may be made to do harm, so it was not read.",
    );
  }
}

/** Contents of the entries that `wanted` chooses. yauzl ends a stream that is longer than its entry says. */
export async function unpack(
  path: string,
  wanted: (name: string) => boolean,
): Promise<Map<string, Buffer>> {
  const zip = await promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)(path, {
    lazyEntries: true,
    autoClose: false,
  });
  const entries = new Map<string, Buffer>();
  try {
    if (zip.entryCount > MOST_ENTRIES) throw new TooMuch();
    let total = 0;
    const open = promisify(zip.openReadStream.bind(zip)) as (
      entry: yauzl.Entry,
    ) => Promise<NodeJS.ReadableStream>;
    await new Promise<void>((resolve, reject) => {
      zip.on("error", reject);
      zip.on("end", resolve);
      zip.on("entry", (entry: yauzl.Entry) => {
        if (!wanted(entry.fileName)) return zip.readEntry();
        total += entry.uncompressedSize;
        if (total > MOST_BYTES) return reject(new TooMuch());
        open(entry)
          .then((stream) => buffer(stream))
          .then((bytes) => {
            entries.set(entry.fileName, bytes);
            zip.readEntry();
          }, reject);
      });
      zip.readEntry();
    });
  } finally {
    zip.close();
  }
  return entries;
}
