import { z } from "@hono/zod-openapi";

export const scope = z.enum(["read", "write"]);

export const apiKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    hint: z.string().openapi({ description: "The first characters of the key" }),
    scopes: z.array(scope),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime().nullable(),
    last_used_at: z.iso.datetime().nullable(),
  })
  .openapi("ApiKey");

export const madeApiKey = apiKey.extend({ key: z.string() });

export type MadeApiKey = z.infer<typeof madeApiKey>;
export type ApiKey = z.infer<typeof apiKey>;
