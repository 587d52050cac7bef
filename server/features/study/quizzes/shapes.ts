import { z } from "@hono/zod-openapi";
import { card, citation, coveredPart } from "#server/features/study/cards/shapes.ts";
import { sourceOfText } from "#server/features/study/cards/suggestions/shapes.ts";
import { subject } from "#server/http/shapes.ts";
import { why } from "./reasons.ts";

export const questionKind = z.enum(["choice", "typed", "cloze", "basic", "occlusion"]);

export const newQuiz = z
  .object({
    source: sourceOfText.optional(),
    subject: subject.optional(),
    card_ids: z.array(z.uuid("is not an id")).min(1, "is empty").max(200).optional(),
    length: z.number().int().min(1).max(100, "is more than 100").default(10),
    kinds: z.array(questionKind).max(5).optional(),
    mode: z.enum(["practice", "exam"]).default("practice"),
    seconds_allowed: z.number().int().min(10).max(86_400).optional(),
  })
  .refine(
    ({ source, subject: named, card_ids }) =>
      [source, named, card_ids].filter((one) => one !== undefined).length === 1,
    { message: "needs a source, a subject or card_ids, and one of them only", path: ["source"] },
  );

export const question = z.object({
  id: z.string(),
  number: z.number(),
  kind: questionKind,
  front: z.string(),
  options: z.array(z.string()).nullable(),
  parts: z
    .array(coveredPart.omit({ label: true }))
    .nullable()
    .openapi({ description: "Covered parts of the picture in `front`; the first one is asked" }),
  card_id: z.string().nullable(),
  answer: z.string().nullable(),
  right: z.boolean().nullable().openapi({ description: "null: not answered yet" }),
  right_answer: z.string().nullable().openapi({ description: "Shown once it was answered" }),
  witness: citation.nullable().openapi({ description: "Shown once it was answered" }),
});

export const quiz = z
  .object({
    id: z.string(),
    mode: z.enum(["practice", "exam"]),
    source: sourceOfText.nullable(),
    subject: z.string().nullable(),
    seconds_allowed: z.number().nullable(),
    right: z.number(),
    of: z.number(),
    created_at: z.iso.datetime(),
    completed_at: z.iso.datetime().nullable(),
    questions: z.array(question),
  })
  .openapi("Quiz");
export type Quiz = z.infer<typeof quiz>;
export type Question = z.infer<typeof question>;

export const quizSummary = quiz.omit({ questions: true }).openapi("QuizSummary");
export type QuizSummary = z.infer<typeof quizSummary>;

export const newAnswers = z.object({
  answers: z
    .array(
      z.object({
        question_id: z.uuid("is not an id"),
        choice: z
          .union([z.number().int().min(0).max(20), z.string().max(2000)])
          .optional()
          .openapi({ description: "The option's place from 0, or its text" }),
        text: z.string().max(5000, "is longer than 5,000 characters").optional(),
      }),
    )
    .max(200),
});

export const results = z.object({
  right: z.number(),
  of: z.number().openapi({ description: "How many were answered so far; in an exam, all" }),
  questions: z.number(),
  late: z.boolean().openapi({ description: "The exam's time was over" }),
  results: z.array(
    z.object({
      question_id: z.string(),
      right: z.boolean(),
      answer: z.string(),
      right_answer: z.string(),
      witness: citation.nullable(),
    }),
  ),
});

export const cardsOfMistakes = z.object({ items: z.array(card) });
export type CardsOfMistakes = z.infer<typeof cardsOfMistakes>;

export type QuizResults = z.infer<typeof results>;

export const newTeachBack = z
  .object({
    source: sourceOfText.optional(),
    subject: subject.optional(),
    text: z
      .string()
      .max(100_000, "is longer than 100,000 characters")
      .refine((text) => text.trim() !== "", "is empty"),
  })
  .refine(({ source, subject: named }) => (source === undefined) !== (named === undefined), {
    message: "needs a source or a subject, and not both",
    path: ["source"],
  });

const statement = z.object({
  statement: z.string().openapi({ description: "A key statement of the sources, literally" }),
  witness: citation,
  said: z.string().nullable().openapi({ description: "The student's sentence that is nearest" }),
  reason: z.string().openapi({ description: "Why it counts as that" }),
  why,
});

export const teachBack = z
  .object({
    covered: z.array(statement),
    missed: z.array(statement),
    contradicted: z.array(statement),
  })
  .openapi("TeachBack");
export type TeachBack = z.infer<typeof teachBack>;
export type Statement = z.infer<typeof statement>;
