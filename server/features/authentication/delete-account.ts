import { notifyAccess } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { keepOneAdministrator } from "./administration/queries.ts";

/**
 * Rows first, by cascade: from then on nobody can reach the files. What a crash leaves of the files, or a job that was running writes
 * afterwards, has no row and goes with the daily search for orphans.
 */
export async function deleteAccount(context: Context, userId: string) {
  await context.database.transaction().execute(async (tx) => {
    await keepOneAdministrator(tx, userId, { whenOthersRemain: true });
    const { numDeletedRows } = await tx
      .deleteFrom("users")
      .where("id", "=", userId)
      .executeTakeFirst();
    if (numDeletedRows === 0n) fail("not-found");
    await notifyAccess(tx, userId);
  });
  for await (const { key } of context.storage.list(`${userId}/`)) await context.storage.delete(key);
  context.log.info({ user_id: userId }, "an account was deleted");
}
