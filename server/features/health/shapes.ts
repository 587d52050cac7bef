import { z } from "@hono/zod-openapi";

export const part = z.object({
  status: z.enum(["ok", "degraded", "down"]),
  detail: z.string().optional(),
});
export type Part = z.infer<typeof part>;

export const health = z
  .object({
    status: z.enum(["ok", "degraded", "down"]),
    parts: z.object({
      database: part,
      storage: part,
      worker: part,
      stt: part,
      tts: part,
      llm: part,
      mail: part,
      embeddings: part.optional().openapi({ description: "Where search by meaning is set up" }),
    }),
  })
  .openapi("Health");

export const limits = z
  .object({
    audio_bytes: z.number(),
    document_bytes: z.number(),
    message_length: z.number(),
    title_length: z.number(),
    subject_length: z.number(),
    logins_per_minute: z.number(),
    registrations_per_hour: z.number(),
    resets_per_hour: z.number(),
    recording_formats: z.array(z.string()).openapi({
      description: "File extensions of recordings whose sound this server can read",
    }),
    caption_formats: z.array(z.string()),
    picture_languages: z
      .array(z.string())
      .openapi({ description: "Languages in which pictures of text are read here, BCP 47" }),
    documents: z
      .array(
        z.object({
          kind: z.string(),
          name: z.string(),
          extensions: z.array(z.string()),
          mime_type: z.string(),
        }),
      )
      .openapi({ description: "Study materials that can be read, by their content" }),
  })
  .openapi("Limits");

export type Limits = z.infer<typeof limits>;

export type Health = z.infer<typeof health>;
