/**
 * Claims jobs, runs their handlers, records how each attempt ended.
 *
 * - **Lease**: a claimed job belongs to its worker while heartbeats come; a silent worker's jobs go back to pending.
 * - **Attempt**: one claim of a job; fencing compares worker and attempt, so a late writer changes nothing.
 * - **Drain**: no new claims; what runs is given time to end, then handed back.
 */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import {
  LEASE_SECONDS,
  type ClaimedJob,
  type Handler,
  type Handlers,
  type Outcome,
} from "#server/features/jobs/contract.ts";
import { toFailure } from "#server/to-failure.ts";
import { createEndings, LeaseLost, untilRecorded } from "./endings.ts";
import { startLeases } from "./leases.ts";
import {
  announceWorker,
  claimJobs,
  endJobs,
  enqueuePeriodicJob,
  lockHeldJob,
  reapLostJobs,
  removeWorker,
  returnJob,
  tidyQueue,
  WORKER_LOST,
  type Places,
} from "./queries.ts";

export { LeaseLost } from "./endings.ts";

const POLL_MS = 2000;
const REAP_MS = 2000;
const PERIODIC_MS = 60_000;
const DEAF_MS = 10_000;
/** Endings that are not recorded yet do not hold up the next claims, up to so many times the concurrency. */
const UNRECORDED = 3;
/** An idle worker that has ended so many jobs tidies the queue, so that the next job is found at once. */
const TIDY_AFTER = 1000;
/** Failures that another try cannot mend: the input itself is at fault, or the person stopped it. */
const FINAL = new Set([400, 401, 403, 404, 409, 413, 415, 422]);

interface Running {
  job: ClaimedJob;
  abort: AbortController;
  done: Promise<void>;
}

export interface Worker {
  id: string;
  /** @param graceMs what runs may take so long to end; after that it is handed back to the queue. */
  stop(graceMs?: number): Promise<void>;
}

