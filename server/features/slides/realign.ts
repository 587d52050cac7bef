/** Alignments that have to be made anew; called in the transaction of what changed. */
import type { Tx } from "#server/context.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";

/** A job for the deck of a recording, where there is one. */
export async function realignRecording(tx: Tx, userId: string, recordingId: string) {
  const link = await tx
    .updateTable("recording_slides")
    .set({ status: "pending", error_code: null, error_message: null })
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .returning("recording_id")
    .executeTakeFirst();
  if (!link) return;
  const { id: job_id } = await enqueueJob(tx, {
    user_id: userId,
    job_type: "align-slides",
    payload: { recording_id: recordingId },
  });
  await tx
    .updateTable("recording_slides")
    .set({ job_id })
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .execute();
}

/** The text of a document changed: all recordings that it belongs to. */
export async function realignMaterial(tx: Tx, userId: string, studyMaterialId: string) {
  const links = await tx
    .selectFrom("recording_slides")
    .select("recording_id")
    .where("user_id", "=", userId)
    .where("study_material_id", "=", studyMaterialId)
    .execute();
  for (const { recording_id } of links) await realignRecording(tx, userId, recording_id);
}

/** A source has the vectors of all its passages. */
export async function realignSource(
  tx: Tx,
  userId: string,
  source: { transcription_id: string } | { study_material_id: string },
) {
  if ("study_material_id" in source) return realignMaterial(tx, userId, source.study_material_id);
  const transcription = await tx
    .selectFrom("transcriptions")
    .select("recording_id")
    .where("user_id", "=", userId)
    .where("id", "=", source.transcription_id)
    .where("is_current", "=", true)
    .executeTakeFirst();
  if (transcription) await realignRecording(tx, userId, transcription.recording_id);
}
