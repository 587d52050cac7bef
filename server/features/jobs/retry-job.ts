import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Handlers } from "./contract.ts";
import { findJob, requeue } from "./queries.ts";

export async function retryJob(
  context: Context,
  handlers: Handlers,
  userId: string | null,
  id: string,
) {
  await context.database.transaction().execute(async (tx) => {
    const row = await requeue(tx, userId, id);
    if (!row) {
      if (!(await findJob(tx, userId, id))) fail("not-found");
      fail("conflict", { message: "Only what failed or was cancelled can be tried again." });
    }
    const { job_type, payload } = await tx
      .selectFrom("jobs")
      .select(["job_type", "payload"])
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    await handlers[job_type]?.onRetry?.(tx, {
      user_id: userId,
      payload: payload as Record<string, unknown>,
    });
    if (userId) await notifyChanged(tx, userId, { kind: "job", id, change: "updated" });
  });
  return (await findJob(context.database, userId, id)) ?? fail("not-found");
}
