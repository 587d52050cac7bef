/**
 * Only one process writes into the folder of a model at a time, whichever program it belongs to. The lock is SQLite's
 * exclusive one on a file beside the folder: the operating system keeps it, so it ends with its process, whatever ends
 * that. https://sqlite.org/lockingv3.html
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { fail } from "#server/failures.ts";

const BUSY = 5; // https://sqlite.org/rescode.html#busy
const ASK_AGAIN_MS = 250;

export interface LockOptions {
  modelsDir: string;
  /** Milliseconds; one that is busy for longer is told as such. Left out: at once. */
  patienceMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * @throws Failure `engine-failed` when another one has it.
 */
export async function withModelLock<T>(
  id: string,
  { modelsDir, patienceMs = 0, signal }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(modelsDir, { recursive: true, mode: 0o700 });
  const path = join(modelsDir, `.${id}.lock`);
  const until = performance.now() + patienceMs;
  let held = take(path);
  while (!held) {
    if (performance.now() >= until)
      fail("engine-failed", {
        message: `Another program on this server is fetching the model ${id} already. Wait until it is here.`,
      });
    await setTimeout(ASK_AGAIN_MS, undefined, { signal });
    held = take(path);
  }
  try {
    return await work();
  } finally {
    held.close();
  }
}

function take(path: string) {
  const file = open(path);
  try {
    file.exec("begin exclusive");
    return file;
  } catch (error) {
    file.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === BUSY) return undefined;
    throw error;
  }
}

function open(path: string) {
  try {
    return new DatabaseSync(path);
  } catch (cause) {
    return fail("engine-failed", {
      message:
        "The folder of models cannot be written. Whoever runs the server finds it in LM_DATA_DIR.",
      cause,
    });
  }
}
