import { z } from "@hono/zod-openapi";
import type { Context } from "#server/context.ts";
import { Failure, fail } from "#server/failures.ts";
import type { ClaimedJob } from "#server/features/jobs/contract.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { shownFileName } from "#server/http/file-name.ts";
import { uploadFields } from "../recordings/shapes.ts";
import { addRecording } from "../recordings/upload-recording.ts";
import { findUpload, markCompleted, markFailed, markReceived, setResult } from "./queries.ts";

/** A kill between the last byte and the recording costs this long: the job then does what the request could not. */
const RESCUE_MS = 15_000;

export const uploadMetadata = uploadFields.extend({
  filename: z.string().max(500).optional(),
  filetype: z.string().max(200).optional(),
});

/**
 * Every byte is there: no more are taken, and the upload becomes a recording. Whoever asks (the last request, the job, the
 * student who comes back), it is made once.
 * @throws Failure `audio-unreadable`, `file-empty`; the bytes are kept until the upload expires.
 */
export async function finishUpload(context: Context, userId: string, id: string) {
  const { database, storage } = context;
  await database.transaction().execute(async (tx) => {
    if (await markReceived(tx, userId, id)) {
      await enqueueJob(tx, {
        user_id: userId,
        job_type: "finish-upload",
        payload: { upload_id: id },
        priority: 10,
        run_at: new Date(Date.now() + RESCUE_MS),
        idempotency_key: id,
      });
    }
  });
  const upload = (await findUpload(database, userId, id)) ?? fail("not-found");
  if (upload.status === "completed") return upload;
  const key = `${userId}/recordings/${id}`;
  try {
    const stored = await storage.complete(id, upload.offset_bytes, key);
    const { transcribe, filename, ...fields } = uploadMetadata.parse(upload.metadata);
    await addRecording(context, userId, {
      ...fields,
      key,
      stored,
      filename: shownFileName(filename),
      transcribe: transcribe === "true",
      begin: (tx) => markCompleted(tx, userId, id),
      end: (tx, made) => setResult(tx, userId, id, made),
    });
  } catch (error) {
    // What another try cannot mend is said; anything else is tried again by the job.
    if (error instanceof Failure && error.status < 500)
      await markFailed(database, userId, id, {
        error_code: error.code,
        error_message: error.message,
      });
    throw error;
  }
  return (await findUpload(database, userId, id)) ?? fail("not-found");
}

export async function finishUploadJob(context: Context, job: ClaimedJob<"finish-upload">) {
  const id = job.payload.upload_id;
  const upload = await findUpload(context.database, job.user_id, id);
  if (upload?.status !== "received") return { upload_id: id };
  const { recording_id } = await finishUpload(context, job.user_id, id);
  return { upload_id: id, recording_id };
}
