/** Local disk: written aside, fsynced, renamed, and the folder fsynced, so that a file is there whole or not at all. */
import { createHash, randomUUID, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  access,
  constants,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Failure, fail } from "#server/failures.ts";
import type { Storage } from "./contract.ts";

/** More than a file system keeps inside an inode. */
const CHECK_BYTES = 64 * 1024;
/** What a crash in the middle of one long request may cost. */
const STEP_BYTES = 32 * 1024 * 1024;

export function createDiskStorage(folder: string): Storage {
  const incoming = join(folder, ".incoming");
  const growing = join(folder, ".growing");

  function pathOf(key: string) {
    if (!/^[\w-]+(\/[\w.-]+)*$/.test(key) || key.includes(".."))
      throw new Error(`not a storage key: ${key}`);
    return join(folder, key);
  }

  function growingPath(name: string) {
    if (!/^[\w-]+$/.test(name)) throw new Error(`not a name of a growing file: ${name}`);
    return join(growing, name);
  }

  /** Saves reading a file again that came in whole through this process. */
  const hashes = new Map<string, { hash: Hash; offset: number }>();
  function rememberHash(name: string, hash: Hash, offset: number) {
    if (hashes.size >= 1000) hashes.delete(hashes.keys().next().value!);
    hashes.set(name, { hash, offset });
  }

  return {
    name: "disk",

    async write(key, content: Readable, { maxBytes = Infinity, signal } = {}) {
      const path = pathOf(key);
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      await makeFolder(dirname(path));
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
        await place(aside, path);
      } catch (error) {
        await rm(aside, { force: true });
        throw asFailure(error);
      }
      return { sizeBytes, sha256: hash.digest() };
    },

    async append(name, offset, content, { onDurable, whole = false }) {
      const path = growingPath(name);
      await mkdir(growing, { recursive: true, mode: 0o700 });
      const isNew = offset === 0;
      const file = await open(path, isNew ? "w" : "r+", 0o600);
      const running = hashes.get(name);
      const hash = isNew
        ? createHash("sha256")
        : running?.offset === offset
          ? running.hash
          : undefined;
      hashes.delete(name);
      let at = offset;
      let told = offset;
      const tell = async () => {
        await file.datasync();
        await onDurable(at);
        told = at;
      };
      try {
        // A tail that was written but never told, by a request that was cut off.
        await file.truncate(offset);
        if (isNew) await syncFolder(growing);
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
        if (hash) rememberHash(name, hash, at);
        return at;
      } catch (error) {
        throw asFailure(error);
      } finally {
        await file.close();
      }
    },

    async complete(name, sizeBytes, key) {
      const from = growingPath(name);
      const path = pathOf(key);
      const running = hashes.get(name);
      hashes.delete(name);
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
      if (running?.offset === sizeBytes) return { sizeBytes, sha256: running.hash.digest() };
      const hash = createHash("sha256");
      await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
      return { sizeBytes, sha256: hash.digest() };
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

    async deleteUnder(prefix) {
      if (!prefix.endsWith("/")) throw new Error(`not a prefix: ${prefix}`);
      await rm(pathOf(prefix.slice(0, -1)), { recursive: true, force: true, maxRetries: 3 });
    },

    async withLocalFile(key, use) {
      const path = pathOf(key);
      await access(path, constants.R_OK).catch((cause: unknown) => fail("file-gone", { cause }));
      return use(path);
    },

    async *list(prefix) {
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
    },

    async *listGrowing() {
      for (const name of await readdir(growing).catch(() => [])) {
        const info = await stat(join(growing, name)).catch(() => undefined);
        if (info) yield { name, modifiedAt: info.mtime };
      }
    },

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

/** The folder may go between its making and the file's coming: with an account that is deleted meanwhile. Then it is made again. */
async function place(from: string, path: string) {
  const gone = (error: unknown) => (error as NodeJS.ErrnoException).code === "ENOENT";
  for (let left = 5; ; left -= 1) {
    try {
      await rename(from, path);
      break;
    } catch (error) {
      if (!gone(error) || left === 0 || !(await exists(from))) throw error;
      await makeFolder(dirname(path));
    }
  }
  await syncFolder(dirname(path)).catch((error: unknown) => {
    if (!gone(error)) throw error; // deleted already
  });
}

/** A folder above it may be deleted in the middle of this. */
async function makeFolder(path: string) {
  for (let left = 5; ; left -= 1) {
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || left === 0) throw error;
    }
  }
}

async function exists(path: string) {
  return (await stat(path).catch(() => undefined)) !== undefined;
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
