import { randomUUID } from "node:crypto";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { takeJobPlace, takeStorage } from "#server/features/quotas/take.ts";
import { knownSubject } from "../known-subjects.ts";
import { fetchPage } from "./fetch-page.ts";
import { findMaterial, findMaterialFile, insertMaterial, updateMaterial } from "./queries.ts";

export interface NewWebMaterial {
  url: string;
  title?: string | undefined;
  subject?: string | undefined;
  language?: string | undefined;
}

/**
 * The page is fetched by the job, so that a slow one makes nobody wait.
 * @throws Failure `invalid-input`.
 */
export async function addWebMaterial(context: Context, userId: string, given: NewWebMaterial) {
  const url = new URL(given.url);
  if (url.username || url.password)
    fail("invalid-input", { errors: [{ field: "url", message: "must not hold a password" }] });
  url.hash = "";
  return context.database.transaction().execute(async (tx) => {
    await takeStorage(context, tx, userId, 0);
    await takeJobPlace(context, tx, userId, "parse-material");
    const { id } = await insertMaterial(tx, {
      user_id: userId,
      title: given.title ?? `${url.hostname}${url.pathname}`.slice(0, 500),
      kind: "web",
      subject: (await knownSubject(tx, userId, given.subject)) ?? null,
      language: given.language ?? null,
      status: "pending",
      source_url: url.href,
    });
    await enqueueJob(tx, {
      user_id: userId,
      job_type: "parse-material",
      payload: { study_material_id: id, ...(given.title ? {} : { untitled: true }) },
    });
    await notifyChanged(tx, userId, { kind: "study_material", id, change: "created" });
    return (await findMaterial(tx, userId, id))!;
  });
}

/**
 * Keeps the page as it came; done once, a retry reads what is there.
 * @throws Failure `address-unreachable`, `file-type-unknown`, `not-found`.
 */
export async function storePage(
  context: Context,
  userId: string,
  id: string,
  address: string,
  signal: AbortSignal,
) {
  const { webNetworks, webPageSeconds, limits } = context.config;
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(webPageSeconds * 1000)]);
  const tooSlow = (error: unknown): never => {
    if (bounded.aborted && !signal.aborted)
      fail("address-unreachable", {
        message:
          `The page took longer than ${webPageSeconds} seconds. Try again later, or download ` +
          "it and upload the file.",
        cause: error,
      });
    throw error;
  };
  const { content, mimeType } = await fetchPage(address, bounded, webNetworks).catch(tooSlow);
  // What else there may be, such as a document sent as bytes of no kind, is told by its content.
  if (/^(?:image|audio|video|font)\//i.test(mimeType)) {
    content.destroy();
    fail("file-type-unknown", {
      message: `At this address is no page or document but ${mimeType.split(";")[0]}. Download it and upload the file.`,
    });
  }
  const key = `${userId}/study-materials/${randomUUID()}`;
  const stored = await context.storage
    .write(key, content, { maxBytes: limits.documentBytes, signal: bounded })
    .catch(tooSlow);
  const kept = await updateMaterial(context.database, userId, id, {
    storage_key: key,
    mime_type: mimeType,
    size_bytes: stored.sizeBytes,
    sha256: stored.sha256,
  });
  if (!kept) {
    await context.storage.delete(key);
    fail("not-found");
  }
  return (await findMaterialFile(context.database, userId, id))!;
}
