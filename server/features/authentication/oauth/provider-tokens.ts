/** What a provider gave us to act for a person is encrypted at rest, bound to that person, that provider and that column. */
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { IdentityProvider, ProviderTokens } from "#server/providers/oauth/contract.ts";
import { findConnection, updateTokens, type StoredTokens } from "./queries.ts";

const RENEW_BEFORE_MS = 60_000;

export function storedTokens(
  context: Context,
  userId: string,
  provider: string,
  email: string | undefined,
  tokens: ProviderTokens,
): StoredTokens {
  const access = context.secrets.seal(
    tokens.accessToken,
    purpose(userId, provider, "access_token"),
  );
  const refresh =
    tokens.refreshToken === undefined
      ? undefined
      : context.secrets.seal(tokens.refreshToken, purpose(userId, provider, "refresh_token"));
  const future =
    tokens.expiresAt && tokens.expiresAt.getTime() > Date.now() + 1000 ? tokens.expiresAt : null;
  return {
    email: email && email.length <= 254 ? email : null,
    scopes: tokens.scopes?.slice(0, 2000) ?? null,
    access_token: access.sealed,
    refresh_token: refresh?.sealed ?? null,
    token_key_id: access.keyId,
    token_expires_at: future,
  };
}

/** A token that still works, renewed when it is about to end. @throws Failure `not-found`, `conflict` when the person has to log in there again. */
export async function providerAccessToken(
  context: Context,
  provider: IdentityProvider,
  userId: string,
): Promise<string> {
  const { database, secrets } = context;
  const row = await findConnection(database, userId, provider.name);
  if (!row?.access_token || !row.token_key_id) fail("not-found");
  const open = (sealed: Buffer, column: string) =>
    secrets.open(row.token_key_id!, sealed, purpose(userId, provider.name, column));
  if (!row.token_expires_at || row.token_expires_at.getTime() > Date.now() + RENEW_BEFORE_MS)
    return open(row.access_token, "access_token");
  if (!row.refresh_token)
    fail("conflict", { message: `Please log in with ${provider.label} again.` });
  const renewed = await provider.refresh(open(row.refresh_token, "refresh_token"));
  const { email: _unchanged, ...stored } = storedTokens(
    context,
    userId,
    provider.name,
    undefined,
    renewed,
  );
  await updateTokens(database, userId, provider.name, stored);
  return renewed.accessToken;
}

function purpose(userId: string, provider: string, column: string) {
  return `oauth_connections ${userId} ${provider} ${column}`;
}