export async function startWorker(context: Context, table: Handlers): Promise<Worker> {
  const { database, log } = context;
  const { concurrency } = context.config.worker;
  const host = hostname();
  const id = `${host}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const row = { id, host, process_id: process.pid, concurrency };
  /** Claimed and not yet recorded as ended. */
  const running = new Map<string, Running>();
  /** How many handlers of each type are at work; a handler that has returned frees its place before its end is recorded. */
  const busy = new Map<string, number>();
  let busyInAll = 0;
  let endedSinceTidy = 0;
  let draining = false;
  let wanted = false;
  let claiming: Promise<void> | undefined;

  await announceWorker(database, row);
  const endings = createEndings(database, id);
  const leases = startLeases(context.databaseUrl, row, {
    lost(jobId, attempt) {
      const entry = running.get(jobId);
      if (entry?.job.attempts === attempt)
        entry.abort.abort(new LeaseLost(`job ${jobId} was lost`));
    },
    cancelled: (jobId) => running.get(jobId)?.abort.abort("cancelled"),
    failed: (error) => log.error({ err: error }, "the thread that keeps the leases has ended"),
  });

  function freePlaces(): Places[] {
    const places: Places[] = [];
    const free = Math.min(concurrency - busyInAll, concurrency * UNRECORDED - running.size);
    if (free <= 0) return places;
    for (const [job_type, handler] of Object.entries(table)) {
      const own = (handler.concurrency?.(context) ?? Infinity) - (busy.get(job_type) ?? 0);
      const limit = Math.min(free, own);
      if (limit > 0)
        places.push({
          job_type,
          limit,
          machine_limit: handler.machineConcurrency?.(context) ?? null,
        });
    }
    return places;
  }

  /** One claim at a time; a wake-up during a claim leads to one more. */
  function wake() {
    wanted = true;
    if (claiming || draining) return;
    let pause = 0;
    claiming = claim()
      .catch((error: Error) => {
        log.warn({ err: error.message }, "could not claim jobs");
        pause = 200;
      })
      .finally(() => {
        claiming = undefined;
        if (!wanted || draining) return;
        if (pause === 0) wake();
        else setTimeout(wake, pause);
      });
  }

  async function claim() {
    while (wanted && !draining) {
      wanted = false;
      const places = freePlaces();
      if (places.length === 0) return;
      const jobs = await claimJobs(database, row, places, concurrency - busyInAll);
      if (jobs.length === 0 && running.size === 0) tidyWhenDue();
      for (const job of jobs) start(job);
      if (jobs.length > 0) leases.hold(jobs);
    }
  }

  function tidyWhenDue() {
    if (endedSinceTidy < TIDY_AFTER) return;
    endedSinceTidy = 0;
    tidyQueue(database).catch((error: Error) =>
      log.warn({ err: error.message }, "could not tidy the queue; PostgreSQL does it later"),
    );
  }

  function start(job: ClaimedJob) {
    const entry: Running = { job, abort: new AbortController(), done: Promise.resolve() };
    running.set(job.id, entry);
    count(job.job_type, 1);
    entry.done = attempt(entry)
      .catch((error: unknown) => {
        // Not recorded: the lease runs out and another attempt follows.
        if (!(error instanceof LeaseLost))
          log.error({ job_id: job.id, err: error }, "could not record how a job ended");
      })
      .finally(() => {
        running.delete(job.id);
        endedSinceTidy += 1;
        leases.release([job.id]);
        if (!draining && running.size === concurrency * UNRECORDED - 1) wake();
      });
  }

  function count(jobType: string, change: 1 | -1) {
    busy.set(jobType, (busy.get(jobType) ?? 0) + change);
    busyInAll += change;
  }

  function fenced<T>(job: ClaimedJob, work: (tx: Tx) => Promise<T>): Promise<T> {
    return database.transaction().execute(async (tx) => {
      if (!(await lockHeldJob(tx, id, job)))
        throw new LeaseLost(`job ${job.id} was given to another worker`);
      return work(tx);
    });
  }

  async function attempt(entry: Running) {
    const { job, abort } = entry;
    const { signal } = abort;
    const handler = table[job.job_type];
    let result: Record<string, unknown> | void = undefined;
    let failed = false;
    let error: unknown;
    try {
      if (!handler) throw new Error(`no handler for ${job.job_type}`);
      result = await handler.run(context, job, {
        signal,
        progress: (fraction) => leases.progress(job.id, Math.max(0, Math.min(1, fraction))),
        write: (work) => fenced(job, work),
      });
    } catch (thrown) {
      failed = true;
      error = thrown;
    }
    count(job.job_type, -1);
    if (!draining) wake();
    if (!failed) return end(job, handler, { status: "completed" }, result ?? undefined);
    if (error instanceof LeaseLost || signal.reason instanceof LeaseLost) throw error;
    if (signal.aborted && signal.reason === "cancelled")
      return end(job, handler, { status: "cancelled" });
    if (signal.aborted && signal.reason === "released")
      return untilRecorded(() =>
        fenced(job, (tx) => returnJob(tx, id, job, 0, { outcome: "released" })),
      );

    const failure = toFailure(error);
    const why = { error_code: failure.code, error_message: failure.message };
    log.warn(
      {
        job_id: job.id,
        job_type: job.job_type,
        attempt: job.attempts,
        code: failure.code,
        err: failure.cause,
      },
      "job failed",
    );
    if (
      FINAL.has(failure.status) ||
      failure.code === "engine-unavailable" ||
      job.attempts >= job.max_attempts
    )
      return end(job, handler, { status: "failed", ...why });
    const delay = backOffSeconds(job.attempts);
    await untilRecorded(() =>
      fenced(job, async (tx) => {
        await returnJob(tx, id, job, delay, { outcome: "failed", ...why });
        if (job.user_id)
          await notifyChanged(tx, job.user_id, { kind: "job", id: job.id, change: "updated" });
      }),
    );
    // Due between two polls: its own alarm, if this worker is still there then.
    setTimeout(() => draining || wake(), delay * 1000 + 10).unref();
  }

  /** What the job is about is told in the same transaction; without anything to tell, endings are gathered. */
  function end(
    job: ClaimedJob,
    handler: Handler | undefined,
    outcome: Outcome,
    result?: Record<string, unknown>,
  ) {
    if (!handler?.onEnded) return endings.end({ job, outcome, result });
    return untilRecorded(() =>
      database.transaction().execute(async (tx) => {
        if ((await endJobs(tx, id, [{ job, outcome, result }])).size === 0)
          throw new LeaseLost(`job ${job.id} was given to another worker`);
        await handler.onEnded!(tx, job, outcome);
      }),
    );
  }

  let lastLook = Date.now();
  let reapFrom = 0;
  async function reap() {
    // After a time without the database every lease looks old: live workers get the time to renew theirs first.
    if (Date.now() - lastLook > (LEASE_SECONDS * 1000) / 2)
      reapFrom = Date.now() + LEASE_SECONDS * 1000;
    const lost = await database.transaction().execute(async (tx) => {
      const jobs = Date.now() < reapFrom ? [] : await reapLostJobs(tx);
      for (const job of jobs) {
        if (job.status !== "pending") {
          await table[job.job_type]?.onEnded?.(
            tx,
            job,
            job.status === "cancelled"
              ? { status: "cancelled" }
              : { status: "failed", ...WORKER_LOST },
          );
        }
        if (job.user_id)
          await notifyChanged(tx, job.user_id, { kind: "job", id: job.id, change: "updated" });
      }
      return jobs;
    });
    lastLook = Date.now();
    if (lost.length > 0) wake();
  }

  async function enqueueDue() {
    for (const [type, { everySeconds }] of Object.entries(table)) {
      if (everySeconds)
        await database.transaction().execute((tx) => enqueuePeriodicJob(tx, type, everySeconds));
    }
  }

  const alone = (what: string, task: () => Promise<void>) => {
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
  };
  const periodic = alone("enqueue periodic jobs", enqueueDue);
  const timers = [
    setInterval(wake, POLL_MS),
    setInterval(alone("look for lost jobs", reap), REAP_MS),
    setInterval(periodic, PERIODIC_MS),
  ];
  const stopListening = context.notifications.listen("jobs", (payload) => {
    const cancelled = payload.startsWith("cancel:") ? payload.slice("cancel:".length) : undefined;
    if (cancelled) running.get(cancelled)?.abort.abort("cancelled");
    else wake();
  });
  const stopReconnect = context.notifications.onReconnect(wake);
  periodic();
  wake();

  return {
    id,
    async stop(graceMs = 0) {
      draining = true;
      stopListening();
      stopReconnect();
      timers.forEach(clearInterval);
      await claiming;
      const ended = Promise.all([...running.values()].map(({ done }) => done));
      const late = setTimeout(
        () => running.forEach(({ abort }) => abort.abort("released")),
        graceMs,
      );
      // A handler that does not listen loses its lease instead of holding up the shutdown.
      await Promise.race([ended, sleep(graceMs + DEAF_MS, undefined, { ref: false })]);
      clearTimeout(late);
      await leases.stop();
      await removeWorker(database, id).catch(() => {});
    },
  };
}

/** Exponential with full jitter: up to 2, 4, 8 … 300 seconds (AWS Architecture Blog, "Exponential Backoff And Jitter"). */
function backOffSeconds(attempt: number) {
  return Math.random() * Math.min(300, 2 ** attempt);
}
