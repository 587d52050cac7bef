import type { Context } from "#server/context.ts";
import { Failure, fail } from "#server/failures.ts";
import { addImport, importKey } from "#server/features/account/start-import.ts";
import type { ClaimedJob } from "#server/features/jobs/contract.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { shownFileName } from "#server/http/file-name.ts";
import { addRecording } from "../recordings/upload-recording.ts";
import { importMetadata, recordingMetadata } from "./metadata.ts";
import { findUpload, markCompleted, markFailed, markReceived, setResult } from "./queries.ts";

/** A kill between the last byte and the recording costs this long: the job then does what the request could not. */
const RESCUE_MS = 15_000;

/**
 * Every byte is there: no more are taken, and the upload becomes a recording, or an import. Whoever asks (the last
 * request, the job, the student who comes back), it is made once.
 * @throws Failure `not-found`; `audio-unreadable`, `file-empty`; the bytes are kept until the upload expires.
 */
export async function finishUpload(context: Context, userId: string, id: string) {
  const { database } = context;
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
  try {
    await (upload.kind === "account_import" ? becomeImport : becomeRecording)(
      context,
      userId,
      upload,
    );
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

type Received = NonNullable<Awaited<ReturnType<typeof findUpload>>>;

async function becomeRecording(context: Context, userId: string, upload: Received) {
  const { id } = upload;
  const key = `${userId}/recordings/${id}`;
  const stored = await context.storage.complete(id, upload.offset_bytes, key);
  const { transcribe, filename, ...fields } = recordingMetadata.parse(upload.metadata);
  await addRecording(context, userId, {
    ...fields,
    key,
    stored,
    filename: shownFileName(filename),
    transcribe: transcribe === "true",
    begin: (tx) => markCompleted(tx, userId, id),
    end: (tx, made) => setResult(tx, userId, id, made),
  });
}

async function becomeImport(context: Context, userId: string, upload: Received) {
  const { id } = upload;
  if (upload.offset_bytes === 0) fail("file-empty");
  const key = importKey(userId, id);
  await context.storage.complete(id, upload.offset_bytes, key);
  const { dry_run } = importMetadata.parse(upload.metadata);
  await context.database.transaction().execute(async (tx) => {
    if (!(await markCompleted(tx, userId, id))) return;
    const made = await addImport(tx, userId, {
      key,
      size: upload.offset_bytes,
      dry_run: dry_run === "true",
    });
    await setResult(tx, userId, id, { account_import_id: made.id });
  });
}

/** @throws Failure `not-found`. */
export async function finishUploadJob(context: Context, job: ClaimedJob<"finish-upload">) {
  const id = job.payload.upload_id;
  const upload = await findUpload(context.database, job.user_id, id);
  if (upload?.status !== "received") return { upload_id: id };
  const { recording_id } = await finishUpload(context, job.user_id, id);
  return { upload_id: id, recording_id };
}
