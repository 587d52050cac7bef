import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { takeJobPlace } from "#server/features/quotas/take.ts";
import { deleteExport, findExport, insertExport, updateExport } from "./queries.ts";
import { exportKey } from "./run-export.ts";

export async function startExport(context: Context, userId: string) {
  return context.database.transaction().execute(async (tx) => {
    await takeJobPlace(context, tx, userId, "export-account");
    const { id } = await insertExport(tx, userId);
    const job = await enqueueJob(tx, {
      user_id: userId,
      job_type: "export-account",
      payload: { account_export_id: id },
    });
    await updateExport(tx, userId, id, { job_id: job.id });
    await notifyChanged(tx, userId, { kind: "account_export", id, change: "created" });
    return (await findExport(tx, userId, id))!;
  });
}

/** @throws Failure `not-found`. */
export async function removeExport(context: Context, userId: string, id: string) {
  await context.database.transaction().execute(async (tx) => {
    (await deleteExport(tx, userId, id)) ?? fail("not-found");
    await notifyChanged(tx, userId, { kind: "account_export", id, change: "deleted" });
  });
  await context.storage.delete(exportKey(userId, id));
}
