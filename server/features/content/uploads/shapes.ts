import { z } from "@hono/zod-openapi";

export const uploadStatus = z.enum(["receiving", "received", "completed", "failed"]);

export const upload = z
  .object({
    id: z.uuid(),
    kind: z.enum(["recording", "study_material", "account_import"]),
    status: uploadStatus,
    is_live: z.boolean(),
    metadata: z.record(z.string(), z.unknown()),
    length_bytes: z.number().nullable(),
    offset_bytes: z.number(),
    recording_id: z.uuid().nullable(),
    account_import_id: z.uuid().nullable(),
    /** An older recording with the same content. */
    duplicate_of: z.uuid().nullable(),
    error_code: z.string().nullable(),
    error_message: z.string().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
  })
  .openapi("Upload");

export type Upload = z.infer<typeof upload>;
