import { z } from "@hono/zod-openapi";
import { card } from "#server/features/study/cards/shapes.ts";
import { isTimeZone } from "./study-day.ts";

export const newReview = z.object({
  id: z
    .uuid({ version: "v7", error: "is not a UUIDv7" })
    .openapi({ description: "Made by the client, so that a batch can be sent again" }),
  card_id: z.uuid("is not an id"),
  rating: z
    .number()
    .int("is not 1, 2, 3 or 4")
    .min(1, "is not 1, 2, 3 or 4")
    .max(4, "is not 1, 2, 3 or 4")
    .openapi({ description: "1 again, 2 hard, 3 good, 4 easy" }),
  reviewed_at: z.iso.datetime({ offset: true, error: "is not a time with a zone" }),
  duration_ms: z.number().int().min(0).max(3_600_000, "is longer than an hour").default(0),
});

export type NewReview = z.infer<typeof newReview>;

export const newReviews = z.object({
  items: z.array(newReview).min(1, "is empty").max(1000, "are more than 1,000"),
});

export const reviewsAnswer = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      card_id: z.string(),
      status: z.enum(["recorded", "repeated", "refused"]).openapi({
        description: "repeated: was there and changed nothing; refused: there is no such card",
      }),
    }),
  ),
  recorded: z.number(),
  repeated: z.number(),
  refused: z.number(),
  cards: z.array(card).openapi({ description: "As they are now" }),
});

export const askedCard = card
  .extend({
    retrievability: z
      .number()
      .nullable()
      .openapi({ description: "Probability that it is recalled now" }),
    ratings: z
      .array(
        z.object({
          rating: z.number(),
          due_at: z.iso.datetime(),
          scheduled_days: z.number(),
          state: card.shape.state,
        }),
      )
      .openapi({ description: "What each rating would lead to" }),
  })
  .openapi("AskedCard");
export type AskedCard = z.infer<typeof askedCard>;

export const nextAnswer = z.object({
  items: z.array(askedCard),
  counts: z
    .object({ learning: z.number(), review: z.number(), new: z.number() })
    .openapi({ description: "What is left today, within the daily limits" }),
  last_review: z.object({ id: z.string(), card_id: z.string() }).nullable().openapi({
    description: "Of today, whatever device it came from: what an undo takes back",
  }),
  next_due_at: z.iso.datetime().nullable().openapi({
    description: "When the next card that is being learned comes back",
  }),
  day_ends_at: z.iso.datetime(),
});
export type NextAnswer = z.infer<typeof nextAnswer>;

const step = z.string().regex(/^[1-9]\d{0,3}[mhd]$/, "is not a wait such as 10m, 1h or 1d");

export const settings = z
  .object({
    time_zone: z.string().max(100).refine(isTimeZone, "is not a time zone such as Europe/Berlin"),
    day_starts_at: z.number().int().min(0).max(23),
    desired_retention: z.number().min(0.7).max(0.99),
    new_per_day: z.number().int().min(0).max(9999),
    reviews_per_day: z.number().int().min(0).max(99_999),
    learning_steps: z.array(step).max(10),
    relearning_steps: z.array(step).max(10),
    maximum_interval_days: z.number().int().min(1).max(36_500),
    leech_lapses: z.number().int().min(1).max(100),
    suspend_leeches: z.boolean(),
  })
  .openapi("StudySettings");

export const fit = z.object({
  fitted_at: z.string(),
  log_length: z.number(),
  reviews: z.number(),
  held_out: z.number(),
  default_log_loss: z.number(),
  fitted_log_loss: z.number(),
  taken: z.boolean(),
});

export const settingsAnswer = settings.extend({
  weights: z.array(z.number()).nullable().openapi({
    description: "The 21 weights of FSRS-6 that fit this student; null: the default ones are used",
  }),
  fit: fit.nullable(),
});
export type StudySettings = z.infer<typeof settingsAnswer>;

export const settingsPatch = settings.partial();
