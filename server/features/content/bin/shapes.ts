import { z } from "@hono/zod-openapi";
import { libraryKind, things } from "../library/shapes.ts";

export const binnedThing = z
  .object({
    kind: libraryKind,
    id: z.uuid(),
    title: z.string(),
    subject: z.string().nullable(),
    size_bytes: z.number().nullable(),
    binned_at: z.iso.datetime(),
    /** Then it is deleted, with everything that is its own. */
    deleted_at: z.iso.datetime(),
  })
  .openapi("BinnedThing");

export const binWish = z.object({ items: things }).openapi("BinWish");
export const binned = z.object({ moved: z.number() });
export const emptied = z.object({
  deleted: z.number(),
  /** Still in the bin: the same request goes on with them. */
  left: z.number(),
});

export type BinnedThing = z.infer<typeof binnedThing>;

export type Binned = z.infer<typeof binned>;
export type Emptied = z.infer<typeof emptied>;
