/**
 * Reads an MP4 as if its table of contents (`moov`) stood before the sound (`mdat`). Phones write it at the end, and
 * the decoder, which reads forward only, would hold the whole file waiting for it (9.6 GB, measured).
 * Boxes: ISO/IEC 14496-12, https://developer.apple.com/documentation/quicktime-file-format
 */
import { open, type FileHandle } from "node:fs/promises";

interface Box {
  type: string;
  start: number;
  size: number;
}

/** Three hours of AAC need about 4 MB of table; a table of hundreds of megabytes is no recording. */
const LARGEST_MOOV = 256 * 1024 * 1024;
const PIECE = 65_536;

export async function* readMoovFirst(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    const size = (await file.stat()).size;
    const boxes = await topLevelBoxes(file, size);
    const moov = boxes.find((box) => box.type === "moov");
    const mdat = boxes.find((box) => box.type === "mdat");
    if (!moov || moov.start + moov.size > size) throw new Error("The moov box is missing.");
    if (moov.size > LARGEST_MOOV) throw new Error("The moov box is too large.");
    if (!mdat || moov.start < mdat.start) {
      yield* pieces(file, 0, size);
      return;
    }
    const table = Buffer.alloc(moov.size);
    await file.read(table, 0, moov.size, moov.start);
    // Everything before the moov moves back by its size; what stood behind it stays where it was.
    moveOffsets(table, 8, table.length, moov.size, moov.start);
    const ftyp = boxes.find((box) => box.type === "ftyp" && box.start === 0);
    const headEnd = ftyp ? ftyp.size : 0;
    yield* pieces(file, 0, headEnd);
    yield table;
    yield* pieces(file, headEnd, moov.start);
    yield* pieces(file, moov.start + moov.size, size);
  } finally {
    await file.close();
  }
}

async function topLevelBoxes(file: FileHandle, size: number) {
  const boxes: Box[] = [];
  const head = Buffer.alloc(16);
  for (let start = 0; start + 8 <= size;) {
    await file.read(head, 0, 16, start);
    let boxSize = head.readUInt32BE(0);
    if (boxSize === 1) boxSize = Number(head.readBigUInt64BE(8));
    if (boxSize === 0) boxSize = size - start;
    if (boxSize < 8) break;
    boxes.push({ type: head.toString("latin1", 4, 8), start, size: boxSize });
    start += boxSize;
  }
  return boxes;
}

function moveOffsets(table: Buffer, from: number, to: number, by: number, before: number) {
  for (let at = from; at + 8 <= to;) {
    const size = table.readUInt32BE(at);
    const type = table.toString("latin1", at + 4, at + 8);
    if (size < 8 || at + size > to) return;
    if (["trak", "mdia", "minf", "stbl"].includes(type))
      moveOffsets(table, at + 8, at + size, by, before);
    if (type === "stco" || type === "co64") {
      const width = type === "stco" ? 4 : 8;
      const count = Math.min(table.readUInt32BE(at + 12), Math.floor((size - 16) / width));
      for (let i = 0; i < count; i += 1) {
        const where = at + 16 + i * width;
        const offset =
          width === 4 ? table.readUInt32BE(where) : Number(table.readBigUInt64BE(where));
        if (offset >= before) continue;
        if (width === 4) table.writeUInt32BE(offset + by, where);
        else table.writeBigUInt64BE(BigInt(offset + by), where);
      }
    }
    at += size;
  }
}

async function* pieces(file: FileHandle, from: number, to: number) {
  for (let at = from; at < to;) {
    const piece = new Uint8Array(Math.min(PIECE, to - at));
    const { bytesRead } = await file.read(piece, 0, piece.length, at);
    if (bytesRead === 0) return;
    yield piece.subarray(0, bytesRead);
    at += bytesRead;
  }
}
