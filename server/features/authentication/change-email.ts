/**
 * An e-mail change takes effect with the link to the new address. The old one is told before that, with a link that
 * takes it back for seven days: whoever has the account for a moment must not have it for good.
 */
import { sql } from "kysely";
import { asOwner, forPurpose } from "#database/principal.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { recordActivity, type Origin } from "./activity/record-activity.ts";
import { emailChangeLetter, pageUrl } from "./mails/letters.ts";
import { queueMail } from "./mails/queue-mail.ts";
import { findLogin, findUser, setEmail } from "./queries.ts";
import { randomToken, sha256 } from "./sessions.ts";
import { insertResetToken } from "./token-queries.ts";
import { insideUniqueNames } from "./unique-names.ts";
import { sendVerification } from "./verify-email.ts";
import { endWaysIn } from "./ways-in.ts";

/** @throws Failure `not-authenticated`. */
export async function askEmailChange(
  context: Context,
  userId: string,
  email: string,
  origin: Origin,
) {
  const { database } = context;
  const user = (await findUser(database, userId)) ?? fail("not-authenticated");
  const owner = await findLogin(database, email);
  // An address of somebody else gets no mail, and the answer does not say that it is taken.
  if (owner && owner.id !== userId) return;
  await database.transaction().execute(async (tx) => {
    if (email.toLowerCase() !== user.email.toLowerCase()) {
      const token = randomToken();
      await tx
        .insertInto("email_changes")
        .values({
          user_id: userId,
          old_email: user.email,
          new_email: email,
          token_hash: sha256(token),
          expires_at: sql`now() + interval '7 days'`,
        })
        .execute();
      await recordActivity(tx, userId, "email-change-asked", origin, email);
      const url = pageUrl(context, "/undo-email-change", { token });
      await queueMail(context, tx, userId, user.email, emailChangeLetter(email, url));
    }
    await sendVerification(context, tx, userId, email);
  });
}

/**
 * The old address counts again, whatever was done since, and every way in has ended.
 * @returns a token to choose a new password with.
 * @throws Failure `link-unusable`, `email-taken` when another account has the old address by now.
 */
export async function undoEmailChange(context: Context, token: string, origin: Origin) {
  const resetToken = randomToken();
  await insideUniqueNames(() =>
    context.database.transaction().execute(async (tx) => {
      const find = tx
        .deleteFrom("email_changes")
        .where("token_hash", "=", sha256(token))
        .where("expires_at", ">", sql<Date>`now()`)
        .returning(["user_id", "old_email"]);
      const change =
        (await forPurpose("identification", () => find.executeTakeFirst())) ??
        fail("link-unusable");
      await asOwner(change.user_id, async () => {
        await endWaysIn(tx, change.user_id);
        await setEmail(tx, change.user_id, change.old_email);
        await insertResetToken(tx, change.user_id, sha256(resetToken));
        await recordActivity(tx, change.user_id, "email-change-undone", origin, change.old_email);
      });
    }),
  );
  return resetToken;
}
