import { sql } from "kysely";
import { notifyAccess } from "#server/changes.ts";
import type { Queryable, Row } from "#server/context.ts";

const SHOWN = ["id", "name", "hint", "scopes", "created_at", "expires_at", "last_used_at"] as const;

export function listApiKeys(database: Queryable, userId: string) {
  return database
    .selectFrom("api_keys")
    .select(SHOWN)
    .where("user_id", "=", userId)
    .orderBy("id", "desc")
    .execute();
}

export interface NewApiKey {
  user_id: string;
  name: string;
  token_hash: Buffer;
  hint: string;
  scopes: Row<"api_keys">["scopes"];
  expires_at: Date | null;
}

export function insertApiKey(database: Queryable, key: NewApiKey) {
  return database.insertInto("api_keys").values(key).returning(SHOWN).executeTakeFirstOrThrow();
}

/** @returns its name, when there was one. */
export async function deleteApiKey(database: Queryable, userId: string, id: string) {
  const deleted = await database
    .deleteFrom("api_keys")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .returning("name")
    .executeTakeFirst();
  if (deleted) await notifyAccess(database, userId);
  return deleted?.name;
}

export async function isLiveKey(database: Queryable, userId: string, id: string) {
  const { rows } = await sql`
    select from api_keys join users on users.id = api_keys.user_id
    where api_keys.user_id = ${userId} and api_keys.id = ${id} and users.disabled_at is null
      and (api_keys.expires_at is null or api_keys.expires_at > now())`.execute(database);
  return rows.length > 0;
}

/** A live key of an account that is not disabled; its last use is written once a minute at the most. */
export async function findApiKey(database: Queryable, hash: Buffer) {
  const { rows } = await sql<{
    user_id: string;
    id: string;
    role: "student" | "administrator";
    scopes: Row<"api_keys">["scopes"];
    stale: boolean;
  }>`
    select api_keys.user_id, api_keys.id, users.role, api_keys.scopes,
      coalesce(api_keys.last_used_at < now() - interval '1 minute', true) as stale
    from api_keys join users on users.id = api_keys.user_id
    where api_keys.token_hash = ${hash} and users.disabled_at is null
      and (api_keys.expires_at is null or api_keys.expires_at > now())`.execute(database);
  const key = rows[0];
  if (key?.stale) {
    await database
      .updateTable("api_keys")
      .set({ last_used_at: sql`now()` })
      .where("user_id", "=", key.user_id)
      .where("id", "=", key.id)
      .execute();
  }
  return key;
}
