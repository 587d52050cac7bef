import { notifyChanged } from "#server/changes.ts";
import type { Tx } from "#server/context.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { hasUrgentJob } from "#server/features/jobs/queries.ts";
import { JOB_PRIORITIES, type JobPriority } from "#server/vocabulary.ts";
import { findTranscriptionJob, updateTranscriptionJob } from "./queries.ts";

export interface TranscriptionWish {
  engine?: string | undefined;
  model?: string | undefined;
  language?: string | undefined;
  /** Left out: `normal`. */
  priority?: JobPriority | undefined;
}

/**
 * A transcription job and the job that does it, in the transaction of the recording. Of one student one is `high` at a
 * time, and others that are to be so are `normal`: nobody is before everybody with all that he has.
 */
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
    priority: JOB_PRIORITIES[await takenPriority(tx, userId, wish.priority)],
  });
  await updateTranscriptionJob(tx, userId, id, { job_id: job.id });
  await notifyChanged(tx, userId, { kind: "transcription_job", id, change: "created" });
  return (await findTranscriptionJob(tx, userId, id))!;
}

async function takenPriority(tx: Tx, userId: string, wanted: JobPriority = "normal") {
  return wanted === "high" && (await hasUrgentJob(tx, userId, "transcribe")) ? "normal" : wanted;
}
