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
    kept_until: z.iso.datetime().nullable().openapi({
      description: "Of a try: until then it can be taken in without being sent again",
    }),
  })
  .openapi("AccountImport");

export type AccountExport = z.infer<typeof accountExport>;
export type AccountImport = z.infer<typeof accountImport>;

/** Beside the file; all come as text. */
export const importFields = z.object({ dry_run: z.enum(["true", "false"]).optional() });
