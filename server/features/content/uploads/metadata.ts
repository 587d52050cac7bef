import { z } from "@hono/zod-openapi";
import type { Row } from "#server/context.ts";
import { mustParse } from "#server/http/field-errors.ts";
import { uploadFields } from "../recordings/shapes.ts";

export const recordingMetadata = uploadFields.extend({
  filename: z.string().max(500).optional(),
  filetype: z.string().max(200).optional(),
});

/** An exported account that comes in (`kind` is `account_import`). */
export const importMetadata = z.object({
  kind: z.literal("account_import"),
  dry_run: z.enum(["true", "false"]).optional(),
  filename: z.string().max(500).optional(),
  filetype: z.string().max(200).optional(),
  /** Of the sender's own: by it the sender finds the upload again after a cut. */
  fingerprint: z.string().max(200).optional(),
});

/** What an upload becomes, as its Upload-Metadata says: a recording unless it says otherwise. */
export function kindOf(metadata: Record<string, unknown> | undefined): Row<"uploads">["kind"] {
  return metadata?.["kind"] === "account_import" ? "account_import" : "recording";
}

/** @throws Failure `invalid-input` with each wrong field. */
export function metadataOf(metadata: Record<string, unknown> | undefined) {
  const naming = { prefix: "Upload-Metadata " };
  return kindOf(metadata) === "account_import"
    ? mustParse(importMetadata, metadata, naming)
    : mustParse(recordingMetadata, metadata ?? {}, naming);
}
