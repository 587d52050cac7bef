import { z } from "@hono/zod-openapi";
import { language } from "#server/http/shapes.ts";
import { foundBy } from "#server/text-encoding/shapes.ts";
import { ENCODINGS, JOB_PRIORITIES, type JobPriority } from "#server/vocabulary.ts";

export const transcriptionStatus = z.enum([
  "pending",
  "processing",
  "completed",
  "failed",
  "cancelled",
]);

/** How soon it is wanted. */
export const jobPriority = z
  .enum(Object.keys(JOB_PRIORITIES) as [JobPriority, ...JobPriority[]])
  .openapi({
    description:
      "`high`: somebody waits for it (one of a student at a time, more are taken as `normal`); " +
      "`low`: when nothing else waits. An administrator may have chosen another engine for each.",
  });

export const transcriptionJob = z
  .object({
    id: z.uuid(),
    recording_id: z.uuid(),
    job_id: z.uuid().nullable(),
    status: transcriptionStatus,
    engine: z.string().nullable(),
    model: z.string().nullable(),
    language: z.string().nullable(),
    stage: z.enum(["decoding", "recognising", "indexing"]).nullable(),
    progress_seconds: z.number(),
    duration_seconds: z.number().nullable(),
    error_code: z.string().nullable(),
    /** Of a completed job: a remark, such as that no speech was found. */
    error_message: z.string().nullable(),
    /** While it waits: 1 is the next recording that a worker takes. */
    place: z.number().nullable().optional(),
    /** While it runs and as soon as it can be told: measured from this run, with how far it may be off. */
    time_left: z.object({ seconds: z.number(), margin_seconds: z.number() }).nullable().optional(),
    created_at: z.iso.datetime(),
    started_at: z.iso.datetime().nullable(),
    completed_at: z.iso.datetime().nullable(),
  })
  .openapi("TranscriptionJob");

export const word = z.object({
  text: z.string(),
  start: z.number(),
  end: z.number(),
  confidence: z.number().optional(),
  doubtful: z.literal(true).optional(),
});

export const segment = z
  .object({
    number: z.number(),
    start: z.number(),
    end: z.number(),
    text: z.string(),
    words: z.array(word).nullable(),
    confidence: z.number().nullable(),
    /** Who speaks, where supplied captions or the student say so. */
    speaker: z.string().nullable(),
    /** Has no words to say it of. */
    doubtful: z.literal(true).optional(),
    original: z.object({ text: z.string(), words: z.array(word).nullable() }).nullable(),
  })
  .openapi("Segment");

/** As lists carry it: texts are fetched one by one. */
export const transcriptionSummary = z
  .object({
    id: z.uuid(),
    recording_id: z.uuid(),
    transcription_job_id: z.uuid().nullable(),
    source: z.enum(["recognised", "supplied"]),
    excerpt: z.string().openapi({ description: "How the text begins" }),
    language: z.string().nullable(),
    confidence: z.number().nullable(),
    engine: z.string(),
    model: z.string().nullable(),
    duration_seconds: z.number(),
    is_current: z.boolean(),
    /** Complete, and nobody spoke. */
    no_speech: z.boolean(),
    created_at: z.iso.datetime(),
    completed_at: z.iso.datetime().nullable(),
    edited_at: z.iso.datetime().nullable(),
    remark: z.string().nullable().openapi({
      description: "Of supplied captions: what could not be used, in a sentence",
    }),
    text_encoding: z.string().nullable().openapi({
      description:
        "How the bytes of supplied captions were read; PATCH another one where letters are wrong",
    }),
    text_encoding_found_by: foundBy.nullable(),
  })
  .openapi("TranscriptionSummary");

export const transcription = transcriptionSummary
  .omit({ excerpt: true })
  .extend({ text: z.string() })
  .openapi("Transcription");

export const transcriptionPatch = z
  .union([
    z.object({ is_current: z.literal(true) }).strict(),
    z.object({ text_encoding: z.enum(ENCODINGS) }).strict(),
  ])
  .openapi("TranscriptionPatch");

export const transcriptionWithSegments = transcription
  .extend({ segments: z.array(segment) })
  .openapi("TranscriptionWithSegments");

export const transcriptionWish = z
  .object({
    engine: z.string().min(1).max(100).optional(),
    model: z.string().min(1).max(200).optional(),
    language: language.optional(),
    priority: jobPriority.optional(),
  })
  .openapi("TranscriptionWish");

export const segmentEdit = z.union([
  z
    .object({
      text: z.string().max(20_000),
      was: z
        .string()
        .max(20_000)
        .optional()
        .describe("The text that was corrected; 412 `changed-meanwhile` when it is another now"),
    })
    .strict(),
  z.object({ undo: z.literal(true) }).strict(),
]);

const speakerName = z.string().trim().normalize("NFC").min(1).max(200);

/** Everything that `speaker` says, or the segments from `first` to `last`; a name of null takes it away. */
export const speakerNaming = z
  .union([
    z.object({ speaker: speakerName, name: speakerName.nullable() }).strict(),
    z
      .object({
        first: z.int().min(0).max(2_147_483_647),
        last: z.int().min(0).max(2_147_483_647),
        name: speakerName.nullable(),
      })
      .strict()
      .refine(({ first, last }) => last >= first, {
        path: ["last"],
        error: "comes before its start",
      }),
  ])
  .openapi("SpeakerNaming");
export type SpeakerNaming = z.infer<typeof speakerNaming>;

export const speakersNamed = z.object({
  changed: z.number().openapi({ description: "Segments that have another name now" }),
});

export const engine = z
  .object({
    name: z.string(),
    label: z.string(),
    rough: z.boolean(),
    available: z.boolean(),
    models: z.array(z.string()),
    default_model: z.string().nullable(),
    remedy: z.string().nullable(),
  })
  .openapi("TranscriptionEngine");

export const engines = z.object({ items: z.array(engine) });

export type TranscriptionJob = z.infer<typeof transcriptionJob>;
export type Segment = z.infer<typeof segment>;
export type TranscriptionSummary = z.infer<typeof transcriptionSummary>;
export type Transcription = z.infer<typeof transcription>;
export type TranscriptionWithSegments = z.infer<typeof transcriptionWithSegments>;
export type TranscriptionEngines = z.infer<typeof engines>;
