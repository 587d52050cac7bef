import { z } from "@hono/zod-openapi";
import { subject, subjectFilter, tags } from "#server/http/shapes.ts";
import { recording } from "../recordings/shapes.ts";
import { materialSummary } from "../study-materials/shapes.ts";

export const libraryKind = z.enum(["recording", "study_material"]);
export const libraryState = z.enum(["ready", "working", "failed", "no_text"]);
export const librarySort = z.enum(["newest", "oldest", "title", "opened"]);

export const libraryFilters = z.object({
  kind: libraryKind.optional(),
  subject: subjectFilter.optional(),
  tag: z.string().normalize("NFC").min(1, "is empty").max(100).optional(),
  state: libraryState.optional().openapi({
    description:
      "`working`: is being transcribed or read; `no_text`: a recording that nobody transcribes",
  }),
  sort: librarySort.default("newest").openapi({ description: "`opened`: last opened first" }),
});

const firstLine = z.string().nullable().openapi({
  description: "What its text begins with, at most 160 characters; null where there are no words",
});

export const libraryItem = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("recording"), item: recording, first_line: firstLine }),
    z.object({ kind: z.literal("study_material"), item: materialSummary, first_line: firstLine }),
  ])
  .openapi("LibraryItem");

const thing = z.object({ kind: libraryKind, id: z.uuid({ error: "is not an id" }) });

export const things = z
  .array(thing)
  .min(1, "is empty")
  .max(200, "are more than 200")
  .openapi("LibraryThings");

export const libraryChange = z
  .object({
    items: things,
    subject: subject.nullable().optional(),
    add_tags: tags.optional(),
    remove_tags: tags.optional(),
  })
  .openapi("LibraryChange");

export const libraryChanged = z.object({ changed: z.number() });

export const libraryTags = z.object({
  items: z.array(z.object({ tag: z.string(), things: z.number() })),
});

export type LibraryFilters = z.infer<typeof libraryFilters>;
export type LibraryItem = z.infer<typeof libraryItem>;
export type LibraryState = z.infer<typeof libraryState>;
export type LibrarySort = z.infer<typeof librarySort>;
export type Things = z.infer<typeof things>;
export type LibraryTags = z.infer<typeof libraryTags>;
