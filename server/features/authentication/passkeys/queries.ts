import { sql } from "kysely";
import { forPurpose } from "#database/principal.ts";
import type { Queryable, Tx } from "#server/context.ts";

export function listPasskeys(database: Queryable, userId: string) {
  return database
    .selectFrom("passkeys")
    .select(["id", "name", "backed_up", "created_at", "last_used_at"])
    .where("user_id", "=", userId)
    .orderBy("id", "desc")
    .execute();
}

export function listCredentials(database: Queryable, userId: string) {
  return database
    .selectFrom("passkeys")
    .select(["credential_id", "transports"])
    .where("user_id", "=", userId)
    .execute();
}

export interface NewPasskey {
  user_id: string;
  name: string;
  credential_id: string;
  public_key: Buffer;
  sign_count: number;
  transports: string[];
  backed_up: boolean;
}

export function insertPasskey(database: Queryable, passkey: NewPasskey) {
  return database
    .insertInto("passkeys")
    .values(passkey)
    .onConflict((conflict) => conflict.column("credential_id").doNothing())
    .returning(["id", "name", "backed_up", "created_at", "last_used_at"])
    .executeTakeFirst();
}

/** The authenticator says which key it is; whose it is, only we know. The lock keeps two uses of one counter apart. */
export function lockPasskey(tx: Tx, credentialId: string) {
  const lock = tx
    .selectFrom("passkeys")
    .innerJoin("users", "users.id", "passkeys.user_id")
    .select([
      "passkeys.user_id",
      "passkeys.id",
      "passkeys.public_key",
      "passkeys.sign_count",
      "passkeys.transports",
      "users.disabled_at",
    ])
    .where("passkeys.credential_id", "=", credentialId)
    .forUpdate("passkeys");
  return forPurpose("identification", () => lock.executeTakeFirst());
}

export function markPasskeyUsed(
  tx: Tx,
  userId: string,
  id: string,
  signCount: number,
  backedUp: boolean,
) {
  return tx
    .updateTable("passkeys")
    .set({ sign_count: signCount, backed_up: backedUp, last_used_at: sql`now()` })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .execute();
}

export async function deletePasskey(database: Queryable, userId: string, id: string) {
  const { numDeletedRows } = await database
    .deleteFrom("passkeys")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export function insertChallenge(database: Queryable, userId: string | null, hash: Buffer) {
  const insert = database.insertInto("passkey_challenges").values({
    user_id: userId,
    challenge_hash: hash,
    expires_at: sql`now() + interval '5 minutes'`,
  });
  return ofWhoever(userId, () => insert.execute());
}

/** Each challenge is answered once. */
export async function takeChallenge(database: Queryable, userId: string | null, hash: Buffer) {
  const take = database
    .deleteFrom("passkey_challenges")
    .where("challenge_hash", "=", hash)
    .where("user_id", userId === null ? "is" : "=", userId)
    .returning(sql<boolean>`expires_at > now()`.as("live"));
  const row = await ofWhoever(userId, () => take.executeTakeFirst());
  return row?.live ?? false;
}

/** A login's challenge belongs to nobody yet. */
function ofWhoever<T>(userId: string | null, work: () => T) {
  return userId === null ? forPurpose("identification", work) : work();
}
