/** One attempt at a job: its handler, and how it ended. */
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { isFinal } from "#server/failures.ts";
import {
  readJob,
  type ClaimedRow,
  type Handler,
  type Handlers,
  type Outcome,
} from "#server/features/jobs/contract.ts";
import { toFailure } from "#server/to-failure.ts";
import { LeaseLost, untilRecorded, type Endings } from "./endings.ts";
import type { Leases } from "./leases.ts";
import { endJobs, lockHeldJob, returnJob } from "./queries.ts";

export interface Attempting {
  context: Context;
  handlers: Handlers;
  /** The worker's id. */
  worker: string;
  leases: Leases;
  endings: Endings;
  /** The handler has returned: its place is free, its end not recorded yet. */
  returned(job: ClaimedRow): void;
  /** Due again between two polls. */
  wakeIn(milliseconds: number): void;
}

/**
 * @throws LeaseLost when another worker has the job by now.
 * @throws what the database says when the end could not be recorded: the lease then runs out and another attempt
 * follows.
 */
export async function attempt(given: Attempting, claimed: ClaimedRow, signal: AbortSignal) {
  const { job, handler, result, error, gotFurther } = await runHandler(given, claimed, signal);
  given.returned(job);
  if (error === undefined) return end(given, job, handler, { status: "completed" }, result);
  if (error instanceof LeaseLost || signal.reason instanceof LeaseLost) throw error;
  if (signal.aborted && signal.reason === "cancelled")
    return end(given, job, handler, { status: "cancelled" });
  if (signal.aborted && signal.reason === "released")
    return untilRecorded(() =>
      fenced(given, job, (tx) => returnJob(tx, given.worker, job, 0, { outcome: "released" })),
    );
  const failure = toFailure(error);
  given.context.log.warn(
    {
      job_id: job.id,
      job_type: job.job_type,
      attempt: job.attempts,
      code: failure.code,
      err: failure.cause,
    },
    "job failed",
  );
  const why = { error_code: failure.code, error_message: failure.message };
  if (isFinal(failure.code) || (job.attempts >= job.max_attempts && !gotFurther))
    return end(given, job, handler, { status: "failed", ...why });
  return tryLater(given, job, { ...why, gotFurther });
}

interface Ran {
  job: ClaimedRow;
  handler?: Handler;
  result?: object | undefined;
  /** Undefined when it went well. */
  error?: unknown;
  /** Than it was when it began: such an attempt does not count. */
  gotFurther: boolean;
}

async function runHandler(
  given: Attempting,
  claimed: ClaimedRow,
  signal: AbortSignal,
): Promise<Ran> {
  let read: { job: ClaimedRow; handler?: Handler } = { job: claimed };
  let first = Infinity;
  let last = 0;
  const progress = (fraction: number) => {
    last = Math.max(0, Math.min(1, fraction));
    first = Math.min(first, last);
    given.leases.progress(read.job.id, last);
  };
  try {
    const { handler, job } = (read = readJob(given.handlers, claimed));
    const result = await handler.run(given.context, job, {
      signal,
      progress,
      write: (work) => fenced(given, job, work),
    });
    return { ...read, result: result ?? undefined, gotFurther: last > first };
  } catch (thrown) {
    return { ...read, error: thrown ?? new Error("nothing was thrown"), gotFurther: last > first };
  }
}

/** What the job is about is told in the same transaction; without anything to tell, endings are gathered. */
function end(
  { context, worker, endings }: Attempting,
  job: ClaimedRow,
  handler: Handler | undefined,
  outcome: Outcome,
  result?: object,
) {
  if (!handler?.onEnded) return endings.end({ job, outcome, result });
  return untilRecorded(() =>
    context.database.transaction().execute(async (tx) => {
      if ((await endJobs(tx, worker, [{ job, outcome, result }])).size === 0)
        throw new LeaseLost(`job ${job.id} was given to another worker`);
      await handler.onEnded!(tx, job, outcome);
    }),
  );
}

async function tryLater(
  given: Attempting,
  job: ClaimedRow,
  why: { error_code: string; error_message: string; gotFurther: boolean },
) {
  const delay = backOffSeconds(job.attempts);
  await untilRecorded(() =>
    fenced(given, job, async (tx) => {
      await returnJob(tx, given.worker, job, delay, { outcome: "failed", ...why });
      if (job.user_id)
        await notifyChanged(tx, job.user_id, { kind: "job", id: job.id, change: "updated" });
    }),
  );
  given.wakeIn(delay * 1000 + 10);
}

function fenced<T>(
  { context, worker }: Attempting,
  job: ClaimedRow,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return context.database.transaction().execute(async (tx) => {
    if (!(await lockHeldJob(tx, worker, job)))
      throw new LeaseLost(`job ${job.id} was given to another worker`);
    return work(tx);
  });
}

/**
 * Exponential with full jitter: up to 2, 4, 8 … 300 seconds (AWS Architecture Blog, "Exponential Backoff And Jitter").
 */
function backOffSeconds(attempts: number) {
  return Math.random() * Math.min(300, 2 ** attempts);
}
