import { z } from "@hono/zod-openapi";
import { CHANGED_KINDS } from "#server/changes.ts";

export const changed = z.object({
  kind: z.enum(CHANGED_KINDS),
  id: z.uuid(),
  change: z.enum(["created", "updated", "deleted"]),
});

/** By the event's name. */
export const changeEvents = { ready: z.object({}), changed };
