import { open } from "node:fs/promises";

/** 64 KiB of 16 kbit/s Opus are half a minute: more at once would be hundreds of megabytes of samples. */
const PIECE = 65_536;

/**
 * Bytes of a span of a file, each piece in memory of its own: the decoders look at whole numbers of four and eight
 * bytes from its start.
 */
export async function* filePieces(
  path: string,
  from = 0,
  length = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    const end = from + length;
    for (let at = from; at < end;) {
      const piece = new Uint8Array(Math.min(PIECE, end - at));
      const { bytesRead } = await file.read(piece, 0, piece.length, at);
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}
