/**
 * A growing file is a row of objects under `.growing/<name>/<offset>`: what was acknowledged is an object of its own.
 */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fail } from "#server/failures.ts";
import type { Storage } from "./contract.ts";
import { ownErrors } from "./own-errors.ts";
import { parts } from "./parts.ts";
import type { Requests } from "./s3-requests.ts";
import { PART_BYTES, writeObject } from "./s3-write.ts";

interface Finished {
  read(key: string): Promise<Readable>;
  size(key: string): Promise<number | undefined>;
}

const folder = (name: string) => `.growing/${name}/`;
const pieceKey = (name: string, offset: number) =>
  `${folder(name)}${String(offset).padStart(16, "0")}`;

export function createGrowing(
  requests: Requests,
  { read, size }: Finished,
): Pick<Storage, "append" | "complete" | "drop" | "readGrowing"> {
  const { put, remove, list } = requests;

  /** In order, without what a request left behind that was never acknowledged. */
  async function* readGrown(name: string, sizeBytes: number): AsyncGenerator<Buffer> {
    const pieces = new Map<number, number>();
    for await (const { key, sizeBytes: length } of list(folder(name)))
      pieces.set(Number(key.slice(folder(name).length)), length);
    for (let at = 0; at < sizeBytes;) {
      const length = pieces.get(at) ?? fail("not-found");
      yield* (await read(pieceKey(name, at))) as AsyncIterable<Buffer>;
      at += length;
    }
  }

  async function drop(name: string) {
    for await (const { key } of list(folder(name))) await remove(key);
  }

  return {
    drop,

    async readGrowing(name, sizeBytes) {
      const grown = readGrown(name, sizeBytes);
      const first = await grown.next();
      return Readable.from(
        (async function* () {
          let left = sizeBytes;
          for (let piece = first; !piece.done && left > 0; piece = await grown.next()) {
            yield piece.value.subarray(0, left);
            left -= piece.value.length;
          }
        })(),
      );
    },

    async append(name, offset, content, { onDurable, whole = false }) {
      ownErrors(content);
      let at = offset;
      const keep = async (bytes: Buffer) => {
        await put(pieceKey(name, at), bytes);
        at += bytes.length;
        await onDurable(at);
      };
      if (whole) {
        // Told at the end only, so it must be one object: the pieces of a recorder are small.
        const chunks: Buffer[] = [];
        for await (const chunk of content) chunks.push(chunk as Buffer);
        await keep(Buffer.concat(chunks));
        return at;
      }
      let some = false;
      for await (const { bytes } of parts(content, PART_BYTES, { keepOnError: true })) {
        if (bytes.length > 0) await keep(bytes);
        some ||= bytes.length > 0;
      }
      if (!some) await onDurable(at);
      return at;
    },

    async complete(name, sizeBytes, key) {
      if ((await size(key)) === sizeBytes) {
        const hash = createHash("sha256");
        await pipeline(await read(key), hash);
        await drop(name);
        return { sizeBytes, sha256: hash.digest() };
      }
      const stored = await writeObject(requests, key, readGrown(name, sizeBytes));
      if (stored.sizeBytes !== sizeBytes) {
        await remove(key);
        throw new Error(`${key} has ${stored.sizeBytes} bytes, and ${sizeBytes} were acknowledged`);
      }
      await drop(name);
      return stored;
    },
  };
}
