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

export type OfferedLogins = z.infer<typeof offeredLogins>;
