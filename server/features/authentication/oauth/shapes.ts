import { z } from "@hono/zod-openapi";

export const offeredLogins = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      linked: z.boolean().optional(),
      email: z.string().nullable().optional(),
    }),
  ),
  registration: z.enum(["open", "invitation", "closed"]),
});

/** Where this browser goes next. */
export const startedLink = z.object({ url: z.string() });

export type StartedLink = z.infer<typeof startedLink>;
export type OfferedLogins = z.infer<typeof offeredLogins>;
