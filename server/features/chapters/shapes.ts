import { z } from "@hono/zod-openapi";

const title = z.string().trim().normalize("NFC").min(1).max(200);

export const chapter = z
  .object({ title: z.string(), start_seconds: z.number() })
  .openapi("Chapter");
export type Chapter = z.infer<typeof chapter>;

export const recordingChapters = z
  .object({
    recording_id: z.uuid(),
    origin: z.enum(["found", "student"]).openapi({
      description: "found: turns of topic of the transcript; student: as they were put in order",
    }),
    items: z.array(chapter).openapi({ description: "In order of time" }),
    updated_at: z.string().openapi({
      description: "For `If-Match`; `found` while the student has not changed them",
    }),
  })
  .openapi("RecordingChapters");
export type RecordingChapters = z.infer<typeof recordingChapters>;

export const chaptersPatch = z
  .object({
    items: z
      .array(z.object({ title, start_seconds: z.number().min(0).max(1e7) }).strict())
      .max(500),
  })
  .strict()
  .openapi("ChaptersPatch");

export const CHAPTER_FORMATS = ["txt", "vtt", "json"] as const;
