import { asOwner } from "#database/principal.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Caller } from "#server/http/router.ts";
import { recordActivity, type Origin } from "./activity/record-activity.ts";
import { noticeLetter } from "./mails/letters.ts";
import { queueMail } from "./mails/queue-mail.ts";
import { hashPassword } from "./passwords.ts";
import { dropUnprovenSecondFactor, findUser, setPassword } from "./queries.ts";
import { sha256 } from "./sessions.ts";
import { redeemResetToken } from "./token-queries.ts";
import { endWaysIn, KEEPABLE, type LastingWayIn } from "./ways-in.ts";

/**
 * Ends every other way in: whoever had the old password is out, whatever they set up with it.
 * @throws Failure `link-unusable`.
 */
export async function resetPassword(
  context: Context,
  given: { token: string; password: string },
  origin: Origin,
) {
  const hash = await hashPassword(given.password);
  await context.database.transaction().execute(async (tx) => {
    const used = (await redeemResetToken(tx, sha256(given.token))) ?? fail("link-unusable");
    return asOwner(used.user_id, async () => {
      await endWaysIn(tx, used.user_id);
      await dropUnprovenSecondFactor(tx, used.user_id);
      await recordActivity(tx, used.user_id, "password-reset", origin);
      // The link was read in the account's mail: that proves the address, too.
      const email = await setPassword(tx, used.user_id, hash, { emailProven: true });
      await queueMail(context, tx, used.user_id, email, RESET);
    });
  });
}

/**
 * Ends every way in but this session and what the person keeps. A first password replaces nothing that somebody else
 * may know: the lasting ways in stay then.
 * @throws Failure `not-authenticated`.
 */
export async function changePassword(
  context: Context,
  { userId, sessionId }: Pick<Caller, "userId" | "sessionId">,
  given: { password: string; keep: LastingWayIn[] },
  origin: Origin,
) {
  const hash = await hashPassword(given.password);
  await context.database.transaction().execute(async (tx) => {
    const { has_password } = (await findUser(tx, userId)) ?? fail("not-authenticated");
    const keep = has_password ? given.keep : KEEPABLE;
    await endWaysIn(tx, userId, { exceptSession: sessionId, keep });
    await recordActivity(tx, userId, "password-changed", origin);
    const email = await setPassword(tx, userId, hash, { emailProven: false });
    await queueMail(context, tx, userId, email, CHANGED);
  });
}

const RESET = noticeLetter(
  "Your password was changed",
  "Your Little Monster password was changed with a link from a mail. All sessions have " +
    "ended; keys, passkeys and linked accounts open it no longer.",
);

const CHANGED = noticeLetter(
  "Your password was changed",
  "Your Little Monster password was changed. All other sessions have ended.",
);
