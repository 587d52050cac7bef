import { z } from "@hono/zod-openapi";

export const jobStatus = z.enum(["pending", "processing", "completed", "failed", "cancelled"]);

export const job = z
  .object({
    id: z.uuid(),
    job_type: z.string(),
    status: jobStatus,
    priority: z.number(),
    result: z.record(z.string(), z.unknown()).nullable(),
    progress: z.number(),
    place: z
      .number()
      .nullable()
      .openapi({ description: "Of a pending job: 1 is the next of its type that a worker takes" }),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    attempts: z.number(),
    max_attempts: z.number(),
    run_at: z.iso.datetime(),
    created_at: z.iso.datetime(),
    started_at: z.iso.datetime().nullable(),
    completed_at: z.iso.datetime().nullable(),
  })
  .openapi("Job");

const time = z.iso.datetime();

export const queueState = z
  .object({
    types: z.array(
      z.object({
        job_type: z.string(),
        waiting: z.number(),
        delayed: z.number(),
        processing: z.number(),
        oldest_waiting_seconds: z.number().nullable(),
      }),
    ),
    workers: z.array(
      z.object({
        id: z.string(),
        host: z.string(),
        process_id: z.number(),
        concurrency: z.number(),
        started_at: time,
        seen_at: time,
        is_live: z.boolean(),
        processing: z.number(),
        completed_last_hour: z.number(),
        failed_last_hour: z.number(),
      }),
    ),
    failures: z.array(
      z.object({
        job_type: z.string(),
        error_code: z.string(),
        error_message: z.string(),
        count: z.number(),
        last_at: time,
      }),
    ),
  })
  .openapi("QueueState");

/** Without payload and result: what a student wrote is not the administrator's to read. */
export const adminJob = job
  .omit({ result: true, place: true })
  .extend({ user_id: z.uuid().nullable(), locked_by: z.string().nullable() })
  .openapi("AdminJob");

export const adminJobWithAttempts = adminJob
  .extend({
    attempts_made: z.array(
      z.object({
        attempt: z.number(),
        worker: z.string(),
        started_at: time,
        ended_at: time.nullable(),
        outcome: z.enum(["completed", "failed", "cancelled", "lost", "released"]).nullable(),
        error_code: z.string().nullable(),
        error_message: z.string().nullable(),
      }),
    ),
  })
  .openapi("AdminJobWithAttempts");

export type Job = z.infer<typeof job>;
export type JobStatus = z.infer<typeof jobStatus>;
export type QueueState = z.infer<typeof queueState>;
export type AdminJob = z.infer<typeof adminJob>;
export type AdminJobWithAttempts = z.infer<typeof adminJobWithAttempts>;
