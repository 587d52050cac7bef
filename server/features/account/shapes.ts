import { z } from "@hono/zod-openapi";

const failure = { error_code: z.string().nullable(), error_message: z.string().nullable() };

export const accountExport = z
  .object({
    id: z.uuid(),
    status: z.enum(["pending", "processing", "ready", "failed"]),
    progress: z.number().nullable().openapi({ description: "0 to 1" }),
    size_bytes: z.number().nullable(),
    counts: z.record(z.string(), z.number()).nullable().openapi({ description: "Rows by table" }),
    ...failure,
    created_at: z.iso.datetime(),
    completed_at: z.iso.datetime().nullable(),
    expires_at: z.iso.datetime(),
  })
  .openapi("AccountExport");

export const accountImport = z
  .object({
    id: z.uuid(),
    status: z.enum(["pending", "processing", "completed", "failed", "undone"]),
    progress: z.number().nullable().openapi({ description: "0 to 1" }),
    dry_run: z.boolean(),
    size_bytes: z.number(),
    counts: z
      .record(z.string(), z.object({ added: z.number(), here_already: z.number() }))
      .nullable()
      .openapi({ description: "By table" }),
    conflicts: z.array(z.string()).nullable(),
    ...failure,
    created_at: z.iso.datetime(),
    completed_at: z.iso.datetime().nullable(),
    undone_at: z.iso.datetime().nullable(),
  })
  .openapi("AccountImport");

/** Beside the file; all come as text. */
export const importFields = z.object({ dry_run: z.enum(["true", "false"]).optional() });

export const receipt = z
  .object({
    format: z.literal(1),
    id: z.uuid(),
    account_hash: z.string().openapi({ description: "SHA-256 of the account's id, hexadecimal" }),
    deleted_at: z.iso.datetime(),
    counts: z.record(z.string(), z.number()).openapi({ description: "Rows by table, and files" }),
    hashes: z
      .record(z.string(), z.string())
      .openapi({ description: "By table: SHA-256 over its sorted ids; files: over their names" }),
    backups: z.string().openapi({ description: "What backups still hold, and until when" }),
    key_id: z.string(),
    signature: z.string().openapi({
      description: "Ed25519 over the canonical JSON of the rest (RFC 8785), base64url",
    }),
  })
  .openapi("DeletionReceipt");

export const receiptKey = z
  .object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string(), kid: z.string() })
  .openapi("DeletionReceiptKey");

export const accountDeletion = z
  .object({ password: z.string().max(1000).optional() })
  .openapi("AccountDeletion");
