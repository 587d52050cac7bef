import { z } from "@hono/zod-openapi";

export const speakerSearch = z
  .object({
    voices: z.int().min(1).max(20).optional().openapi({
      description: "How many people speak; left out: found out by the voices",
    }),
    label: z.string().trim().normalize("NFC").min(1).max(50).default("Speaker").openapi({
      description: "What voices are called until they are named: `Speaker 1`",
    }),
  })
  .openapi("SpeakerSearch");
export type SpeakerSearch = z.infer<typeof speakerSearch>;

export const recordingSpeakers = z
  .object({
    recording_id: z.uuid(),
    status: z.enum(["none", "pending", "processing", "ready", "failed"]).openapi({
      description: "`none`: nobody asked yet",
    }),
    job_id: z.uuid().nullable(),
    voices_asked: z.number().nullable(),
    speakers: z
      .array(z.object({ name: z.string(), seconds: z.number() }))
      .openapi({ description: "Who was found, and for how long each speaks, the longest first" }),
    model: z.string().nullable(),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    remedy: z
      .string()
      .nullable()
      .openapi({ description: "What this server needs before it can tell voices apart" }),
  })
  .openapi("RecordingSpeakers");
export type RecordingSpeakers = z.infer<typeof recordingSpeakers>;
