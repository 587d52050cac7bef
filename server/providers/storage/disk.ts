/** Local disk: written aside, fsynced, renamed, and the folder fsynced, so that a file is there whole or not at all. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, constants, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Readable } from "node:stream";
import { Failure, fail } from "#server/failures.ts";
import type { Storage } from "./contract.ts";

export function createDiskStorage(folder: string): Storage {
  const incoming = join(folder, ".incoming");

  function pathOf(key: string) {
    if (!/^[\w-]+(\/[\w.-]+)*$/.test(key) || key.includes(".."))
      throw new Error(`not a storage key: ${key}`);
    return join(folder, key);
  }

  return {
    name: "disk",

    async write(key, content: Readable, { maxBytes = Infinity, signal } = {}) {
      const path = pathOf(key);
      await mkdir(incoming, { recursive: true });
      await mkdir(dirname(path), { recursive: true });
      const aside = join(incoming, randomUUID());
      const hash = createHash("sha256");
      let sizeBytes = 0;
      try {
        const file = await open(aside, "wx", 0o600);
        try {
          for await (const chunk of content) {
            signal?.throwIfAborted();
            const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
            sizeBytes += bytes.length;
            if (sizeBytes > maxBytes) fail("file-too-large");
            hash.update(bytes);
            await file.appendFile(bytes);
          }
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(aside, path);
        await syncFolder(dirname(path));
      } catch (error) {
        await rm(aside, { force: true });
        throw asFailure(error);
      }
      return { sizeBytes, sha256: hash.digest() };
    },

    async read(key, range) {
      const path = pathOf(key);
      if (!(await stat(path).catch(() => undefined))?.isFile()) fail("not-found");
      return createReadStream(path, range);
    },

    async size(key) {
      return (await stat(pathOf(key)).catch(() => undefined))?.size;
    },

    async delete(key) {
      await rm(pathOf(key), { force: true });
    },

    withLocalFile: (key, use) => use(pathOf(key)),

    async *list(prefix) {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
        () => [],
      );
      for (const entry of entries) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const key = relative(folder, path).split(sep).join("/");
        if (!key.startsWith(prefix) || key.startsWith(".incoming/")) continue;
        const info = await stat(path).catch(() => undefined);
        if (info) yield { key, sizeBytes: info.size, modifiedAt: info.mtime };
      }
    },

    async check() {
      await mkdir(incoming, { recursive: true });
      await access(incoming, constants.W_OK);
    },
  };
}

async function syncFolder(path: string) {
  if (process.platform === "win32") return; // Windows has no fsync of a folder
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function asFailure(error: unknown) {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === "ENOSPC" || code === "EDQUOT"
    ? new Failure("storage-full", { cause: error })
    : error;
}
