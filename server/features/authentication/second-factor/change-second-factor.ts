/** What the owner of an account does with its second factor; each change stands in the account's log. */
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { recordActivity, type Origin } from "../activity/record-activity.ts";
import { tellOwner } from "../mails/tell-owner.ts";
import { confirmTotp, makeRecoveryCodes } from "./codes.ts";
import { deleteTotp, hasTotp } from "./queries.ts";

/**
 * The first code of the app: from now on logins ask for one.
 *
 * @returns recovery codes, shown this once
 * @throws Failure `conflict`, `code-wrong`.
 */
export async function addSecondFactor(
  context: Context,
  userId: string,
  code: string,
  origin: Origin,
) {
  const { database } = context;
  const codes = await database
    .transaction()
    .execute((tx) => confirmTotp(context, tx, userId, code));
  await recordActivity(database, userId, "second-factor-added", origin);
  await tellOwner(
    context,
    database,
    userId,
    "A second factor was added",
    "Logins to your Little Monster account now ask for a code of an authenticator app.",
  );
  return codes;
}

/** The app and the recovery codes are forgotten; nothing happens where there are none. */
export async function removeSecondFactor(context: Context, userId: string, origin: Origin) {
  const { database } = context;
  const removed = await database.transaction().execute((tx) => deleteTotp(tx, userId));
  if (!removed) return;
  await recordActivity(database, userId, "second-factor-removed", origin);
  await tellOwner(
    context,
    database,
    userId,
    "The second factor was removed",
    "Logins to your Little Monster account no longer ask for a code.",
  );
}

/**
 * New recovery codes; the old ones work no longer.
 * @throws Failure `conflict` where no authenticator app is set up.
 */
export async function renewRecoveryCodes(context: Context, userId: string, origin: Origin) {
  const { database } = context;
  if (!(await hasTotp(database, userId)))
    fail("conflict", { message: "There is no authenticator app to recover." });
  const codes = await database.transaction().execute((tx) => makeRecoveryCodes(tx, userId));
  await recordActivity(database, userId, "recovery-codes-made", origin);
  return codes;
}
