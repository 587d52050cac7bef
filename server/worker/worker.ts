/**
 * Claims jobs, runs their handlers, records how each attempt ended.
 *
 * - **Attempt**: one claim of a job; fencing compares worker and attempt, so a late writer changes nothing.
 * - **Drain**: no new claims; what runs is given time to end, then handed back.
 */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { asOwnerOfJob } from "#database/principal.ts";
import type { Context } from "#server/context.ts";
import type { ClaimedRow, Handlers } from "#server/features/jobs/contract.ts";
import { attempt } from "./attempt.ts";
import { createClaims } from "./claims.ts";
import { createEndings, LeaseLost } from "./endings.ts";
import { startLeases } from "./leases.ts";
import { createPlaces } from "./places.ts";
import { announceWorker, removeWorker, tidyQueue } from "./queries.ts";
import { createReaper, endUnknown, enqueueDue } from "./upkeep.ts";

export { LeaseLost } from "./endings.ts";

const POLL_MS = 2000;
const REAP_MS = 2000;
const PERIODIC_MS = 60_000;
/** So much longer than the grace a handler is waited for that does not listen to its signal. */
const UNHEARD_MS = 10_000;
/** An idle worker that has ended so many jobs tidies the queue, so that the next job is found at once. */
const TIDY_AFTER = 1000;

interface Running {
  job: ClaimedRow;
  abort: AbortController;
  done: Promise<void>;
}

export interface Worker {
  id: string;
  /** @param graceMs what runs may take so long to end; after that it is handed back to the queue. */
  stop(graceMs?: number): Promise<void>;
}

export async function startWorker(context: Context, handlers: Handlers): Promise<Worker> {
  const { database, log } = context;
  const row = thisProcess(context.config.worker.concurrency);
  await announceWorker(database, row);
  /** Claimed and not yet recorded as ended. */
  const running = new Map<string, Running>();
  let endedSinceTidy = 0;
  const abort = (jobId: string, reason: unknown) => running.get(jobId)?.abort.abort(reason);
  const leases = startLeases(context.databaseUrl, row, {
    missed: (reason) => log.warn({ reason }, "a heartbeat of this worker was lost"),
    lost(jobId, number) {
      if (running.get(jobId)?.job.attempts === number)
        abort(jobId, new LeaseLost(`job ${jobId} was lost`));
    },
    cancelled: (jobId) => abort(jobId, "cancelled"),
    failed: (error) => log.error({ err: error }, "the thread that keeps the leases has ended"),
  });
  const places = createPlaces(context, handlers);
  const claims = createClaims(database, log, row, places, {
    held: () => running.size,
    start,
    hold: (jobs) => leases.hold(jobs),
    idle: tidyWhenDue,
  });
  const attempting = {
    context,
    handlers,
    worker: row.id,
    leases,
    endings: createEndings(database, row.id),
    returned({ job_type }: ClaimedRow) {
      places.giveBack(job_type);
      claims.wake();
    },
    // The worker may be gone by then, or its process.
    wakeIn: (milliseconds: number) => void setTimeout(claims.wake, milliseconds).unref(),
  };

  function start(job: ClaimedRow) {
    const entry: Running = { job, abort: new AbortController(), done: Promise.resolve() };
    running.set(job.id, entry);
    places.take(job.job_type);
    entry.done = asOwnerOfJob(job, () => attempt(attempting, job, entry.abort.signal))
      .catch((error: unknown) => {
        // Not recorded: the lease runs out and another attempt follows.
        if (!(error instanceof LeaseLost))
          log.error({ job_id: job.id, err: error }, "could not record how a job ended");
      })
      .finally(() => {
        running.delete(job.id);
        endedSinceTidy += 1;
        leases.release([job.id]);
        if (places.hasJustRoom(running.size)) claims.wake();
      });
  }

  function tidyWhenDue() {
    if (running.size > 0 || endedSinceTidy < TIDY_AFTER) return;
    endedSinceTidy = 0;
    tidyQueue(database).catch((error: Error) =>
      log.warn({ err: error.message }, "could not tidy the queue; PostgreSQL does it later"),
    );
  }

  const stopListening = listen(context, claims.wake, (jobId) => abort(jobId, "cancelled"));
  const stopTimers = startTimers(context, handlers, claims.wake);
  claims.wake();

  return {
    id: row.id,
    async stop(graceMs = 0) {
      stopListening();
      stopTimers();
      await claims.stop();
      const ended = Promise.all([...running.values()].map(({ done }) => done));
      const late = setTimeout(
        () => running.forEach((entry) => entry.abort.abort("released")),
        graceMs,
      );
      // A handler that does not listen loses its lease instead of holding up the shutdown.
      await Promise.race([ended, sleep(graceMs + UNHEARD_MS, undefined, { ref: false })]);
      clearTimeout(late);
      await leases.stop();
      await removeWorker(database, row.id).catch(() => {});
    },
  };
}

function thisProcess(concurrency: number) {
  const host = hostname();
  const id = `${host}:${process.pid}:${randomUUID().slice(0, 8)}`;
  return { id, host, process_id: process.pid, concurrency };
}

function listen(
  { notifications }: Context,
  wake: () => void,
  cancel: (jobId: string) => void,
): () => void {
  const stopListening = notifications.listen("jobs", (payload) => {
    if (payload.startsWith("cancel:")) cancel(payload.slice("cancel:".length));
    else wake();
  });
  const stopReconnect = notifications.onReconnect(wake);
  return () => {
    stopListening();
    stopReconnect();
  };
}

function startTimers(context: Context, handlers: Handlers, wake: () => void): () => void {
  const { log } = context;
  const reap = createReaper(context, handlers);
  const periodic = skipWhileRunning(log, "enqueue periodic jobs", async () => {
    await enqueueDue(context, handlers);
    await endUnknown(context, handlers);
  });
  const timers = [
    setInterval(wake, POLL_MS),
    setInterval(
      skipWhileRunning(log, "look for lost jobs", async () => {
        if ((await reap()) > 0) wake();
      }),
      REAP_MS,
    ),
    setInterval(periodic, PERIODIC_MS),
  ];
  periodic();
  return () => timers.forEach(clearInterval);
}

function skipWhileRunning(log: Logger, what: string, task: () => Promise<void>) {
  let underWay = false;
  return () => {
    if (underWay) return;
    underWay = true;
    task()
      .catch((error: Error) =>
        log.warn({ err: error.message }, `could not ${what}; it is tried again`),
      )
      .finally(() => {
        underWay = false;
      });
  };
}
