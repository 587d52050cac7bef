/** What an administrator does to an account. Each change is logged with who made it. */
import { asOwner } from "#database/principal.ts";
import { notifyAccess } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Caller } from "#server/http/router.ts";
import { endWaysIn, KEEPABLE } from "../ways-in.ts";
import { keepOneAdministrator, setDisabled, setRole } from "./queries.ts";
import type { Account } from "./shapes.ts";

/** @throws Failure `not-found`, and `conflict` for the last administrator. */
export async function changeRole(
  context: Context,
  caller: Caller,
  id: string,
  role: Account["role"],
) {
  const changed = await context.database.transaction().execute(async (tx) => {
    if (role !== "administrator") await keepOneAdministrator(tx, id);
    return setRole(tx, id, role);
  });
  note(context, caller, id, `made ${role}`);
  return changed ?? fail("not-found");
}

/**
 * Ends what is open of the account at once.
 * @throws Failure `not-found`, and `conflict` for the last administrator.
 */
export async function disableAccount(context: Context, caller: Caller, id: string) {
  const changed = await context.database.transaction().execute(async (tx) => {
    await keepOneAdministrator(tx, id);
    // Keys, passkeys and linked accounts wait for the account to be enabled again; what is open ends.
    await asOwner(id, () => endWaysIn(tx, id, { keep: KEEPABLE }));
    await notifyAccess(tx, id);
    return setDisabled(tx, id, true);
  });
  note(context, caller, id, "disabled");
  return changed ?? fail("not-found");
}

/** @throws Failure `not-found`. */
export async function enableAccount(context: Context, caller: Caller, id: string) {
  const changed = await context.database.transaction().execute((tx) => setDisabled(tx, id, false));
  note(context, caller, id, "enabled");
  return changed ?? fail("not-found");
}

function note(context: Context, caller: Caller, id: string, what: string) {
  context.log.info({ administrator_id: caller.userId, user_id: id }, `an account was ${what}`);
}
