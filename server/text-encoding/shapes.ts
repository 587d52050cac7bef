import { z } from "@hono/zod-openapi";

/** How it was decided which encoding a text has; see decode-text.ts. */
export const foundBy = z.enum(["student", "mark", "declared", "content", "guess"]);
