import { notifyChanged } from "#server/changes.ts";
import type { Tx } from "#server/context.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { findTranscriptionJob, updateTranscriptionJob } from "./queries.ts";

export interface TranscriptionWish {
  engine?: string | undefined;
  model?: string | undefined;
  language?: string | undefined;
}

/** A transcription job and the job that does it, in the transaction of the recording. */
export async function startTranscription(
  tx: Tx,
  userId: string,
  recordingId: string,
  wish: TranscriptionWish,
) {
  const { id } = await tx
    .insertInto("transcription_jobs")
    .values({
      user_id: userId,
      recording_id: recordingId,
      engine: wish.engine === "auto" ? null : (wish.engine ?? null),
      model: wish.model ?? null,
      language: wish.language ?? null,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  const job = await enqueueJob(tx, {
    user_id: userId,
    job_type: "transcribe",
    payload: { transcription_job_id: id },
  });
  await updateTranscriptionJob(tx, userId, id, { job_id: job.id });
  await notifyChanged(tx, userId, { kind: "transcription_job", id, change: "created" });
  return (await findTranscriptionJob(tx, userId, id))!;
}
