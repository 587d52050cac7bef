import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { recordActivity, type Origin } from "../activity/record-activity.ts";
import { keepALogin } from "../keep-a-login.ts";
import { deleteConnection } from "./queries.ts";

/** @throws not-found, and conflict where nothing else opens the account */
export function unlinkProvider(context: Context, userId: string, provider: string, origin: Origin) {
  return context.database.transaction().execute(async (tx) => {
    if (!(await deleteConnection(tx, userId, provider))) fail("not-found");
    await keepALogin(tx, userId);
    await recordActivity(tx, userId, "account-unlinked", origin, provider);
  });
}
