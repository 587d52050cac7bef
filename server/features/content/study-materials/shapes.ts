import { z } from "@hono/zod-openapi";
import { language, subject, tags, title } from "#server/http/shapes.ts";
import { foundBy } from "#server/text-encoding/shapes.ts";
import { ENCODINGS } from "#server/vocabulary.ts";

export const materialKind = z.enum([
  "note",
  "txt",
  "md",
  "html",
  "pdf",
  "docx",
  "pptx",
  "odt",
  "odp",
  "ods",
  "rtf",
  "epub",
  "xlsx",
  "csv",
  "ipynb",
  "image",
  "web",
]);
export const materialStatus = z.enum(["pending", "processing", "ready", "failed"]);

/** A typed note; longer texts come as files. */
const content = z.string().max(1_000_000, "is longer than a million characters");

export const materialSummary = z
  .object({
    id: z.uuid(),
    title: z.string(),
    kind: materialKind,
    subject: z.string().nullable(),
    language: z.string().nullable(),
    status: materialStatus,
    page_count: z.number().nullable(),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    source_url: z.string().nullable(),
    original_filename: z.string().nullable(),
    mime_type: z.string().nullable(),
    size_bytes: z.number().nullable(),
    text_encoding: z.string().nullable().openapi({
      description: "How the bytes of a text were read; PATCH another one where letters are wrong",
    }),
    text_encoding_found_by: foundBy.nullable(),
    tags: z.array(z.string()),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi("StudyMaterialSummary");

export const material = materialSummary
  .extend({
    content: z.string(),
    sections: z.array(
      z.object({
        page: z.number().optional(),
        heading: z.string().optional(),
        start_offset: z.number(),
        end_offset: z.number(),
        recognised: z
          .boolean()
          .optional()
          .openapi({ description: "The text was read from a picture of the page (OCR)" }),
        words: z
          .array(z.array(z.number()))
          .optional()
          .openapi({
            description:
              "Where words stand in a picture: [start_offset, end_offset, x, y, width, " +
              "height], the last four in fractions of the picture as it is shown",
          }),
      }),
    ),
    layout: z
      .array(
        z.object({
          kind: z.enum(["heading", "item", "table", "note", "speaker_notes", "strong", "emphasis"]),
          start_offset: z.number(),
          end_offset: z.number(),
          level: z
            .number()
            .optional()
            .openapi({ description: "Of a heading, from 1; of an item of a list, from 0" }),
          mark: z
            .number()
            .optional()
            .openapi({ description: "Letters of the sign that an item begins with in the text" }),
          cells: z.array(z.array(z.number())).optional().openapi({
            description:
              "Of a table: [row, column, columns that it reaches over, start_offset, end_offset]",
          }),
          head_rows: z
            .number()
            .optional()
            .openapi({ description: "Rows at the top that name the columns" }),
        }),
      )
      .openapi({
        description:
          "How spans of an office file's text look, in reading order; empty for other kinds",
      }),
    pages_without_text: z.array(z.number()).openapi({
      description: "Pages that are only pictures, and in which no text was recognised",
    }),
    pages_recognised: z
      .array(z.number())
      .openapi({ description: "Pages whose text was read from a picture (OCR)" }),
  })
  .openapi("StudyMaterial");

export const newNote = z.object({
  title,
  content: content.refine((text) => text.trim().length > 0, "is empty"),
  subject: subject.optional(),
  language: language.optional(),
});

export const newWebMaterial = z.object({
  url: z.url({ protocol: /^https?$/, error: "is not an http or https address" }).max(2000),
  title: title.optional(),
  subject: subject.optional(),
  language: language.optional(),
});

export const uploadFields = z.object({
  title: title.optional(),
  subject: subject.optional(),
  language: language.optional(),
});

export const materialPatch = z.object({
  title: title.optional(),
  subject: subject.nullable().optional(),
  tags: tags.optional(),
  language: language.nullable().optional(),
  content: content
    .refine((text) => text.trim().length > 0, "is empty")
    .optional()
    .openapi({ description: "Of a typed note only" }),
  text_encoding: z
    .enum(ENCODINGS)
    .optional()
    .openapi({ description: "The file is read again in this encoding; of a text or a page only" }),
});

export type StudyMaterialSummary = z.infer<typeof materialSummary>;
export type StudyMaterial = z.infer<typeof material>;
