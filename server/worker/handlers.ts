/**
 * The table job type -> handler. A handler is the use case that a worker runs for a job.
 *
 * - **Run**: one attempt at a job by one worker, as the handler sees it.
 * - **Fenced write**: a transaction that first proves, under a row lock, that this attempt still holds the job.
 */
import type { Context, Tx } from "#server/context.ts";
import { cleanUp } from "#server/features/account/clean-up.ts";
import { drawWaveform } from "#server/features/content/recordings/draw-waveform.ts";
import {
  speakText,
  speechEnded,
  speechRetried,
} from "#server/features/content/speech/run-speech.ts";
import {
  materialEnded,
  materialRetried,
  parseMaterial,
} from "#server/features/content/study-materials/parse-material.ts";
import { finishUploadJob } from "#server/features/content/uploads/finish-upload.ts";
import { removeOrphans } from "#server/features/content/uploads/remove-orphans.ts";
import { embedPassages, sweepEmbeddings } from "#server/features/search/embed-passages.ts";
import {
  runTranscription,
  transcriptionEnded,
  transcriptionRetried,
} from "#server/features/transcription/run-transcription.ts";

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

export const handlers = {
  transcribe: {
    run: runTranscription,
    onEnded: transcriptionEnded,
    onRetry: transcriptionRetried,
    concurrency: () => 1,
    machineConcurrency: () => 1,
  },
  speak: { run: speakText, onEnded: speechEnded, onRetry: speechRetried, concurrency: () => 2 },
  "parse-material": {
    run: parseMaterial,
    onEnded: materialEnded,
    onRetry: materialRetried,
    concurrency: () => 2,
  },
  "embed-passages": { run: embedPassages, concurrency: () => 1 },
  "sweep-embeddings": { run: sweepEmbeddings, everySeconds: 600 },
  "finish-upload": { run: finishUploadJob, concurrency: () => 2 },
  "draw-waveform": { run: drawWaveform, concurrency: () => 1 },
  "remove-orphans": { run: removeOrphans, everySeconds: 3600 },
  "clean-up": { run: cleanUp, everySeconds: 3600 },
} satisfies Record<string, Handler> as Record<
  | "transcribe"
  | "speak"
  | "parse-material"
  | "embed-passages"
  | "sweep-embeddings"
  | "finish-upload"
  | "draw-waveform"
  | "remove-orphans"
  | "clean-up",
  Handler
>;

export type JobType = keyof typeof handlers;

export function isJobType(name: string): name is JobType {
  return Object.hasOwn(handlers, name);
}
