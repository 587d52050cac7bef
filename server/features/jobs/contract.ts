/**
 * What a job is for those who enqueue, run, cancel and retry it.
 *
 * - **Handler**: the use case that a worker runs for a job of one type; `worker/handlers.ts` is the table of all.
 * - **Run**: one attempt at a job by one worker, as the handler sees it.
 * - **Fenced write**: a transaction that first proves, under a row lock, that this attempt still holds the job.
 * - **Lease**: a claimed job belongs to its worker while heartbeats come.
 */
import type { Context, Tx } from "#server/context.ts";

/** A worker that was silent for so long has lost its jobs. */
export const LEASE_SECONDS = 10;

export type JobType =
  | "transcribe"
  | "speak"
  | "parse-material"
  | "embed-passages"
  | "sweep-embeddings"
  | "finish-upload"
  | "draw-waveform"
  | "align-slides"
  | "remove-orphans"
  | "clean-up"
  | "replay-reviews"
  | "fit-reviews"
  | "schedule-fits";

export interface ClaimedJob {
  id: string;
  user_id: string | null;
  job_type: string;
  payload: Record<string, unknown>;
  attempts: number;
  max_attempts: number;
}

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

export interface JobOfUser {
  user_id: string | null;
  payload: Record<string, unknown>;
}

export interface Handler {
  run(context: Context, job: ClaimedJob, run: Run): Promise<Record<string, unknown> | void>;
  /** In the transaction that ends the job: makes the row the job is about say the same. Not called between attempts. */
  onEnded?(tx: Tx, job: JobOfUser, outcome: Outcome): Promise<void>;
  /** In the transaction that puts a failed or cancelled job back. */
  onRetry?(tx: Tx, job: JobOfUser): Promise<void>;
  /** At most so many at once in one process; what is bounded by cores says so. */
  concurrency?(context: Context): number;
  /** At most so many at once on one machine, whatever the number of its workers. */
  machineConcurrency?(context: Context): number;
  /** A periodic job of the system: enqueued once in so many seconds, by whichever worker comes first. */
  everySeconds?: number;
}

/** What runs jobs of which type: the product's own is `worker/handlers.ts`. */
export type Handlers = Record<string, Handler>;
