/**
 * One process at a time, whichever program it belongs to: SQLite's exclusive lock on a file. The operating system keeps
 * it, so it ends with its process, whatever ends that. https://sqlite.org/lockingv3.html
 * (providers/models/model-lock.ts does the same on its own floor.)
 */
import { DatabaseSync } from "node:sqlite";

const BUSY = 5; // https://sqlite.org/rescode.html#busy

/** Until it is closed nobody else has it. Undefined: somebody has it. @throws what opening the file throws. */
export function holdExclusively(path: string): { close(): void } | undefined {
  const file = new DatabaseSync(path);
  try {
    file.exec("begin exclusive");
    return file;
  } catch (error) {
    file.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === BUSY) return undefined;
    throw error;
  }
}
