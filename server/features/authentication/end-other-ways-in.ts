import type { Context } from "#server/context.ts";
import type { Caller } from "#server/http/router.ts";
import { recordActivity, type Origin } from "./activity/record-activity.ts";
import { findUser } from "./queries.ts";
import { endWaysIn } from "./ways-in.ts";

/** Everything that opens the account, but the password and the session that asks. */
export function endOtherWaysIn(context: Context, { userId, sessionId }: Caller, origin: Origin) {
  return context.database.transaction().execute(async (tx) => {
    const user = await findUser(tx, userId);
    // Who has no password needs something to come back by.
    const keep = user?.has_password ? [] : (["passkeys", "linked_accounts"] as const);
    await endWaysIn(tx, userId, { exceptSession: sessionId, keep });
    await recordActivity(tx, userId, "ways-in-ended", origin);
  });
}
