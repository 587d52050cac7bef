import { randomUUID } from "node:crypto";
import type { Context as HonoContext } from "hono";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { takeJobPlace, takeStorage, withinStorage } from "#server/features/quotas/take.ts";
import { mustParse } from "#server/http/field-errors.ts";
import { readMultipart } from "#server/http/multipart.ts";
import type { AppEnv } from "#server/http/router.ts";
import type { StoredFile } from "#server/providers/storage/contract.ts";
import { knownSubject } from "../known-subjects.ts";
import { detectFormat } from "./detect-kind.ts";
import { formatByMimeType } from "./formats/shapes.ts";
import { keepAsJpeg } from "./keep-as-jpeg.ts";
import { findMaterial, findMaterialByHash, insertMaterial } from "./queries.ts";
import { uploadFields } from "./shapes.ts";

/**
 * The file streams to storage; its row and the job that reads it appear in one transaction. A file that the student
 * already has is recognised by its content: the answer is the material that is there.
 * @throws Failure `invalid-input`, `file-missing`, `file-empty`.
 */
export async function uploadMaterial(context: Context, c: HonoContext<AppEnv>) {
  const { userId } = c.get("caller");
  const key = `${userId}/study-materials/${randomUUID()}`;
  let stored: (StoredFile & { filename: string | undefined }) | undefined;
  try {
    const given = await withinStorage(
      context,
      userId,
      context.config.limits.documentBytes,
      (maxBytes) =>
        readMultipart(c, maxBytes, async ({ field, filename, content }) => {
          if (field === "file" && !stored)
            stored = { ...(await context.storage.write(key, content, { maxBytes })), filename };
        }),
    );
    const fields = mustParse(uploadFields, given);
    if (!stored) fail("file-missing");
    return await addDocument(context, userId, {
      ...fields,
      key,
      stored,
      filename: stored.filename,
    });
  } catch (error) {
    await context.storage.delete(key);
    throw error;
  }
}

export interface NewDocument {
  key: string;
  stored: StoredFile;
  filename: string | undefined;
  title?: string | undefined;
  subject?: string | undefined;
  language?: string | undefined;
}

/**
 * A file that is already in storage becomes a study material.
 * @throws Failure `file-empty`, and what is said of formats; the caller then deletes the file.
 */
export async function addDocument(context: Context, userId: string, given: NewDocument) {
  const { key, filename } = given;
  if (given.stored.sizeBytes === 0) fail("file-empty");
  const there = await knownFile(context, userId, key, given.stored.sha256);
  if (there) return there;
  let format = await context.storage.withLocalFile(key, (path) => detectFormat(path, filename));
  let { stored } = given;
  if (format.mime_type === "image/heic") {
    stored = await keepAsJpeg(context, key);
    format = formatByMimeType("image/jpeg")!;
    const same = await knownFile(context, userId, key, stored.sha256);
    if (same) return same;
  }
  const { sizeBytes, sha256 } = stored;
  const shownName =
    format.kind === "image" && filename
      ? filename.replace(/\.hei[cf]$/i, `.${format.extensions[0]}`)
      : (filename ?? null);
  const material = await context.database.transaction().execute(async (tx) => {
    await takeStorage(context, tx, userId, sizeBytes);
    await takeJobPlace(context, tx, userId, "parse-material");
    const { id } = await insertMaterial(tx, {
      user_id: userId,
      title: given.title ?? (shownName?.replace(/\.[^.]{1,5}$/, "").trim() || "Document"),
      kind: format.kind,
      subject: (await knownSubject(tx, userId, given.subject)) ?? null,
      language: given.language ?? null,
      status: "pending",
      original_filename: shownName,
      mime_type: format.mime_type,
      size_bytes: sizeBytes,
      sha256,
      storage_key: key,
    });
    await enqueueJob(tx, {
      user_id: userId,
      job_type: "parse-material",
      payload: { study_material_id: id },
    });
    await notifyChanged(tx, userId, { kind: "study_material", id, change: "created" });
    return (await findMaterial(tx, userId, id))!;
  });
  return { material, known: false };
}

async function knownFile(context: Context, userId: string, key: string, sha256: Buffer) {
  const there = await findMaterialByHash(context.database, userId, sha256);
  if (!there) return undefined;
  await context.storage.delete(key);
  return { material: (await findMaterial(context.database, userId, there.id))!, known: true };
}
