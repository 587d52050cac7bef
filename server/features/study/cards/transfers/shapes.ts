import { z } from "@hono/zod-openapi";

export const transfer = z
  .object({
    id: z.string(),
    status: z.enum(["pending", "processing", "completed", "failed", "cancelled"]),
    format: z.enum(["apkg", "csv", "md"]),
    subject: z.string().nullable(),
    dry_run: z.boolean(),
    filename: z.string().nullable(),
    counts: z.record(z.string(), z.unknown()).nullable(),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    created_at: z.iso.datetime(),
    completed_at: z.iso.datetime().nullable(),
  })
  .openapi("CardTransfer");

export type CardTransfer = z.infer<typeof transfer>;
