import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { recordActivity, type Origin } from "../activity/record-activity.ts";
import { keepALogin } from "../keep-a-login.ts";
import { revokeTokens } from "./provider-tokens.ts";
import { deleteConnection } from "./queries.ts";

/** @throws Failure `not-found`, `conflict` where nothing else opens the account. */
export async function unlinkProvider(
  context: Context,
  userId: string,
  provider: string,
  origin: Origin,
) {
  const gone = await context.database.transaction().execute(async (tx) => {
    const connection = (await deleteConnection(tx, userId, provider)) ?? fail("not-found");
    await keepALogin(tx, userId);
    await recordActivity(tx, userId, "account-unlinked", origin, provider);
    return connection;
  });
  await revokeTokens(context, userId, [gone]);
}
