import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { requestCancel } from "#server/features/jobs/queries.ts";
import { deleteRecordingRow } from "./queries.ts";

/** Rows first (transcripts and passages go with them), running work is told to stop, then the file. */
export async function deleteRecording(context: Context, userId: string, id: string) {
  const deleted = await context.database.transaction().execute(async (tx) => {
    const watched = await tx
      .selectFrom("transcription_jobs")
      .select("job_id")
      .where("user_id", "=", userId)
      .where("recording_id", "=", id)
      .where("status", "in", ["pending", "processing"])
      .execute();
    for (const { job_id } of watched) if (job_id) await requestCancel(tx, userId, job_id);
    const row = (await deleteRecordingRow(tx, userId, id)) ?? fail("not-found");
    await notifyChanged(tx, userId, { kind: "recording", id, change: "deleted" });
    return row;
  });
  await context.storage.delete(deleted.storage_key);
}
