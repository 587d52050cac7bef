import { z } from "@hono/zod-openapi";

export const ACTIVITY_KINDS = [
  "registered",
  "login",
  "login-new-device",
  "token-reused",
  "password-changed",
  "password-reset",
  "email-change-asked",
  "email-changed",
  "email-change-undone",
  "key-made",
  "key-deleted",
  "passkey-added",
  "passkey-deleted",
  "account-linked",
  "account-unlinked",
  "second-factor-added",
  "second-factor-removed",
  "recovery-codes-made",
  "session-ended",
  "ways-in-ended",
  "exported",
  "imported",
  "deletion-asked",
  "deletion-taken-back",
  "things-deleted",
] as const;

export type ActivityKind = (typeof ACTIVITY_KINDS)[number];

export const activity = z
  .object({
    id: z.uuid(),
    kind: z.enum(ACTIVITY_KINDS),
    detail: z.string().nullable().openapi({ description: "The name of what it was about" }),
    device: z.string().nullable(),
    address: z.string().nullable(),
    created_at: z.iso.datetime(),
  })
  .openapi("Activity");

export type Activity = z.infer<typeof activity>;
