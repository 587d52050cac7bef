import { asOwner } from "#database/principal.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Identity, IdentityProvider } from "#server/providers/oauth/contract.ts";
import { tellOwner } from "../mails/tell-owner.ts";
import { findLogin } from "../queries.ts";
import { admit, insertAdmitted } from "../register.ts";
import { findLiveCaller } from "../sessions.ts";
import { email as emailShape } from "../shapes.ts";
import { sendVerification } from "../verify-email.ts";
import type { OpenAttempt } from "./attempt.ts";
import { storedTokens } from "./provider-tokens.ts";
import { findConnectedUser, insertConnection, updateTokens } from "./queries.ts";

/**
 * Whose account an identity opens, in this order: the one it is linked to; the one whose session asked to link it; the
 * one with its address, if the provider vouches for the address and it was confirmed here, too; a new one, if
 * registration allows it.
 * @throws Failure `conflict`, `not-authenticated`, `account-disabled`, `not-allowed`, `email-taken`.
 */
export async function arrive(
  context: Context,
  provider: IdentityProvider,
  attempt: OpenAttempt,
  identity: Identity,
): Promise<string> {
  const { database } = context;
  const connected = await findConnectedUser(database, provider.name, identity.providerUserId);
  const tokensFor = (userId: string) =>
    storedTokens(context, userId, provider.name, identity.email, identity.tokens);
  const connect = async (tx: Tx, userId: string) => {
    const made = await asOwner(userId, () =>
      insertConnection(tx, userId, provider.name, identity.providerUserId, tokensFor(userId)),
    );
    if (!made) fail("conflict", { message: `An account at ${provider.label} is linked already.` });
  };

  if (attempt.link) {
    const { userId, sessionId } = attempt.link;
    const live = await asOwner(userId, () => findLiveCaller(database, userId, sessionId));
    if (!live) fail("not-authenticated");
    if (connected && connected.id !== userId)
      fail("conflict", {
        message: `This account at ${provider.label} belongs to another account here.`,
      });
    if (!connected) {
      await database.transaction().execute((tx) => connect(tx, userId));
      await tellLinked(context, userId, provider);
    }
    return userId;
  }

  if (connected) {
    if (connected.disabled_at) fail("account-disabled");
    await asOwner(connected.id, () =>
      updateTokens(database, connected.id, provider.name, tokensFor(connected.id)),
    );
    return connected.id;
  }

  const parsed = emailShape.safeParse(identity.email);
  if (!parsed.success)
    fail("not-allowed", {
      message:
        `${provider.label} did not tell an e-mail address. Please register with an e-mail and ` +
        `a password, and link ${provider.label} afterwards.`,
    });
  const email = parsed.data;
  const owner = await findLogin(database, email);
  if (owner) {
    if (!identity.emailVerified || !owner.email_verified_at) {
      fail("email-taken", {
        message:
          "There is already an account with this e-mail. Log in to it and link " +
          `${provider.label} in your settings.`,
      });
    }
    if (owner.disabled_at) fail("account-disabled");
    await database.transaction().execute((tx) => connect(tx, owner.id));
    await tellLinked(context, owner.id, provider);
    return owner.id;
  }

  const userId = await database.transaction().execute(async (tx) => {
    const admission = await admit(context, tx, email, attempt.invitation);
    const id = await insertAdmitted(tx, admission, {
      email,
      email_verified_at: identity.emailVerified ? new Date() : null,
      username: null,
      full_name: identity.fullName?.slice(0, 200) ?? null,
      password_hash: null,
    });
    await connect(tx, id);
    return id;
  });
  if (!identity.emailVerified) await sendVerification(context, context.database, userId, email);
  return userId;
}

/** As the owner: who comes from a provider is nobody yet. */
function tellLinked(context: Context, userId: string, { label }: IdentityProvider) {
  return asOwner(userId, () =>
    tellOwner(
      context,
      context.database,
      userId,
      `${label} was linked`,
      `Your Little Monster account can now be entered with an account at ${label}.`,
    ),
  );
}
