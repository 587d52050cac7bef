import { asOwner } from "#database/principal.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Device } from "../known-devices.ts";
import { markLogin } from "../queries.ts";
import { startSession } from "../sessions.ts";
import { takeCode } from "./codes.ts";
import { findChallenge, holdChallenge } from "./queries.ts";

/**
 * A login that waits for its second factor.
 * @throws Failure `not-authenticated` where it took too long or was finished before.
 */
export async function mustFindChallenge(context: Context, token: string) {
  return (await findChallenge(context.database, token)) ?? late();
}

/**
 * Finishes a login with a code of the authenticator app or a recovery code, and starts the session.
 * @throws Failure `not-authenticated`, `account-disabled`, `code-wrong`.
 */
export function finishLoginByCode(
  context: Context,
  challenge: Awaited<ReturnType<typeof mustFindChallenge>>,
  code: string,
  device: Device,
) {
  const userId = challenge.user_id;
  return asOwner(userId, () =>
    context.database.transaction().execute(async (tx) => {
      const user = await tx
        .selectFrom("users")
        .select("disabled_at")
        .where("id", "=", userId)
        .executeTakeFirst();
      if (!user) fail("not-authenticated");
      if (user.disabled_at) fail("account-disabled");
      if (!(await holdChallenge(tx, challenge))) late();
      await takeCode(context, tx, userId, code);
      await markLogin(tx, userId);
      return startSession(context, tx, userId, device);
    }),
  );
}

function late(): never {
  fail("not-authenticated", { message: "This login took too long. Please start again." });
}
