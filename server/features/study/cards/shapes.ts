import { z } from "@hono/zod-openapi";
import { subject, subjectFilter, tags } from "#server/http/shapes.ts";

export const cardKind = z.enum(["basic", "cloze", "choice", "typed", "occlusion"]);
export type CardKind = z.infer<typeof cardKind>;

export const side = z.string().normalize("NFC").max(20_000, "is longer than 20,000 characters");

/** A covered part of a picture, in fractions of its width and height. */
export const coveredPart = z.object({
  x: z.number().min(0).max(1),
  y: z.number().min(0).max(1),
  width: z.number().gt(0).max(1),
  height: z.number().gt(0).max(1),
  label: z.string().max(500).optional(),
});
export type CoveredPart = z.infer<typeof coveredPart>;

export const cardOptions = z.union([
  z.array(z.string().trim().min(1, "is empty").max(2000)).max(20, "are more than 20"),
  z.array(coveredPart).max(200, "are more than 200"),
]);

export const sourceReference = z.object({
  kind: z.enum(["recording", "study_material", "transcription"]),
  id: z.uuid("is not an id"),
});

export const newWitness = z
  .object({
    source: sourceReference,
    quote: z.string().min(1, "is empty").max(10_000).optional(),
    start_offset: z.number().int().min(0).optional(),
    end_offset: z.number().int().min(1).optional(),
  })
  .openapi({
    description:
      "Words of a source: by their offsets (UTF-16 code units of its text), or by a quote " +
      "that is looked for, letter by letter",
  });
export type NewWitness = z.infer<typeof newWitness>;

export const citation = z
  .object({
    number: z.number(),
    quote: z.string(),
    source: z.object({
      kind: z.enum(["recording", "study_material"]),
      id: z.string().nullable(),
      title: z.string(),
      transcription_id: z.string().nullable().optional(),
    }),
    page: z.number().optional(),
    start_seconds: z.number().optional(),
    end_seconds: z.number().optional(),
    start_offset: z.number(),
    end_offset: z.number(),
    status: z.enum(["valid", "moved", "changed"]),
  })
  .openapi("CardWitness");
export type CardWitness = z.infer<typeof citation>;

export const card = z
  .object({
    id: z.string(),
    note_id: z.string().openapi({ description: "The same for cards of one text" }),
    ordinal: z.number().openapi({ description: "Which card of its text: gap c1 is 0" }),
    kind: cardKind,
    front: z.string(),
    back: z.string(),
    options: cardOptions.nullable(),
    subject: z.string().nullable(),
    tags: z.array(z.string()),
    suspended: z.boolean(),
    buried_until: z.iso.datetime().nullable(),
    state: z.enum(["new", "learning", "review", "relearning"]),
    due_at: z.iso.datetime(),
    stability: z.number().nullable(),
    difficulty: z.number().nullable(),
    scheduled_days: z.number(),
    learning_step: z.number(),
    reps: z.number(),
    lapses: z.number(),
    leech: z.boolean(),
    last_reviewed_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    witness: citation.nullable(),
  })
  .openapi("Card");
export type Card = z.infer<typeof card>;

export const madeCard = card
  .extend({
    siblings: z.array(z.string()).openapi({ description: "Ids of the other cards of this text" }),
    duplicates: z
      .array(z.string())
      .openapi({ description: "Ids of cards that have the same front already" }),
  })
  .openapi("NewCardAnswer");
export type MadeCard = z.infer<typeof madeCard>;

export const newCard = z.object({
  kind: cardKind.default("basic"),
  front: side.refine((text) => text.trim() !== "", "is empty"),
  back: side.default(""),
  options: cardOptions.nullable().optional(),
  subject: subject.nullable().optional(),
  tags: tags.default([]),
  suspended: z.boolean().default(false),
  witness: newWitness.nullable().optional(),
});
export type NewCard = z.infer<typeof newCard>;

export const cardPatch = z.object({
  front: side.refine((text) => text.trim() !== "", "is empty").optional(),
  back: side.optional(),
  options: cardOptions.nullable().optional(),
  subject: subject.nullable().optional(),
  tags: tags.optional(),
  suspended: z.boolean().optional(),
  buried: z.boolean().optional().openapi({ description: "true: not before the next day of study" }),
  witness: newWitness.nullable().optional(),
});
export type CardPatch = z.infer<typeof cardPatch>;

const ids = z.array(z.uuid("is not an id")).min(1, "is empty").max(1000, "are more than 1,000");

export const cardsPatch = z.object({
  ids,
  subject: subject.nullable().optional(),
  add_tags: tags.optional(),
  remove_tags: tags.optional(),
  suspended: z.boolean().optional(),
  buried: z.boolean().optional(),
});

export const cardsDeletion = z.object({ ids });

export const newCards = z.object({
  text: z.string().max(1_000_000, "is longer than a million characters"),
  subject: subject.nullable().optional(),
  tags: tags.default([]),
});

export const newCardsAnswer = z.object({
  items: z.array(card),
  made: z.number(),
  skipped: z.array(z.object({ line: z.number(), text: z.string(), reason: z.string() })),
  duplicates: z.array(z.object({ line: z.number(), card_ids: z.array(z.string()) })),
});

export type NewCardsAnswer = z.infer<typeof newCardsAnswer>;

const flag = z.enum(["true", "false"]).optional();

export const cardFilters = z.object({
  subject: subjectFilter.optional(),
  source_id: z.uuid("is not an id").optional(),
  tag: z.string().normalize("NFC").max(100).optional(),
  due: flag,
  q: z.string().normalize("NFC").max(500).optional(),
  kind: cardKind.optional(),
  state: z.enum(["new", "learning", "review", "relearning"]).optional(),
  suspended: flag,
  leech: flag,
});
export type CardFilters = z.infer<typeof cardFilters>;

export const media = z.object({
  id: z.string(),
  url: z.string().openapi({ description: "As Markdown of a card names it" }),
  filename: z.string(),
  mime_type: z.string(),
  size_bytes: z.number(),
});
export type CardMedia = z.infer<typeof media>;
