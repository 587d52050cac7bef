import { z } from "@hono/zod-openapi";
import { sourceKind } from "#server/features/search/shapes.ts";
import { question, subject, title } from "#server/http/shapes.ts";

export const conversation = z
  .object({
    id: z.uuid(),
    title: z.string(),
    subject: z.string().nullable(),
    source_kind: sourceKind.nullable(),
    source_id: z.uuid().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi("Conversation");

/** When it was used, in microseconds since 1970, and its id. */
export const conversationCursor = z
  .string()
  .regex(/^\d{1,16}_[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/, "is not a cursor of this list");

export const newConversation = z
  .object({
    title: title.optional().openapi({
      description:
        "Left out: the first question, then the term that its answer quotes and the source",
    }),
    subject: subject.optional().openapi({ description: "Answer from this subject only" }),
    source_kind: sourceKind.optional(),
    source_id: z
      .uuid({ error: "is not an id" })
      .optional()
      .openapi({ description: "Answer from this recording or study material only" }),
  })
  .refine(
    ({ source_kind, source_id }) => (source_kind === undefined) === (source_id === undefined),
    { error: "goes together with source_kind", path: ["source_id"] },
  );

export const conversationPatch = z.object({
  title: title.optional(),
  subject: subject.nullable().optional(),
});

export const citation = z
  .object({
    number: z.number(),
    quote: z.string(),
    source: z.object({
      kind: sourceKind,
      id: z.uuid().nullable(),
      title: z.string(),
      transcription_id: z.uuid().nullable().optional(),
    }),
    page: z.number().nullable().optional(),
    start_seconds: z.number().nullable().optional(),
    end_seconds: z.number().nullable().optional(),
    start_offset: z.number(),
    end_offset: z.number(),
    status: z.enum(["valid", "moved", "changed"]),
  })
  .openapi("Citation", {
    description:
      "The quote is literally the text of the source at these offsets; checked before it is shown or stored",
  });

export const message = z
  .object({
    id: z.uuid(),
    conversation_id: z.uuid(),
    reply_to: z.uuid().nullable(),
    role: z.enum(["user", "assistant"]),
    content: z.string(),
    status: z.enum(["streaming", "complete", "stopped", "failed"]),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    engine: z
      .string()
      .nullable()
      .openapi({ description: "`quotes` where no language model is set up" }),
    model: z.string().nullable(),
    dropped_citations: z.number().openapi({
      description: "Quotations of the model that are not in the source and were left out",
    }),
    summarised_messages: z.number().openapi({
      description: "Earlier messages that the language model was given in short",
    }),
    materials: z.enum(["first", "only", "none"]).openapi({
      description:
        "Of a question: what its answers may rest on (`use_materials`, `materials_only`)",
    }),
    sentences: z.number().openapi({ description: "Sentences of an answer" }),
    sentences_with_witness: z
      .number()
      .openapi({ description: "Of these, the ones that carry a quotation" }),
    sentences_without_witness: z.array(z.string()).openapi({
      description: "The ones of a language model that carry none",
    }),
    claims_without_witness: z.array(z.string()).openapi({
      description:
        "Sentences that name a lecture, a page or a slide as their source and carry no quotation",
    }),
    from_materials: z
      .boolean()
      .openapi({ description: "False for an answer that rests on nothing in the materials" }),
    citations: z.array(citation),
    siblings: z
      .array(z.uuid())
      .openapi({ description: "Other versions of this message, itself included, oldest first" }),
    created_at: z.iso.datetime(),
    completed_at: z.iso.datetime().nullable(),
  })
  .openapi("Message");

export const newMessage = z.object({
  content: question,
  use_materials: z
    .boolean()
    .default(true)
    .openapi({ description: "False: from general knowledge alone; kept with the question" }),
  materials_only: z.boolean().default(false).openapi({
    description: "No general knowledge where the materials do not answer; kept with the question",
  }),
  edit_of: z.uuid({ error: "is not an id" }).optional().openapi({
    description: "A question of this conversation that this one replaces: a new branch",
  }),
});

export const followUps = z.object({ items: z.array(z.string()) });

export type FollowUps = z.infer<typeof followUps>;
export type Conversation = z.infer<typeof conversation>;
export type Citation = z.infer<typeof citation>;
export type Message = z.infer<typeof message>;

/** What is sent while an answer is written, by the event's name. */
export const answerEvents = {
  start: z.object({ question: message, message }),
  token: z.object({ text: z.string() }),
  /** Always before the text that has its number. */
  citation,
  done: z.object({ message }),
  /** Without a message where it could not even be stored. */
  error: z.object({ code: z.string(), detail: z.string(), message: message.optional() }),
};
export type AnswerEvent = {
  [K in keyof typeof answerEvents]: { event: K; data: z.infer<(typeof answerEvents)[K]> };
}[keyof typeof answerEvents];
