import { z } from "@hono/zod-openapi";
import { MARK_COLOURS } from "#server/vocabulary.ts";

const colour = z.enum(MARK_COLOURS);
const note = z.string().trim().normalize("NFC").min(1).max(20_000);
const area = z.array(z.number().min(0).max(1)).length(4).openapi({
  description: "The part of a picture: [x, y, width, height] in fractions of it as it is shown",
});
const sourceKind = z.enum(["recording", "study_material"]);

/** With what adding two fractions may be off. */
const isInside = (from: number, length: number) => length > 0 && from + length <= 1 + 1e-9;

export const mark = z
  .object({
    id: z.uuid(),
    source: z.object({ kind: sourceKind, id: z.uuid(), title: z.string() }),
    quote: z.string().nullable().openapi({ description: "The marked words, literally" }),
    start_offset: z
      .number()
      .nullable()
      .openapi({ description: "UTF-16 code units in the source's text" }),
    end_offset: z.number().nullable(),
    at_seconds: z.number().nullable(),
    page: z.number().nullable(),
    area: area.nullable(),
    colour: colour.nullable(),
    note: z.string().nullable().openapi({ description: "Markdown" }),
    status: z.enum(["valid", "moved", "changed"]).openapi({
      description:
        "moved: the text was edited and the words stand elsewhere; changed: they are gone",
    }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi("Mark");

/** A place: words by their offsets, a second of a recording, a page of a document, or a part of a picture. */
export const newMark = z
  .object({
    source: z.object({ kind: sourceKind, id: z.uuid() }),
    start_offset: z.number().int().min(0).max(20_000_000).optional(),
    end_offset: z.number().int().min(1).max(20_000_000).optional(),
    at_seconds: z.number().min(0).max(1e7).optional(),
    page: z.number().int().min(1).max(100_000).optional(),
    area: area.optional(),
    colour: colour.optional(),
    note: note.optional(),
  })
  .refine(
    ({ start_offset, end_offset }) => (start_offset === undefined) === (end_offset === undefined),
    {
      path: ["end_offset"],
      error: "comes together with start_offset",
    },
  )
  .refine(
    (at) => [at.start_offset, at.at_seconds, at.page, at.area].some((place) => place !== undefined),
    {
      path: ["start_offset"],
      error: "is missing, and so are at_seconds, page and area",
    },
  )
  .refine(
    ({ area: [x = 0, y = 0, width = 1, height = 1] = [] }) =>
      isInside(x, width) && isInside(y, height),
    {
      path: ["area"],
      error: "is not a part of the picture",
    },
  )
  .openapi("NewMark");

export const markPatch = z
  .object({
    colour: colour.nullable(),
    note: note.nullable(),
    at_seconds: z.number().min(0).max(1e7),
  })
  .partial()
  .openapi("MarkPatch");

export const markFilters = z.object({
  source_kind: sourceKind.optional(),
  source_id: z.uuid().optional(),
  q: z.string().trim().normalize("NFC").min(1).max(200).optional(),
});
