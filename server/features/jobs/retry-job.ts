import { asOwnerOfJob } from "#database/principal.ts";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { lockQuotas } from "#server/features/quotas/queries.ts";
import { checkJobPlaces, isAsked } from "#server/features/quotas/take.ts";
import { readJob, type Handlers } from "./contract.ts";
import { findJob, requeue } from "./queries.ts";

/**
 * @throws Failure `not-found`, `conflict` when it runs or went well, `job-unreadable` when no handler would take it.
 */
export async function retryJob(
  context: Context,
  handlers: Handlers,
  userId: string | null,
  id: string,
) {
  await context.database.transaction().execute(async (tx) => {
    if (userId) await lockQuotas(tx, userId);
    const row = await requeue(tx, userId, id);
    if (!row) {
      if (!(await findJob(tx, userId, id))) fail("not-found");
      fail("conflict", { message: "Only what failed or was cancelled can be tried again." });
    }
    const { handler, job } = readJob(handlers, row);
    if (userId && isAsked(job.job_type)) await checkJobPlaces(context, tx, userId, job.job_type);
    await asOwnerOfJob(row, async () => handler.onRetry?.(tx, job));
    if (userId) await notifyChanged(tx, userId, { kind: "job", id, change: "updated" });
  });
  return (await findJob(context.database, userId, id)) ?? fail("not-found");
}
