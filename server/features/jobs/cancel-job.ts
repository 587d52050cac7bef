import { asOwnerOfJob } from "#database/principal.ts";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { tryReadJob, type Handlers } from "./contract.ts";
import { findJob, requestCancel } from "./queries.ts";

/**
 * Pending: ended at once. Processing: as soon as its worker hears of it.
 * @throws Failure `not-found`, `conflict` when it has ended already.
 */
export async function cancelJob(
  context: Context,
  handlers: Handlers,
  userId: string | null,
  id: string,
) {
  await context.database.transaction().execute(async (tx) => {
    const row = await requestCancel(tx, userId, id);
    if (!row) {
      if (!(await findJob(tx, userId, id))) fail("not-found");
      fail("conflict", { message: "This has already ended." });
    }
    // A job that never ran is ended here; what it was about is told the same way as by a worker.
    if (row.status === "cancelled") {
      const { handler, job } = tryReadJob(handlers, row);
      await asOwnerOfJob(row, async () => handler?.onEnded?.(tx, job, { status: "cancelled" }));
    }
    if (userId) await notifyChanged(tx, userId, { kind: "job", id, change: "updated" });
  });
  return (await findJob(context.database, userId, id)) ?? fail("not-found");
}
