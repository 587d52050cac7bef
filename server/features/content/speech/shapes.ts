import { z } from "@hono/zod-openapi";
import { language, subject } from "#server/http/shapes.ts";

export const speechFormat = z.enum(["mp3", "ogg", "wav"]);

export const spokenWord = z.object({
  start: z.number(),
  end: z.number(),
  start_offset: z.number(),
  end_offset: z.number(),
});

/** As lists carry it: text and words are fetched one by one. */
export const speechSummary = z
  .object({
    id: z.uuid(),
    job_id: z.uuid().nullable(),
    excerpt: z.string().openapi({ description: "How the text begins" }),
    source_kind: z.enum(["transcription", "study_material", "message"]).nullable(),
    source_id: z.uuid().nullable(),
    subject: z
      .string()
      .nullable()
      .openapi({ description: "All documents of it are read, one after the other" }),
    provider: z.string(),
    voice: z.string(),
    speed: z.number(),
    format: speechFormat,
    status: z.enum(["pending", "processing", "ready", "failed"]),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    size_bytes: z.number().nullable(),
    duration_seconds: z.number().nullable(),
    created_at: z.iso.datetime(),
    completed_at: z.iso.datetime().nullable(),
  })
  .openapi("SpeechSummary");

export const speech = speechSummary
  .omit({ excerpt: true })
  .extend({ text: z.string(), words: z.array(spokenWord).nullable() })
  .openapi("Speech");

export const speechWish = z
  .object({
    text: z.string().trim().min(1).max(1_000_000).optional(),
    source: z
      .object({ kind: z.enum(["transcription", "study_material", "message"]), id: z.uuid() })
      .optional(),
    subject: subject.optional().openapi({
      description: "All documents and notes of it, by their titles; an MP3 has a chapter for each",
    }),
    engine: z.string().max(100).optional(),
    voice: z.string().min(1).max(200).optional(),
    /** An engine may speak less slowly or less fast: GET /tts/voices says how far. */
    speed: z.number().min(0.25).max(4).default(1),
    format: speechFormat.default("mp3"),
    language: language.optional(),
  })
  .refine(
    ({ text, source, subject }) =>
      [text, source, subject].filter((one) => one !== undefined).length === 1,
    { error: "give one of text, source and subject", path: ["text"] },
  )
  .openapi("SpeechWish");

export const chosenVoice = z.object({ engine: z.string(), voice: z.string() });
export const voiceChoice = z
  .object({ engine: z.string().min(1).max(100), voice: z.string().min(1).max(200) })
  .openapi("VoiceChoice");

export const voices = z
  .object({
    chosen: z.array(chosenVoice.extend({ language: z.string() })).openapi({
      description:
        "Which voice reads which language to this student; without one, the first that speaks it",
    }),
    engines: z.array(
      z.object({ name: z.string(), label: z.string(), slowest: z.number(), fastest: z.number() }),
    ),
    items: z.array(
      z.object({ id: z.string(), label: z.string(), language: z.string(), engine: z.string() }),
    ),
  })
  .openapi("Voices");

export type SpeechSummary = z.infer<typeof speechSummary>;
export type Speech = z.infer<typeof speech>;
export type SpokenWord = z.infer<typeof spokenWord>;
export type Voices = z.infer<typeof voices>;
