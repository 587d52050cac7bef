import { sql } from "kysely";
import { forPurpose } from "#database/principal.ts";
import type { Queryable, Tx } from "#server/context.ts";
import { randomToken, sha256 } from "../sessions.ts";

export function findTotp(database: Queryable, userId: string) {
  return database
    .selectFrom("totp_secrets")
    .select(["secret", "secret_key_id", "confirmed_at", "last_used_step"])
    .where("user_id", "=", userId)
    .executeTakeFirst();
}

export async function hasTotp(database: Queryable, userId: string) {
  return Boolean((await findTotp(database, userId))?.confirmed_at);
}

/** Replaces one that was never confirmed. @returns false when a confirmed one is there. */
export async function putUnconfirmedTotp(
  database: Queryable,
  userId: string,
  secret: Buffer,
  keyId: string,
) {
  const row = await database
    .insertInto("totp_secrets")
    .values({ user_id: userId, secret, secret_key_id: keyId })
    .onConflict((conflict) =>
      conflict
        .column("user_id")
        .doUpdateSet({ secret, secret_key_id: keyId, created_at: sql`now()` })
        .where("totp_secrets.confirmed_at", "is", null),
    )
    .returning("user_id")
    .executeTakeFirst();
  return row !== undefined;
}

/** A step counts once: of two requests with one code, one. @returns whether this one was it. */
export async function takeStep(tx: Tx, userId: string, step: number) {
  const row = await tx
    .updateTable("totp_secrets")
    .set({ last_used_step: step, confirmed_at: sql`coalesce(confirmed_at, now())` })
    .where("user_id", "=", userId)
    .where((eb) => eb.or([eb("last_used_step", "is", null), eb("last_used_step", "<", step)]))
    .returning("user_id")
    .executeTakeFirst();
  return row !== undefined;
}

export async function deleteTotp(tx: Tx, userId: string) {
  await tx.deleteFrom("recovery_codes").where("user_id", "=", userId).execute();
  const { numDeletedRows } = await tx
    .deleteFrom("totp_secrets")
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export async function replaceRecoveryCodes(tx: Tx, userId: string, hashes: Buffer[]) {
  await tx.deleteFrom("recovery_codes").where("user_id", "=", userId).execute();
  await tx
    .insertInto("recovery_codes")
    .values(hashes.map((code_hash) => ({ user_id: userId, code_hash })))
    .execute();
}

export async function redeemRecoveryCode(tx: Tx, userId: string, hash: Buffer) {
  const row = await tx
    .updateTable("recovery_codes")
    .set({ used_at: sql`now()` })
    .where("user_id", "=", userId)
    .where("code_hash", "=", hash)
    .where("used_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}

export async function countRecoveryCodes(database: Queryable, userId: string) {
  const { rows } = await sql<{ left: number }>`
    select count(*)::int as left from recovery_codes where user_id = ${userId} and used_at is null`.execute(
    database,
  );
  return rows[0]!.left;
}

/** How long a person may look for the phone with the codes. */
const CHALLENGE_SECONDS = 300;

/** @returns the token that the login is finished with. */
export async function startChallenge(database: Queryable, userId: string) {
  const token = randomToken();
  await database
    .insertInto("login_challenges")
    .values({
      user_id: userId,
      token_hash: sha256(token),
      expires_at: sql`now() + make_interval(secs => ${CHALLENGE_SECONDS})`,
    })
    .execute();
  return token;
}

/** Whose login it is; a wrong code leaves it open until its time is over. */
export async function findChallenge(database: Queryable, token: string) {
  const find = database
    .selectFrom("login_challenges")
    .select(["user_id", "id"])
    .where("token_hash", "=", sha256(token))
    .where("expires_at", ">", sql<Date>`now()`);
  return forPurpose("identification", () => find.executeTakeFirst());
}

/** @returns false where every way in has ended meanwhile; what would end them waits for this login. */
export async function holdChallenge(tx: Tx, challenge: { user_id: string; id: string }) {
  const row = await tx
    .selectFrom("login_challenges")
    .select("id")
    .where("user_id", "=", challenge.user_id)
    .where("id", "=", challenge.id)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}
