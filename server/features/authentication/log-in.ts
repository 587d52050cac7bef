import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { findLogin, markLogin, replacePasswordHash } from "./queries.ts";
import { startSession, type Device } from "./sessions.ts";

/** @throws Failure `wrong-credentials`, the same for an unknown address and a wrong password; `account-disabled` only to who knows the password. */
export async function logIn(
  context: Context,
  given: { email: string; password: string },
  device: Device,
) {
  const { database } = context;
  const found = await findLogin(database, given.email);
  const { right, outdated } = await verifyPassword(found?.password_hash, given.password);
  if (!found || !right) fail("wrong-credentials");
  if (found.disabled_at) fail("account-disabled");
  if (outdated)
    await replacePasswordHash(
      database,
      found.id,
      found.password_hash!,
      await hashPassword(given.password),
    );
  await markLogin(database, found.id);
  return { userId: found.id, tokens: await startSession(context, database, found.id, device) };
}
