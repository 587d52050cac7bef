import { z } from "@hono/zod-openapi";
import { fit } from "#server/features/study/reviews/shapes.ts";
import { subject } from "#server/http/shapes.ts";

const date = z.string().openapi({ description: "YYYY-MM-DD, a day of study" });

export const exam = z
  .object({
    id: z.string(),
    title: z.string(),
    subject: z.string().nullable(),
    exam_on: date,
    cards: z.number(),
    new_cards: z.number(),
    days_left: z.number(),
    plan: z.object({
      new_cards_a_day: z.number(),
      new_cards_done_on: date,
    }),
  })
  .openapi("Exam");

export type Exam = z.infer<typeof exam>;

export const todayAnswer = z
  .object({
    date,
    day_ends_at: z.iso.datetime(),
    due: z.object({
      learning: z.number(),
      review: z.number(),
      new: z.number(),
      total: z.number(),
      by_subject: z.array(z.object({ subject: z.string().nullable(), due: z.number() })),
    }),
    next_due_at: z.iso.datetime().nullable(),
    done_today: z.number(),
    go_on: z.array(
      z.object({
        source: z.object({
          kind: z.enum(["recording", "study_material"]),
          id: z.string(),
          title: z.string(),
        }),
        subject: z.string().nullable(),
        at_seconds: z.number().nullable(),
        duration_seconds: z.number().nullable(),
        page: z.number().nullable(),
        page_count: z.number().nullable(),
        seen_at: z.iso.datetime(),
      }),
    ),
    new_since: z.object({
      since: z.iso.datetime(),
      items: z.array(
        z.object({
          kind: z.string(),
          id: z.string(),
          title: z.string(),
          subject: z.string().nullable(),
          created_at: z.iso.datetime(),
        }),
      ),
    }),
    exams: z.array(exam),
  })
  .openapi("Today");

export type Today = z.infer<typeof todayAnswer>;

export const statistics = z
  .object({
    date,
    cards: z.object({
      total: z.number(),
      new: z.number(),
      learning: z.number(),
      review: z.number(),
      relearning: z.number(),
      suspended: z.number(),
      leeches: z.number(),
    }),
    reviews: z.object({
      total: z.number(),
      today: z.number(),
      seconds_today: z.number(),
      in_period: z.number(),
      seconds_in_period: z.number(),
    }),
    retention: z.object({
      desired: z.number(),
      reviews: z.number().openapi({ description: "On a later day than the one before" }),
      recalled: z.number(),
      rate: z.number().nullable(),
    }),
    streak: z.object({ current: z.number(), longest: z.number(), studied_today: z.boolean() }),
    days: z.array(
      z.object({
        date,
        reviews: z.number(),
        tested: z.number(),
        recalled: z.number(),
        seconds: z.number(),
      }),
    ),
    forecast: z.array(z.object({ date, due: z.number() })),
    weak: z
      .array(
        z.object({
          source: z
            .object({ kind: z.enum(["recording", "study_material"]), id: z.string() })
            .nullable(),
          title: z.string(),
          subject: z.string().nullable(),
          tested: z.number(),
          recalled: z.number(),
        }),
      )
      .openapi({
        description: "Sources, or subjects of cards without one, of which least was recalled",
      }),
    fit: fit.nullable(),
  })
  .openapi("StudyStatistics");

export type Statistics = z.infer<typeof statistics>;

export const subjectSummary = z.object({
  subject: z.string(),
  recordings: z.number(),
  study_materials: z.number(),
  conversations: z.number(),
  cards: z.number(),
  due: z.number(),
});
export type SubjectSummary = z.infer<typeof subjectSummary>;

export const subjectSummaries = z.object({ items: z.array(subjectSummary) });
export type SubjectSummaries = z.infer<typeof subjectSummaries>;

export const newPlace = z.object({
  source: z.object({ kind: z.enum(["recording", "study_material"]), id: z.uuid("is not an id") }),
  at_seconds: z.number().min(0).optional(),
  page: z.number().int().min(1).optional(),
});

export const newExam = z.object({
  title: z.string().trim().min(1, "is empty").max(500, "is longer than 500 characters"),
  subject: subject.nullable().optional(),
  exam_on: z.iso.date("is not a date such as 2027-02-14"),
});
