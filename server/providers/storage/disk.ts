/** Local disk: written aside, fsynced, renamed, and the folder fsynced, so that a file is there whole or not at all. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, constants, mkdir, open, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Readable } from "node:stream";
import { fail } from "#server/failures.ts";
import type { Storage } from "./contract.ts";
import { createGrowing } from "./disk-growing.ts";
import { asFailure, makeFolder, place } from "./disk-names.ts";
import { ownErrors } from "./own-errors.ts";

/** More than a file system keeps inside an inode. */
const CHECK_BYTES = 64 * 1024;

export function createDiskStorage(folder: string): Storage {
  const incoming = join(folder, ".incoming");

  function pathOf(key: string) {
    if (!/^[\w-]+(\/[\w.-]+)*$/.test(key) || key.includes(".."))
      throw new Error(`not a storage key: ${key}`);
    return join(folder, key);
  }

  return {
    name: "disk",
    ...createGrowing(join(folder, ".growing"), pathOf),

    async write(key, content, { maxBytes = Infinity, signal } = {}) {
      ownErrors(content);
      const path = pathOf(key);
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      await makeFolder(dirname(path));
      const aside = join(incoming, randomUUID());
      try {
        const stored = await writeAside(aside, content, { maxBytes, signal });
        await place(aside, path);
        return stored;
      } catch (error) {
        await rm(aside, { force: true });
        throw asFailure(error);
      }
    },

    async read(key, range) {
      const path = pathOf(key);
      if (!(await stat(path).catch(() => undefined))?.isFile()) fail("not-found");
      return ownErrors(createReadStream(path, range));
    },

    async size(key) {
      return (await stat(pathOf(key)).catch(() => undefined))?.size;
    },

    async delete(key) {
      await rm(pathOf(key), { force: true });
    },

    async deleteUnder(prefix) {
      if (!prefix.endsWith("/")) throw new Error(`not a prefix: ${prefix}`);
      await rm(pathOf(prefix.slice(0, -1)), { recursive: true, force: true, maxRetries: 3 });
    },

    async withLocalFile(key, use) {
      const path = pathOf(key);
      await access(path, constants.R_OK).catch((cause: unknown) => fail("file-gone", { cause }));
      return use(path);
    },

    list: (prefix) => listFiles(folder, prefix),

    async check() {
      // Written, because a full disk and a read-only one both pass for writable; root passes every test of rights.
      const path = join(incoming, `check-${randomUUID()}`);
      try {
        await mkdir(incoming, { recursive: true, mode: 0o700 });
        await writeFile(path, Buffer.alloc(CHECK_BYTES), { mode: 0o600 });
      } catch (error) {
        throw asFailure(error);
      } finally {
        await rm(path, { force: true }).catch(() => {});
      }
    },
  };
}

async function writeAside(
  aside: string,
  content: Readable,
  { maxBytes, signal }: { maxBytes: number; signal: AbortSignal | undefined },
) {
  const hash = createHash("sha256");
  let sizeBytes = 0;
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
  return { sizeBytes, sha256: hash.digest() };
}

async function* listFiles(folder: string, prefix: string) {
  const inside = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const entries = await readdir(join(folder, inside), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const key = relative(folder, path).split(sep).join("/");
    if (!key.startsWith(prefix) || key.startsWith(".")) continue;
    const info = await stat(path).catch(() => undefined);
    if (info) yield { key, sizeBytes: info.size, modifiedAt: info.mtime };
  }
}
