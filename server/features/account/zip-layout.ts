/**
 * A zip whose files are stored as they are, laid out before a byte is written: so its length is known, any range of it
 * can be sent, and the files of an account stay where they are instead of being copied. No kept zip writer gives
 * ranges. PKWARE APPNOTE 6.3.10: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3 and 4.5.3
 * (zip64).
 */
import { Readable } from "node:stream";

export interface ZipEntry {
  /** ASCII, with slashes. */
  name: string;
  size_bytes: number;
  crc32: number;
}

/** 1980-01-01 00:00, the zero of the format: the same content gives the same bytes. */
const TIME = 0;
const DATE = 33;
const VERSION = 45;
const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;
/** Local header with its zip64 field, which is always there: one form for every size. */
const LOCAL_BYTES = 30 + 20;
const CENTRAL_BYTES = 46 + 28;

interface Part {
  size: number;
  open(start: number, end: number): Promise<Readable | Buffer> | Buffer;
}

/**
 * @param open bytes `start` to `end` of an entry, both inclusive.
 * @returns the length of the whole, and any range of it as a stream.
 */
export function layOutZip<E extends ZipEntry>(
  entries: E[],
  open: (entry: E, start: number, end: number) => Promise<Readable>,
): { size: number; read(start: number, end: number): Readable } {
  const parts: Part[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  const add = (part: Part) => {
    parts.push(part);
    offset += part.size;
  };
  for (const entry of entries) {
    const local = localHeader(entry);
    central.push(centralHeader(entry, offset));
    add(fixed(local));
    if (entry.size_bytes > 0)
      add({ size: entry.size_bytes, open: (start, end) => open(entry, start, end) });
  }
  const directory = Buffer.concat(central);
  const at = offset;
  add(fixed(directory));
  add(fixed(ending(entries.length, directory.length, at)));
  return { size: offset, read: (start, end) => Readable.from(cut(parts, start, end)) };
}

async function* cut(parts: Part[], start: number, end: number) {
  let at = 0;
  for (const part of parts) {
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, part.size - 1);
    at += part.size;
    if (to < from) continue;
    const opened = await part.open(from, to);
    if (Buffer.isBuffer(opened)) yield opened;
    else yield* opened;
  }
}

function fixed(bytes: Buffer): Part {
  return { size: bytes.length, open: (start, end) => bytes.subarray(start, end + 1) };
}

function localHeader({ name, size_bytes, crc32 }: ZipEntry) {
  const header = Buffer.alloc(LOCAL_BYTES);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(TIME, 10);
  header.writeUInt16LE(DATE, 12);
  header.writeUInt32LE(crc32, 14);
  header.writeUInt32LE(MAX_32, 18);
  header.writeUInt32LE(MAX_32, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(20, 28);
  const extra = header.subarray(30);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(16, 2);
  extra.writeBigUInt64LE(BigInt(size_bytes), 4);
  extra.writeBigUInt64LE(BigInt(size_bytes), 12);
  return Buffer.concat([header.subarray(0, 30), Buffer.from(name, "latin1"), extra]);
}

function centralHeader({ name, size_bytes, crc32 }: ZipEntry, offset: number) {
  const header = Buffer.alloc(CENTRAL_BYTES);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(VERSION, 6);
  header.writeUInt16LE(TIME, 12);
  header.writeUInt16LE(DATE, 14);
  header.writeUInt32LE(crc32, 16);
  header.writeUInt32LE(MAX_32, 20);
  header.writeUInt32LE(MAX_32, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(28, 30);
  header.writeUInt32LE(MAX_32, 42);
  const extra = header.subarray(46);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(BigInt(size_bytes), 4);
  extra.writeBigUInt64LE(BigInt(size_bytes), 12);
  extra.writeBigUInt64LE(BigInt(offset), 20);
  return Buffer.concat([header.subarray(0, 46), Buffer.from(name, "latin1"), extra]);
}

/** Zip64 end of central directory, its locator, and the end record that every reader looks for. */
function ending(count: number, size: number, at: number) {
  const end = Buffer.alloc(56 + 20 + 22);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(VERSION, 12);
  end.writeUInt16LE(VERSION, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(size), 40);
  end.writeBigUInt64LE(BigInt(at), 48);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(at + size), 64);
  end.writeUInt32LE(1, 72);
  end.writeUInt32LE(0x06054b50, 76);
  end.writeUInt16LE(MAX_16, 84);
  end.writeUInt16LE(MAX_16, 86);
  end.writeUInt32LE(MAX_32, 88);
  end.writeUInt32LE(MAX_32, 92);
  return end;
}
