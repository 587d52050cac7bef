import { z } from "@hono/zod-openapi";

export const role = z.enum(["student", "administrator"]);

export const account = z
  .object({
    id: z.uuid(),
    email: z.string(),
    email_verified_at: z.iso.datetime().nullable(),
    username: z.string().nullable(),
    full_name: z.string().nullable(),
    role,
    last_login_at: z.iso.datetime().nullable(),
    disabled_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
  })
  .openapi("Account");

export const invitation = z
  .object({
    id: z.uuid(),
    email: z.string().nullable(),
    role,
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    used_at: z.iso.datetime().nullable(),
    used_by: z.uuid().nullable(),
  })
  .openapi("Invitation");

export const madeInvitation = invitation.extend({ url: z.string(), token: z.string() });

export type Account = z.infer<typeof account>;
export type MadeInvitation = z.infer<typeof madeInvitation>;
export type Invitation = z.infer<typeof invitation>;
