import { z } from "@hono/zod-openapi";
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";

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

export const bytes = z.string().max(20_000);
/** What browsers send (WebAuthn Level 3, section 5.1: RegistrationResponseJSON, AuthenticationResponseJSON). */
export const credential = z.looseObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,1400}$/, "is not a credential id"),
  rawId: bytes,
  type: z.literal("public-key"),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
});
export const assertion = credential.extend({
  response: z.looseObject({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.optional(),
  }),
});

const options = {
  type: "object",
  description: "For navigator.credentials (WebAuthn Level 3)",
} as const;
export const addingStarted = z.object({
  options: z.custom<PublicKeyCredentialCreationOptionsJSON>().openapi(options),
});
export const loginStarted = z.object({
  options: z.custom<PublicKeyCredentialRequestOptionsJSON>().openapi(options),
});

export type AddingStarted = z.infer<typeof addingStarted>;
export type LoginStarted = z.infer<typeof loginStarted>;
