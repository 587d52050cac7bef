import { z } from "@hono/zod-openapi";

export const passkey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    backed_up: z.boolean().openapi({ description: "Copied to other devices of the person" }),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable(),
  })
  .openapi("Passkey");

export type Passkey = z.infer<typeof passkey>;
