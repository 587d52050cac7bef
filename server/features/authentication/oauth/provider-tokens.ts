/**
 * What a provider gave us to act for a person: kept to give it back when the link or the account goes, and for nothing
 * else. Encrypted at rest, bound to that person, that provider and that column.
 */
import type { Context } from "#server/context.ts";
import type { ProviderTokens } from "#server/providers/oauth/contract.ts";
import type { Connection, StoredTokens } from "./queries.ts";

/** Sealed, as `oauth_connections` keeps them. */
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

/**
 * Ends at the providers what they allowed us, after the links are gone here. A provider that is away or knows no such
 * request changes nothing of that: it is logged.
 */
export async function revokeTokens(
  { identityProviders, secrets, log }: Context,
  userId: string,
  connections: Connection[],
) {
  const revoke = async (row: Connection) => {
    if (!row.access_token || !row.token_key_id) return;
    const hasEnded = row.token_expires_at !== null && row.token_expires_at.getTime() <= Date.now();
    if (hasEnded && !row.refresh_token) return;
    const open = (sealed: Buffer, column: string) =>
      secrets.open(row.token_key_id!, sealed, purpose(userId, row.provider, column));
    await identityProviders.get(row.provider)?.revoke({
      accessToken: open(row.access_token, "access_token"),
      refreshToken: row.refresh_token ? open(row.refresh_token, "refresh_token") : undefined,
    });
  };
  const ended = await Promise.allSettled(connections.map(revoke));
  ended.forEach((one, at) => {
    if (one.status === "rejected")
      log.warn(
        { err: one.reason as unknown, provider: connections[at]!.provider },
        "a provider did not take its tokens back",
      );
  });
}

function purpose(userId: string, provider: string, column: string) {
  return `oauth_connections ${userId} ${provider} ${column}`;
}
