import type { Context } from "#server/context.ts";
import { invitationLetter, pageUrl } from "../mails/letters.ts";
import { queueMail } from "../mails/queue-mail.ts";
import { randomToken, sha256 } from "../sessions.ts";
import { insertInvitation } from "./queries.ts";
import type { Account } from "./shapes.ts";

/** The address of the invitation is shown this once, and mailed where an e-mail address is given. */
export async function invitePerson(
  context: Context,
  userId: string,
  { email, role }: { email?: string | undefined; role: Account["role"] },
) {
  const token = randomToken();
  const url = pageUrl(context, "/register", { invitation: token });
  const row = await context.database.transaction().execute(async (tx) => {
    if (email) await queueMail(context, tx, userId, email, invitationLetter(url));
    return insertInvitation(tx, {
      user_id: userId,
      email: email ?? null,
      role,
      token_hash: sha256(token),
    });
  });
  return { ...row, url, token };
}
