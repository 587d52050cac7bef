/** A growing file is a file under `.growing`; it is renamed when it is complete. */
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  mkdir,
  open,
  readdir,
  rm,
  stat,
  truncate,
  writeFile,
  type FileHandle,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fail } from "#server/failures.ts";
import type { Storage } from "./contract.ts";
import { asFailure, exists, makeFolder, place, syncFolder } from "./disk-names.ts";
import { ownErrors } from "./own-errors.ts";

/** What a crash in the middle of one long request may cost. */
const STEP_BYTES = 32 * 1024 * 1024;
/** Files whose hash is kept while they grow. */
const MOST_HASHES = 1000;

export function createGrowing(
  growing: string,
  pathOf: (key: string) => string,
): Pick<Storage, "append" | "complete" | "readGrowing" | "drop" | "listGrowing"> {
  /** Saves reading a file again that came in whole through this process. */
  const hashes = new Map<string, { hash: Hash; offset: number }>();

  function growingPath(name: string) {
    if (!/^[\w-]+$/.test(name)) throw new Error(`not a name of a growing file: ${name}`);
    return join(growing, name);
  }

  /** Undefined when the bytes before the offset did not come through this process. */
  function takeHash(name: string, offset: number) {
    const running = hashes.get(name);
    hashes.delete(name);
    if (offset === 0) return createHash("sha256");
    return running?.offset === offset ? running.hash : undefined;
  }

  function keepHash(name: string, hash: Hash, offset: number) {
    if (hashes.size >= MOST_HASHES) hashes.delete(hashes.keys().next().value!);
    hashes.set(name, { hash, offset });
  }

  return {
    async append(name, offset, content, { onDurable, whole = false }) {
      ownErrors(content);
      const path = growingPath(name);
      await mkdir(growing, { recursive: true, mode: 0o700 });
      const file = await open(path, offset === 0 ? "w" : "r+", 0o600);
      const hash = takeHash(name, offset);
      try {
        // A tail that was written but never told, by a request that was cut off.
        await file.truncate(offset);
        if (offset === 0) await syncFolder(growing);
        const end = await writeFrom(file, offset, content, { onDurable, whole, hash });
        if (hash) keepHash(name, hash, end);
        return end;
      } catch (error) {
        throw asFailure(error);
      } finally {
        await file.close();
      }
    },

    async complete(name, sizeBytes, key) {
      const from = growingPath(name);
      const path = pathOf(key);
      const hash = takeHash(name, sizeBytes);
      if (await exists(from)) {
        await makeFolder(dirname(path));
        await truncate(from, sizeBytes);
        await place(from, path).catch(async (error: unknown) => {
          if (!(await exists(path))) throw error; // else another one completed it a moment ago
        });
      } else if (!(await exists(path))) {
        if (sizeBytes > 0) fail("not-found");
        await writeFile(path, "");
      }
      const size = (await stat(path)).size;
      if (size !== sizeBytes)
        throw new Error(`${key} has ${size} bytes, and ${sizeBytes} were acknowledged`);
      return { sizeBytes, sha256: hash ? hash.digest() : await hashOf(path) };
    },

    async readGrowing(name, sizeBytes) {
      // Opened before it is looked at: a file that is completed now stays readable under its old name.
      const file = await open(growingPath(name), "r").catch(() => fail("not-found"));
      if ((await file.stat()).size < sizeBytes) {
        await file.close();
        fail("not-found");
      }
      return file.createReadStream({ end: sizeBytes - 1 });
    },

    async drop(name) {
      hashes.delete(name);
      await rm(growingPath(name), { force: true });
    },

    async *listGrowing() {
      for (const name of await readdir(growing).catch(() => [])) {
        const info = await stat(join(growing, name)).catch(() => undefined);
        if (info) yield { name, modifiedAt: info.mtime };
      }
    },
  };
}

/** Returns the offset after the last byte. When the stream breaks off, what had come is told before it rejects. */
async function writeFrom(
  file: FileHandle,
  offset: number,
  content: Readable,
  {
    onDurable,
    whole,
    hash,
  }: { onDurable(offset: number): Promise<void>; whole: boolean; hash: Hash | undefined },
) {
  let at = offset;
  let told = offset;
  const tell = async () => {
    await file.datasync();
    await onDurable(at);
    told = at;
  };
  try {
    for await (const chunk of content) {
      const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
      await file.write(bytes, 0, bytes.length, at);
      hash?.update(bytes);
      at += bytes.length;
      if (!whole && at - told >= STEP_BYTES) await tell();
    }
  } catch (error) {
    if (!whole && at > told) await tell();
    throw error;
  }
  await tell();
  return at;
}

async function hashOf(path: string) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest();
}
