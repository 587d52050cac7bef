import { z } from "@hono/zod-openapi";
import { citation } from "#server/features/study/cards/shapes.ts";

export const overview = z
  .object({
    source: z.object({
      kind: z.enum(["recording", "study_material"]),
      id: z.string(),
      title: z.string(),
    }),
    terms: z.array(z.object({ term: z.string(), count: z.number(), witness: citation })),
    outline: z.array(
      z.object({
        title: z.string(),
        page: z.number().optional(),
        start_seconds: z.number().optional(),
        witness: citation,
      }),
    ),
    sentences: z.array(z.object({ text: z.string(), witness: citation })),
  })
  .openapi("Overview");

export type Overview = z.infer<typeof overview>;

export const map = z.object({
  terms: z.array(
    z.object({
      term: z.string(),
      count: z.number(),
      sources: z.array(z.object({ count: z.number(), witness: citation })),
    }),
  ),
  links: z.array(z.object({ a: z.string(), b: z.string(), sentences: z.number() })),
});

export type SubjectMap = z.infer<typeof map>;
