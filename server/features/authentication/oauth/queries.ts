import { sql, type Selectable } from "kysely";
import { forPurpose } from "#database/principal.ts";
import type { OauthConnections } from "#database/types.ts";
import type { Queryable, Tx } from "#server/context.ts";

export interface StoredTokens {
  email: string | null;
  scopes: string | null;
  access_token: Buffer | null;
  refresh_token: Buffer | null;
  token_key_id: string | null;
  token_expires_at: Date | null;
}

/** Whose account at the provider it is; the one question that cannot name its owner. */
export function findConnectedUser(database: Queryable, provider: string, providerUserId: string) {
  const find = database
    .selectFrom("oauth_connections")
    .innerJoin("users", "users.id", "oauth_connections.user_id")
    .select(["users.id", "users.disabled_at"])
    .where("provider", "=", provider)
    .where("provider_user_id", "=", providerUserId);
  return forPurpose("identification", () => find.executeTakeFirst());
}

export function listConnections(database: Queryable, userId: string) {
  return database
    .selectFrom("oauth_connections")
    .select(["provider", "email"])
    .where("user_id", "=", userId)
    .execute();
}

const WITH_TOKENS = [
  "provider",
  "access_token",
  "refresh_token",
  "token_key_id",
  "token_expires_at",
] as const;

export type Connection = Pick<Selectable<OauthConnections>, (typeof WITH_TOKENS)[number]>;

export function listTokens(database: Queryable, userId: string): Promise<Connection[]> {
  return database
    .selectFrom("oauth_connections")
    .select(WITH_TOKENS)
    .where("user_id", "=", userId)
    .execute();
}

/** @returns undefined when the account there, or the provider here, is taken. */
export function insertConnection(
  tx: Tx,
  userId: string,
  provider: string,
  providerUserId: string,
  tokens: StoredTokens,
) {
  return tx
    .insertInto("oauth_connections")
    .values({ user_id: userId, provider, provider_user_id: providerUserId, ...tokens })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
}

/** A provider gives its refresh token the first time only: the one that is there stays, if its key is the same. */
export function updateTokens(
  database: Queryable,
  userId: string,
  provider: string,
  tokens: Omit<StoredTokens, "email"> & { email?: string | null },
) {
  return database
    .updateTable("oauth_connections")
    .set({
      ...tokens,
      refresh_token:
        tokens.refresh_token ??
        sql`case when token_key_id = ${tokens.token_key_id} then refresh_token end`,
    })
    .where("user_id", "=", userId)
    .where("provider", "=", provider)
    .execute();
}

export function deleteConnection(
  tx: Tx,
  userId: string,
  provider: string,
): Promise<Connection | undefined> {
  return tx
    .deleteFrom("oauth_connections")
    .where("user_id", "=", userId)
    .where("provider", "=", provider)
    .returning(WITH_TOKENS)
    .executeTakeFirst();
}
