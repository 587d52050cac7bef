import { z } from "@hono/zod-openapi";

export const secondFactor = z.object({ totp: z.boolean(), recovery_codes_left: z.number() });
export type SecondFactor = z.infer<typeof secondFactor>;

export const startedTotp = z.object({ secret: z.string(), uri: z.string() });
export type StartedTotp = z.infer<typeof startedTotp>;

export const recoveryCodes = z
  .object({ recovery_codes: z.array(z.string()) })
  .openapi("RecoveryCodes");
export type RecoveryCodes = z.infer<typeof recoveryCodes>;
