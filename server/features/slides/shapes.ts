import { z } from "@hono/zod-openapi";

export const slideSpan = z
  .object({
    page: z.number().int().nullable().openapi({ description: "From 1; null: no page was shown" }),
    start_seconds: z.number(),
    end_seconds: z.number(),
    confirmed: z
      .boolean()
      .openapi({ description: "Set by you; it stays when the rest is aligned anew" }),
  })
  .openapi("SlideSpan");

export const slidesStatus = z.enum(["pending", "processing", "ready", "failed"]);

export const recordingSlides = z
  .object({
    recording_id: z.uuid(),
    study_material_id: z.uuid(),
    title: z.string(),
    page_count: z.number().nullable(),
    status: slidesStatus,
    waits_for: z
      .enum(["transcription", "study_material"])
      .nullable()
      .openapi({ description: "What has to be there before the pages can be aligned" }),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    spans: z.array(slideSpan).openapi({
      description: "From 0 to the end of the recording without gaps; empty until ready",
    }),
    unspoken_pages: z
      .array(z.number())
      .openapi({ description: "Pages that were never shown, as far as the words tell" }),
  })
  .openapi("RecordingSlides");

export const slidesLink = z.object({ study_material_id: z.uuid() }).openapi("SlidesLink");

/** One boundary: from `start_seconds` on the page is `page`, up to `end_seconds` or the next boundary. */
export const slideCorrection = z
  .object({
    start_seconds: z.number().min(0).max(1e7),
    end_seconds: z.number().min(0).max(1e7).optional(),
    page: z.number().int().min(1).max(100_000).nullable(),
  })
  .refine(
    ({ start_seconds, end_seconds }) => end_seconds === undefined || end_seconds > start_seconds,
    {
      path: ["end_seconds"],
      error: "comes before its start",
    },
  )
  .openapi("SlideCorrection");

export const slidesSuggestions = z
  .object({
    items: z.array(
      z.object({
        study_material_id: z.uuid(),
        title: z.string(),
        page_count: z.number().nullable(),
        likeness: z.number().openapi({
          description: "0 to 1: how many pairs of its neighbouring words are said as such",
        }),
      }),
    ),
  })
  .openapi("SlidesSuggestions");
