import { asOwner } from "#database/principal.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Caller } from "#server/http/router.ts";
import { recordActivity, type Origin } from "./activity/record-activity.ts";
import { noticeLetter, pageUrl, resetLetter, sendSoon } from "./mails.ts";
import { hashPassword } from "./passwords.ts";
import { dropUnprovenSecondFactor, findLogin, findUser, setPassword } from "./queries.ts";
import { randomToken, sha256 } from "./sessions.ts";
import { insertResetToken, redeemResetToken } from "./token-queries.ts";
import { endWaysIn, KEEPABLE, type LastingWayIn } from "./ways-in.ts";

/** Returns at once and works afterwards: nothing in the answer, nor when it comes, tells whether the address is known. */
export function forgetPassword(context: Context, email: string) {
  void sendLink(context, email).catch((error: unknown) =>
    context.log.error({ err: error }, "a reset link could not be made"),
  );
}

async function sendLink(context: Context, email: string) {
  const found = await findLogin(context.database, email);
  if (!found || found.disabled_at) return;
  const token = randomToken();
  await asOwner(found.id, () => insertResetToken(context.database, found.id, sha256(token)));
  sendSoon(context, found.email, resetLetter(pageUrl(context, "/reset-password", { token })));
}

/** Ends every other way in: whoever had the old password is out, whatever they set up with it. @throws Failure `link-unusable`. */
export async function resetPassword(
  context: Context,
  given: { token: string; password: string },
  origin: Origin,
) {
  const hash = await hashPassword(given.password);
  const email = await context.database.transaction().execute(async (tx) => {
    const used = (await redeemResetToken(tx, sha256(given.token))) ?? fail("link-unusable");
    return asOwner(used.user_id, async () => {
      await endWaysIn(tx, used.user_id);
      await dropUnprovenSecondFactor(tx, used.user_id);
      await recordActivity(tx, used.user_id, "password-reset", origin);
      // The link was read in the account's mail: that proves the address, too.
      return setPassword(tx, used.user_id, hash, { emailProven: true });
    });
  });
  sendSoon(
    context,
    email,
    noticeLetter(
      "Your password was changed",
      "Your Little Monster password was changed with a link from a mail. All sessions have ended; keys, passkeys and linked accounts open it no longer.",
    ),
  );
}

/**
 * Ends every way in but this session and what the person keeps. A first password replaces nothing that somebody else may know: the
 * lasting ways in stay then.
 */
export async function changePassword(
  context: Context,
  { userId, sessionId }: Pick<Caller, "userId" | "sessionId">,
  given: { password: string; keep: LastingWayIn[] },
  origin: Origin,
) {
  const hash = await hashPassword(given.password);
  const email = await context.database.transaction().execute(async (tx) => {
    const { has_password } = (await findUser(tx, userId)) ?? fail("not-authenticated");
    const keep = has_password ? given.keep : KEEPABLE;
    await endWaysIn(tx, userId, { exceptSession: sessionId, keep });
    await recordActivity(tx, userId, "password-changed", origin);
    return setPassword(tx, userId, hash, { emailProven: false });
  });
  sendSoon(
    context,
    email,
    noticeLetter(
      "Your password was changed",
      "Your Little Monster password was changed. All other sessions have ended.",
    ),
  );
}
