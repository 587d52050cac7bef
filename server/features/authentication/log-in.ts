import { asOwner } from "#database/principal.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Device } from "./known-devices.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { findLogin, markLogin, replacePasswordHash } from "./queries.ts";
import { hasTotp, startChallenge } from "./second-factor/queries.ts";
import { startSession, type Tokens } from "./sessions.ts";

export type LoginOutcome = { userId: string; tokens: Tokens } | { challenge: string };

/**
 * @throws Failure `wrong-credentials`, the same for an unknown address and a wrong password; `account-disabled` only to
 * who knows the password.
 */
export async function logIn(
  context: Context,
  given: { email: string; password: string },
  device: Device,
): Promise<LoginOutcome> {
  const { database } = context;
  const found = await findLogin(database, given.email);
  const { right, outdated } = await verifyPassword(found?.password_hash, given.password);
  if (!found || !right) fail("wrong-credentials");
  if (found.disabled_at) fail("account-disabled");
  return asOwner(found.id, () => enter(context, found, given.password, outdated, device));
}

async function enter(
  context: Context,
  found: { id: string; password_hash: string | null },
  password: string,
  outdated: boolean,
  device: Device,
): Promise<LoginOutcome> {
  const { database } = context;
  if (outdated)
    await replacePasswordHash(
      database,
      found.id,
      found.password_hash!,
      await hashPassword(password),
    );
  if (await hasTotp(database, found.id)) {
    return { challenge: await startChallenge(database, found.id) };
  }
  await markLogin(database, found.id);
  return { userId: found.id, tokens: await startSession(context, database, found.id, device) };
}
