import type { Context } from "#server/context.ts";
import { invitationLetter, pageUrl, sendSoon } from "../mails.ts";
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
  const row = await insertInvitation(context.database, {
    user_id: userId,
    email: email ?? null,
    role,
    token_hash: sha256(token),
  });
  const url = pageUrl(context, "/register", { invitation: token });
  if (email) sendSoon(context, email, invitationLetter(url));
  return { ...row, url, token };
}
