import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { requestCancel } from "#server/features/jobs/queries.ts";
import { deleteSpeechRow, findJobOf } from "./queries.ts";

/**
 * What is still being made is cancelled.
 * @throws Failure `not-found`.
 */
export async function deleteSpeech(context: Context, userId: string, id: string) {
  const deleted = await context.database.transaction().execute(async (tx) => {
    // The job first: the worker that makes it holds the two in this order.
    const jobId = await findJobOf(tx, userId, id);
    if (jobId) await requestCancel(tx, userId, jobId);
    const row = (await deleteSpeechRow(tx, userId, id)) ?? fail("not-found");
    await notifyChanged(tx, userId, { kind: "tts_audio_file", id, change: "deleted" });
    return row;
  });
  if (deleted.storage_key) await context.storage.delete(deleted.storage_key);
}
