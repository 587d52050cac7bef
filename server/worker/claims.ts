import type { Logger } from "pino";
import type { Queryable } from "#server/context.ts";
import type { ClaimedRow } from "#server/features/jobs/contract.ts";
import type { createPlaces } from "./places.ts";
import { claimJobs } from "./queries.ts";

const PAUSE_MS = 200;

/** One claim at a time; a wake-up during a claim leads to one more. */
export function createClaims(
  database: Queryable,
  log: Logger,
  worker: { id: string; host: string },
  places: ReturnType<typeof createPlaces>,
  on: {
    /** How many jobs are claimed and not recorded as ended. */
    held(): number;
    start(job: ClaimedRow): void;
    hold(jobs: ClaimedRow[]): void;
    /** A claim found nothing. */
    idle(): void;
  },
) {
  let wanted = false;
  let stopped = false;
  let claiming: Promise<void> | undefined;

  function wake() {
    wanted = true;
    if (claiming || stopped) return;
    let pause = 0;
    claiming = claim()
      .catch((error: Error) => {
        log.warn({ err: error.message }, "could not claim jobs");
        pause = PAUSE_MS;
      })
      .finally(() => {
        claiming = undefined;
        if (!wanted || stopped) return;
        if (pause === 0) wake();
        else setTimeout(wake, pause);
      });
  }

  async function claim() {
    while (wanted && !stopped) {
      wanted = false;
      const free = places.free(on.held());
      if (free.length === 0) return;
      const jobs = await claimJobs(database, worker, free, places.left());
      if (jobs.length === 0) on.idle();
      for (const job of jobs) on.start(job);
      if (jobs.length > 0) on.hold(jobs);
    }
  }

  return {
    wake,
    /** No further claim; one that is under way is waited for. */
    async stop() {
      stopped = true;
      await claiming;
    },
  };
}
