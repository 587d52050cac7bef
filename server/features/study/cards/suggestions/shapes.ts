import { z } from "@hono/zod-openapi";
import { card, cardKind, cardPatch, newCard } from "#server/features/study/cards/shapes.ts";
import { subject } from "#server/http/shapes.ts";

export const sourceOfText = z.object({
  kind: z.enum(["recording", "study_material"]),
  id: z.uuid("is not an id"),
});

export const newSuggestions = z
  .object({
    source: sourceOfText.optional(),
    subject: subject.optional(),
    count: z.number().int().min(1).max(100, "is more than 100").default(10),
    kinds: z
      .array(cardKind.exclude(["occlusion"]))
      .max(4)
      .optional(),
  })
  .refine(({ source, subject: named }) => (source === undefined) !== (named === undefined), {
    message: "needs a source or a subject, and not both",
    path: ["source"],
  });

export const suggestedCard = z.object({
  item: z.number().openapi({ description: "Its number in this suggestion, from 0" }),
  kind: cardKind.exclude(["occlusion"]),
  front: z.string(),
  back: z.string(),
  options: z.array(z.string()).nullable(),
  subject: z.string().nullable(),
  tags: z.array(z.string()),
  decision: z.enum(["kept", "dropped"]).nullable(),
  card_id: z.string().nullable(),
  witness: card.shape.witness.unwrap(),
});

export const suggestions = z
  .object({
    id: z.string(),
    status: z.enum(["pending", "processing", "completed", "failed", "cancelled"]),
    source: sourceOfText.nullable(),
    subject: z.string().nullable(),
    kinds: z.array(cardKind),
    asked: z.number(),
    made: z.number(),
    dropped: z.number().openapi({
      description: "How many a language model made that did not stand the check",
    }),
    engine: z.string().nullable(),
    message: z.string().nullable(),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    created_at: z.iso.datetime(),
    completed_at: z.iso.datetime().nullable(),
    items: z.array(suggestedCard),
  })
  .openapi("CardSuggestions");
export type Suggestions = z.infer<typeof suggestions>;
export type SuggestedCard = z.infer<typeof suggestedCard>;

export const keptSuggestion = z.object({
  suggestion_id: z.uuid("is not an id"),
  item: z.number().int().min(0),
  changes: cardPatch
    .pick({ front: true, back: true, options: true, subject: true, tags: true })
    .optional(),
});

/** A new card, or a suggested one that is kept: one shape, so that each wrong field is told. */
export const cardOrSuggestion = newCard
  .extend({
    front: newCard.shape.front.optional(),
    suggestion_id: keptSuggestion.shape.suggestion_id.optional(),
    item: keptSuggestion.shape.item.optional(),
    changes: keptSuggestion.shape.changes,
  })
  .superRefine(({ suggestion_id, item, front }, refusal) => {
    if (suggestion_id !== undefined && item === undefined)
      refusal.addIssue({ code: "custom", path: ["item"], message: "is missing" });
    if (suggestion_id === undefined && front === undefined)
      refusal.addIssue({ code: "custom", path: ["front"], message: "is missing" });
  });

export const decision = z.object({ dropped: z.boolean() });
