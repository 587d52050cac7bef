/**
 * What a job is for those who enqueue, run, cancel and retry it; its types are listed in job-types.ts.
 *
 * - **Handler**: the use case that a worker runs for a job of one type; `worker/handlers.ts` is the table of all.
 * - **Run**: one attempt at a job by one worker, as the handler sees it.
 * - **Fenced write**: a transaction that first proves, under a row lock, that this attempt still holds the job.
 * - **Lease**: a claimed job belongs to its worker while heartbeats come.
 */
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import {
  JOB_TYPES,
  type JobOwner,
  type JobPayload,
  type JobResult,
  type JobType,
} from "./job-types.ts";

/** A worker that was silent for so long has lost its jobs. */
export const LEASE_SECONDS = 10;

/** A job as the database has it: nothing is known of its payload yet. */
export interface JobRow {
  id: string;
  user_id: string | null;
  job_type: string;
  payload: unknown;
}

export interface ClaimedRow extends JobRow {
  attempts: number;
  max_attempts: number;
}

/** What a handler is given; its payload was parsed. */
export interface ClaimedJob<T extends JobType> {
  id: string;
  user_id: JobOwner<T>;
  job_type: T;
  payload: JobPayload<T>;
  attempts: number;
  max_attempts: number;
}

export type JobOfUser<T extends JobType> = Pick<
  ClaimedJob<T>,
  "id" | "user_id" | "job_type" | "payload"
>;

export interface Run {
  /** Aborts on cancel, on shutdown, and when the lease is lost; the reason says which. */
  signal: AbortSignal;
  /** Fraction done, 0 to 1; written with the next heartbeat. */
  progress(fraction: number): void;
  /** @throws LeaseLost when another worker has the job by now; nothing is written then. */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

export type Outcome =
  | { status: "completed" | "cancelled" }
  | { status: "failed"; error_code: string; error_message: string };

/** Characters that a row takes of why its job failed. */
const LONGEST_REASON = 2000;

/** What a row says of its job that did not complete. @param cancelled the sentence where somebody cancelled it */
export function whyEnded(outcome: Outcome, cancelled: string) {
  return outcome.status === "failed"
    ? {
        error_code: outcome.error_code,
        error_message: outcome.error_message.slice(0, LONGEST_REASON),
      }
    : { error_code: "cancelled", error_message: cancelled };
}

/** What a row says whose job waits for another attempt. */
export const WAITS_AGAIN = { status: "pending", error_code: null, error_message: null } as const;

/** Whether a row that is about a job is at its end with this status; undefined: it keeps the one that it has. */
export function isEnd(status: string | undefined) {
  return status !== undefined && status !== "pending" && status !== "processing";
}

/** How the worker sees any handler; one of the product is a `HandlerOf` its type. */
export interface Handler {
  run(context: Context, job: ClaimedRow, run: Run): Promise<object | void>;
  /** In the transaction that ends the job: makes the row the job is about say the same. Not called between attempts. */
  onEnded?(tx: Tx, job: JobRow, outcome: Outcome): Promise<void>;
  /** In the transaction that puts a failed or cancelled job back. */
  onRetry?(tx: Tx, job: JobRow): Promise<void>;
  /** The most jobs of this type that one process runs at a time; 1 for a handler that keeps a core busy. */
  concurrency?(context: Context): number;
  /** The most jobs of this type that one machine runs at a time, whatever the number of its workers. */
  machineConcurrency?(context: Context): number;
  /** A periodic job of the system: enqueued once in so many seconds, by whichever worker comes first. */
  everySeconds?: number;
}

type Settings = Pick<Handler, "concurrency" | "machineConcurrency" | "everySeconds">;

export interface HandlerOf<T extends JobType> extends Settings {
  run(context: Context, job: ClaimedJob<T>, run: Run): Promise<JobResult<T>>;
  onEnded?(tx: Tx, job: JobOfUser<T>, outcome: Outcome): Promise<void>;
  onRetry?(tx: Tx, job: JobOfUser<T>): Promise<void>;
}

/** What runs jobs of which type: the product's own is `worker/handlers.ts`. */
export type Handlers = Readonly<Record<string, Handler>>;

/**
 * The handler of a job, and the job with its payload parsed. Types that only this table knows (of benchmarks and tests)
 * take any payload.
 * @throws Failure `job-unreadable` when this version has no such type, or the payload is not what the type says.
 */
export function readJob<J extends JobRow>(handlers: Handlers, job: J) {
  const read = tryReadJob(handlers, job);
  if (read.unreadable) fail("job-unreadable", { cause: read.unreadable });
  return read;
}

/** The same for who can do without the handler: a job that nobody can read can still be cancelled. */
export function tryReadJob<J extends JobRow>(
  handlers: Handlers,
  job: J,
):
  | { handler: Handler; job: J; unreadable?: never }
  | { unreadable: Error; handler?: never; job?: never } {
  const handler = Object.hasOwn(handlers, job.job_type) ? handlers[job.job_type] : undefined;
  if (!handler) return { unreadable: new Error(`no handler for ${job.job_type}`) };
  if (!isJobType(job.job_type)) return { handler, job };
  const { payload, owner } = JOB_TYPES[job.job_type];
  const parsed = payload.safeParse(job.payload);
  if (!parsed.success) return { unreadable: parsed.error };
  if ((owner === "student") !== (job.user_id !== null))
    return { unreadable: new Error(`${job.job_type} is a job of a ${owner}`) };
  return { handler, job: { ...job, payload: parsed.data } };
}

function isJobType(name: string): name is JobType {
  return Object.hasOwn(JOB_TYPES, name);
}
