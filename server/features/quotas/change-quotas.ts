import { forPurpose } from "#database/principal.ts";
import { notifyAccess } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { findOwnQuotas, updateOwnQuotas } from "./queries.ts";
import type { QuotaName } from "./shapes.ts";

/**
 * What an administrator gives one account; `null` gives it the server's setting again.
 * @throws Failure `not-found`.
 */
export async function changeQuotas(
  { database, log }: Context,
  administratorId: string,
  userId: string,
  given: Partial<Record<QuotaName, number | null | undefined>>,
) {
  await forPurpose("administration", () =>
    database.transaction().execute(async (tx) => {
      const quotas = { ...((await findOwnQuotas(tx, userId)) ?? fail("not-found")) };
      for (const [name, amount] of Object.entries(given) as [QuotaName, number | null][]) {
        if (amount === null) delete quotas[name];
        else if (amount !== undefined) quotas[name] = amount;
      }
      if (!(await updateOwnQuotas(tx, userId, quotas))) fail("not-found");
      // They are remembered with the session.
      await notifyAccess(tx, userId);
    }),
  );
  log.info(
    { administrator_id: administratorId, user_id: userId },
    "the quotas of an account were changed",
  );
}
