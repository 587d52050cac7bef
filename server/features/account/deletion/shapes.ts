import { z } from "@hono/zod-openapi";
import { assertion } from "#server/features/authentication/passkeys/shapes.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const receipt = z
  .object({
    format: z.literal(2),
    id: z.uuid(),
    scope: z.enum(["account", "things"]),
    account_hash: hash
      .nullable()
      .openapi({ description: "Of an account: SHA-256 of its id, hexadecimal" }),
    thing_hashes: z
      .array(hash)
      .openapi({ description: "Of things: SHA-256 of each id that is gone, sorted" }),
    file_hashes: z.array(hash).openapi({
      description:
        "SHA-256 of the name of each file that does not stand under the account's own prefix, sorted",
    }),
    deleted_at: z.iso.datetime(),
    counts: z.record(z.string(), z.number()).openapi({ description: "Rows by table, and files" }),
    hashes: z
      .record(z.string(), hash)
      .openapi({ description: "By table: SHA-256 over its sorted ids; files: over their names" }),
    kept: z.record(z.string(), z.number()).openapi({
      description: "What quotes the deleted things and stays, because it is the student's own work",
    }),
    backups: z.string().openapi({ description: "What backups still hold, and until when" }),
    backups_until: z.iso.datetime().nullable(),
    key_id: z.string(),
    signature: z.string().openapi({
      description: "Ed25519 over the canonical JSON of the rest (RFC 8785), base64url",
    }),
  })
  .openapi("DeletionReceipt");

export type Receipt = z.infer<typeof receipt>;

export const receiptKey = z
  .object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string(), kid: z.string() })
  .openapi("DeletionReceiptKey");

/** Of an account that is to be deleted. */
export const scheduledDeletion = z
  .object({
    delete_at: z.iso.datetime(),
    asked_by: z.enum(["person", "administrator"]),
    receipt_id: z.uuid().openapi({ description: "For GET /account/receipts/{id} afterwards" }),
    created_at: z.iso.datetime(),
  })
  .openapi("ScheduledDeletion");

export type ScheduledDeletion = z.infer<typeof scheduledDeletion>;

export const deletionState = z
  .object({
    deletion: scheduledDeletion.nullable(),
    grace_days: z.number().openapi({ description: "Days between the wish and the deletion" }),
  })
  .openapi("DeletionState");

export type DeletionState = z.infer<typeof deletionState>;

export const deletedNow = z.object({ receipt });
export type DeletedNow = z.infer<typeof deletedNow>;

export const erased = z
  .object({
    receipt,
    left: z.number().openapi({
      description: "Things of the subject that are still there: the same request deletes the next",
    }),
  })
  .openapi("Erased");
export type Erased = z.infer<typeof erased>;

export const deletedLater = z.object({ deletion: scheduledDeletion });
export type DeletedLater = z.infer<typeof deletedLater>;

/**
 * One of them: the password, the answer of a passkey (challenge from `POST /auth/passkeys/login/start`), the token of a
 * mailed link.
 */
export const accountDeletion = z
  .object({
    password: z.string().max(1000).optional(),
    passkey: assertion.optional(),
    token: z.string().max(200).optional(),
  })
  .openapi("AccountDeletion");

export const erasure = z
  .object({
    recordings: z.array(z.uuid()).max(1000).optional(),
    study_materials: z.array(z.uuid()).max(1000).optional(),
    subject: z.string().min(1).max(100).optional().openapi({
      description: "All recordings, materials, cards and conversations of this subject",
    }),
  })
  .openapi("Erasure");
