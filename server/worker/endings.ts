/**
 * Records how attempts ended. While one statement is under way the next endings gather, so that fifty short jobs cost
 * one commit, not fifty. A database that is away is waited for: the work is done, only its record is missing.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseUnavailable } from "#database/open.ts";
import type { Queryable } from "#server/context.ts";
import { endJobs, type Ending } from "./queries.ts";

export class LeaseLost extends Error {
  override name = "LeaseLost";
}

const AT_ONCE = 500;
const PATIENCE_MS = 60_000;

export function createEndings(database: Queryable, worker: string) {
  let waiting: { ending: Ending; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let flushing = false;

  async function flush() {
    flushing = true;
    // Endings of the same turn of the event loop go together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.slice(0, AT_ONCE);
      waiting = waiting.slice(AT_ONCE);
      try {
        const ended = await untilRecorded(() =>
          endJobs(
            database,
            worker,
            batch.map(({ ending }) => ending),
          ),
        );
        for (const { ending, resolve, reject } of batch) {
          if (ended.has(ending.job.id)) resolve();
          else reject(new LeaseLost(`job ${ending.job.id} was given to another worker`));
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    flushing = false;
  }

  return {
    /** @throws LeaseLost when another worker has the job by now. */
    end: (ending: Ending) =>
      new Promise<void>((resolve, reject) => {
        waiting.push({ ending, resolve, reject });
        if (!flushing) void flush();
      }),
  };
}

export type Endings = ReturnType<typeof createEndings>;

/** Tries again while the database is away, for a minute. */
export async function untilRecorded<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let delay = 100; ; delay = Math.min(2000, delay * 2)) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error) || Date.now() + delay > deadline) throw error;
      await sleep(delay);
    }
  }
}

/** No connection, a server that shuts down, or a conflict between transactions; not a statement that is wrong. */
function isTransient(error: unknown) {
  if (error instanceof LeaseLost) return false;
  if (error instanceof DatabaseUnavailable) return true;
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code === "string") return /^(08|53|57|40)|^E[A-Z]+$/.test(code);
  return error instanceof Error && /connection|timeout/i.test(error.message);
}
