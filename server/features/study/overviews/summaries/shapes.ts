import { z } from "@hono/zod-openapi";
import { citation } from "#server/features/study/cards/shapes.ts";
import { sourceOfText } from "#server/features/study/cards/suggestions/shapes.ts";

export const newSummary = z.object({ source: sourceOfText });

export const summary = z
  .object({
    id: z.string(),
    source: sourceOfText,
    status: z.enum(["pending", "processing", "completed", "failed", "cancelled"]),
    engine: z.string().nullable(),
    dropped: z.number().openapi({
      description: "How many of its sentences did not stand the check against the source",
    }),
    parts: z.number().nullable().openapi({
      description: "How many parts the source has for the model; a long one has more than are read",
    }),
    parts_read: z.number().nullable(),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    created_at: z.iso.datetime(),
    completed_at: z.iso.datetime().nullable(),
    sentences: z.array(z.object({ text: z.string(), witness: citation })),
  })
  .openapi("SourceSummary");
export type SourceSummary = z.infer<typeof summary>;

export const keptSummary = z.object({
  can_write: z.boolean().openapi({ description: "Whether a language model is set up" }),
  summary: summary.nullable(),
});
export type KeptSummary = z.infer<typeof keptSummary>;
