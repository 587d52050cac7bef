import type { Context, Queryable } from "#server/context.ts";
import { findUser } from "../queries.ts";
import { noticeLetter } from "./letters.ts";
import { queueMail } from "./queue-mail.ts";

/**
 * A notice to the owner that something about how the account is entered has changed; nothing where the account is gone.
 */
export async function tellOwner(
  context: Context,
  database: Queryable,
  userId: string,
  subject: string,
  sentence: string,
) {
  const user = await findUser(database, userId);
  if (user) await queueMail(context, database, userId, user.email, noticeLetter(subject, sentence));
}
