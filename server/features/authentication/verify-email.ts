import { asOwner } from "#database/principal.ts";
import type { Context, Queryable, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Caller } from "#server/http/router.ts";
import { recordActivity, type Origin } from "./activity/record-activity.ts";
import { noticeLetter, pageUrl, verificationLetter } from "./mails/letters.ts";
import { queueMail } from "./mails/queue-mail.ts";
import { verifyPassword } from "./passwords.ts";
import { findUser, setEmail } from "./queries.ts";
import { randomToken, sha256 } from "./sessions.ts";
import {
  deleteOpenResetTokens,
  insertVerificationToken,
  redeemVerificationToken,
} from "./token-queries.ts";
import { insideUniqueNames } from "./unique-names.ts";

/** To the account's own address, or to one that it wants to change to. */
export async function sendVerification(
  context: Context,
  database: Queryable,
  userId: string,
  email: string,
) {
  const token = randomToken();
  await asOwner(userId, () => insertVerificationToken(database, userId, email, sha256(token)));
  const letter = verificationLetter(pageUrl(context, "/verify-email", { token }));
  await queueMail(context, database, userId, email, letter);
}

/**
 * The link proves that the address is read, not that whoever reads it made the account: that is proven by a session of
 * it, or by its password (https://msrc.microsoft.com/blog/2022/05/pre-hijacking-attacks/).
 * @throws Failure `link-unusable`, `invalid-input` naming `password`, `email-taken` when somebody else registered the
 * address meanwhile.
 */
export async function verifyEmail(
  context: Context,
  given: { token: string; password?: string | undefined },
  caller: Pick<Caller, "userId"> | undefined,
  origin: Origin,
) {
  await insideUniqueNames(() =>
    context.database.transaction().execute(async (tx) => {
      const used =
        (await redeemVerificationToken(tx, sha256(given.token))) ?? fail("link-unusable");
      return asOwner(used.user_id, async () => {
        const user = (await findUser(tx, used.user_id)) ?? fail("link-unusable");
        if (caller?.userId !== used.user_id) await provePassword(tx, used.user_id, given.password);
        await setEmail(tx, used.user_id, used.email);
        if (user.email !== used.email) {
          await deleteOpenResetTokens(tx, used.user_id);
          await recordActivity(tx, used.user_id, "email-changed", origin, used.email);
          await queueMail(context, tx, used.user_id, user.email, CHANGED);
        }
      });
    }),
  );
}

const CHANGED = noticeLetter(
  "Your e-mail was changed",
  "The e-mail of your Little Monster account was changed to another address. The link in the " +
    "mail about it undoes that for seven days.",
);

/** The link is not used up by a wrong one: the transaction is taken back. */
async function provePassword(tx: Tx, userId: string, password: string | undefined) {
  const { password_hash } = await tx
    .selectFrom("users")
    .select("password_hash")
    .where("id", "=", userId)
    .executeTakeFirstOrThrow();
  const { right } = await verifyPassword(password_hash, password ?? "");
  if (right && password) return;
  fail("invalid-input", {
    message: password
      ? "The password is not right."
      : "Please log in first, or give the password of the account. If you did not make this " +
        "account, choose a new password instead.",
    errors: [{ field: "password", message: password ? "is not right" : "is missing" }],
  });
}
