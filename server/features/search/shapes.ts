import { z } from "@hono/zod-openapi";
import { subjectFilter } from "#server/http/shapes.ts";

export const sourceKind = z.enum(["recording", "study_material"]);

export const source = z
  .object({
    kind: sourceKind,
    id: z.uuid(),
    title: z.string(),
    transcription_id: z.uuid().optional(),
  })
  .openapi("Source");

export const searchQuery = z.object({
  q: z.string().trim().normalize("NFC").min(1).max(1000),
  kind: sourceKind.optional(),
  subject: subjectFilter.optional(),
  source_id: z.uuid({ error: "is not an id" }).optional(),
  from: z.iso.datetime({ offset: true }).or(z.iso.date()).optional(),
  to: z.iso.datetime({ offset: true }).or(z.iso.date()).optional(),
  facets: z
    .enum(["true", "false"])
    .default("false")
    .openapi({ description: "Count what fits in each kind and subject" }),
  limit: z.coerce.number().int().min(1).max(50).default(10),
});

export const searchHit = z
  .object({
    id: z.uuid(),
    text: z.string(),
    heading: z.string().nullable(),
    source,
    subject: z.string().nullable(),
    page: z.number().nullable(),
    start_seconds: z.number().nullable(),
    end_seconds: z.number().nullable(),
    start_offset: z.number(),
    end_offset: z.number(),
    highlights: z
      .array(z.object({ start: z.number(), end: z.number() }))
      .openapi({ description: "UTF-16 offsets into text" }),
    language: z.string().nullable().openapi({ description: "Of the source" }),
    score: z.number(),
    created_at: z.iso.datetime(),
  })
  .openapi("SearchHit");

export const searchAnswer = z
  .object({
    items: z.array(searchHit),
    titles: z
      .array(
        z.object({
          kind: sourceKind,
          id: z.uuid(),
          title: z.string(),
          subject: z.string().nullable(),
        }),
      )
      .openapi({ description: "Sources whose title has every word, newest first" }),
    facets: z
      .object({
        kinds: z.array(z.object({ kind: sourceKind, passages: z.number() })),
        subjects: z.array(z.object({ subject: z.string(), passages: z.number() })),
      })
      .optional()
      .openapi({
        description: "Passages that have the words, whatever kind and subject are chosen",
      }),
    corrections: z
      .array(z.object({ from: z.string(), to: z.array(z.string()) }))
      .openapi({ description: "Misspelt words and what was searched instead" }),
    unknown_words: z
      .array(z.string())
      .openapi({ description: "Words that none of the materials has" }),
  })
  .openapi("SearchAnswer");

export type SourceKind = z.infer<typeof sourceKind>;
export type SearchHit = z.infer<typeof searchHit>;
export type SearchAnswer = z.infer<typeof searchAnswer>;
