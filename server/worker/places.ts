import type { Context } from "#server/context.ts";
import type { Handlers } from "#server/features/jobs/contract.ts";
import type { Places } from "./queries.ts";

/** Endings that are not recorded yet do not hold up the next claims, up to so many times the concurrency. */
const UNRECORDED = 3;

/** How many handlers of each type are at work; one that has returned frees its place before its end is recorded. */
export function createPlaces(context: Context, handlers: Handlers) {
  const { concurrency } = context.config.worker;
  const busy = new Map<string, number>();
  let busyInAll = 0;

  function count(jobType: string, change: 1 | -1) {
    busy.set(jobType, (busy.get(jobType) ?? 0) + change);
    busyInAll += change;
  }

  return {
    take: (jobType: string) => count(jobType, 1),
    giveBack: (jobType: string) => count(jobType, -1),
    /** In all, whatever the type. */
    left: () => concurrency - busyInAll,
    /** @param held jobs that are claimed and not recorded as ended. */
    free(held: number): Places[] {
      const free = Math.min(concurrency - busyInAll, concurrency * UNRECORDED - held);
      if (free <= 0) return [];
      return Object.entries(handlers).flatMap(([job_type, handler]) => {
        const own = (handler.concurrency?.(context) ?? Infinity) - (busy.get(job_type) ?? 0);
        const limit = Math.min(free, own);
        const machine_limit = handler.machineConcurrency?.(context) ?? null;
        return limit > 0 ? [{ job_type, limit, machine_limit }] : [];
      });
    },
    /** This ending made room where there was none. */
    hasJustRoom: (held: number) => held === concurrency * UNRECORDED - 1,
  };
}
