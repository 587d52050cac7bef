/** What keeps a file's name on a local disk: whole or not at all, after a crash too. */
import { mkdir, open, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure } from "#server/failures.ts";

/**
 * Renames, and makes the name outlive a crash. The folder may go between its making and the file's coming, with an
 * account that is deleted meanwhile: then it is made again.
 */
export async function place(from: string, path: string) {
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
export async function makeFolder(path: string) {
  for (let left = 5; ; left -= 1) {
    try {
      await mkdir(path, { recursive: true, mode: 0o700 });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || left === 0) throw error;
    }
  }
}

export async function exists(path: string) {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

export async function syncFolder(path: string) {
  if (process.platform === "win32") return; // Windows has no fsync of a folder
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A full disk, or a full quota of it, is `storage-full`; anything else stays what it is. */
export function asFailure(error: unknown) {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === "ENOSPC" || code === "EDQUOT"
    ? new Failure("storage-full", { cause: error })
    : error;
}
