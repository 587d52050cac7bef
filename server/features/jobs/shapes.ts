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
