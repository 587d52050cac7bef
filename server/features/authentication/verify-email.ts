import { asOwner } from "#database/principal.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { noticeLetter, pageUrl, sendSoon, verificationLetter } from "./mails.ts";
import { findUser, setEmail } from "./queries.ts";
import { randomToken, sha256 } from "./sessions.ts";
import {
  deleteOpenResetTokens,
  insertVerificationToken,
  useVerificationToken,
} from "./token-queries.ts";
import { insideUniqueNames } from "./unique-names.ts";

/** To the account's own address, or to one that it wants to change to. */
export async function sendVerification(context: Context, userId: string, email: string) {
  const token = randomToken();
  await asOwner(userId, () =>
    insertVerificationToken(context.database, userId, email, sha256(token)),
  );
  sendSoon(context, email, verificationLetter(pageUrl(context, "/verify-email", { token })));
}

/** @throws Failure `link-unusable`, `email-taken` when somebody else registered the address meanwhile. */
export async function verifyEmail(context: Context, token: string) {
  const { userId, before, email } = await insideUniqueNames(() =>
    context.database.transaction().execute(async (tx) => {
      const used = (await useVerificationToken(tx, sha256(token))) ?? fail("link-unusable");
      return asOwner(used.user_id, async () => {
        const user = (await findUser(tx, used.user_id)) ?? fail("link-unusable");
        await setEmail(tx, used.user_id, used.email);
        if (user.email !== used.email) await deleteOpenResetTokens(tx, used.user_id);
        return { userId: used.user_id, before: user.email, email: used.email };
      });
    }),
  );
  if (before !== email)
    sendSoon(
      context,
      before,
      noticeLetter(
        "Your e-mail was changed",
        "The e-mail of your Little Monster account was changed to another address.",
      ),
    );
  return userId;
}
