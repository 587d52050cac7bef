import { z } from "@hono/zod-openapi";
import { citation } from "#server/features/study/cards/shapes.ts";
import { subject, subjectFilter } from "#server/http/shapes.ts";

export const TERM_LENGTH = 100;

const term = z
  .string()
  .transform((given) => given.normalize("NFC").replaceAll(/\s+/g, " ").trim())
  .pipe(
    z
      .string()
      .min(1, "is empty")
      .max(TERM_LENGTH, `is longer than ${TERM_LENGTH} characters`)
      .regex(/[\p{L}\p{N}]/u, "has no letter"),
  );

export const vocabularyTerm = z
  .object({
    id: z.uuid(),
    subject: z.string().nullable().openapi({ description: "null: of sources without a subject" }),
    term: z.string(),
    origin: z.enum(["materials", "correction", "student"]).openapi({
      description:
        "materials: found in notes and documents; correction: written into a transcript; " +
        "student: added or changed by hand",
    }),
    count: z.number().openapi({ description: "How often the materials have it" }),
    witness: citation.nullable().openapi({ description: "A sentence in which it stands" }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi("VocabularyTerm");

export const termFilters = z.object({
  subject: subjectFilter.optional(),
  no_subject: z.stringbool().optional().openapi({ type: "boolean" }),
  q: z.string().trim().min(1).max(TERM_LENGTH).optional(),
});

export const newTerm = z.object({ term, subject: subject.optional() }).openapi("NewTerm");
export const termPatch = z.object({ term }).openapi("TermPatch");
export const miningWish = z.object({ subject: subject.optional() }).openapi("MiningWish");

export const vocabularySubjects = z.object({
  items: z.array(
    z.object({ subject: z.string().nullable(), terms: z.number(), sources: z.number() }),
  ),
});

export const startedJob = z.object({ job_id: z.uuid() });

export const correction = z
  .object({
    id: z.uuid(),
    segment_number: z.number(),
    start_in_segment: z
      .number()
      .openapi({ description: "UTF-16 code units in the segment's text" }),
    heard: z.string(),
    replacement: z.string(),
    term: z.string(),
    term_id: z.uuid(),
    nearness: z.number().openapi({ description: "0 to 1" }),
    confidence: z.number().nullable().openapi({ description: "Of the engine, in what it heard" }),
    start_seconds: z.number(),
    end_seconds: z.number(),
    witness: citation.nullable().openapi({ description: "Where the term stands" }),
  })
  .openapi("ProposedCorrection");

export const corrections = z.object({
  items: z.array(correction),
  looking: z.boolean().openapi({ description: "A job looks for them, or will" }),
});

const chosen = z.union([z.literal("all"), z.array(z.uuid()).max(2000)]);

export const decision = z
  .object({ take: chosen.optional(), refuse: chosen.optional() })
  .refine(({ take, refuse }) => !(take === "all" && refuse === "all"), {
    path: ["refuse"],
    error: "cannot be all when all are taken",
  })
  .openapi("CorrectionDecision");

export const decided = z.object({
  taken: z.number(),
  refused: z.number(),
  gone: z.number().openapi({ description: "Decided before, or their words were edited meanwhile" }),
});

export type CorrectionDecision = z.infer<typeof decision>;
export type DecidedCorrections = z.infer<typeof decided>;
export type VocabularyTerm = z.infer<typeof vocabularyTerm>;
export type ProposedCorrection = z.infer<typeof correction>;
export type ProposedCorrections = z.infer<typeof corrections>;
export type VocabularySubjects = z.infer<typeof vocabularySubjects>;
