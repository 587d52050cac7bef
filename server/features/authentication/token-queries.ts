/**
 * Single-use links: to confirm an address, to choose a new password. Times are the database's, so that several servers
 * agree.
 */
import { sql } from "kysely";
import { asOwner, forPurpose } from "#database/principal.ts";
import type { Queryable, Tx } from "#server/context.ts";

export function insertResetToken(database: Queryable, userId: string, hash: Buffer) {
  return database
    .insertInto("password_reset_tokens")
    .values({ user_id: userId, token_hash: hash, expires_at: sql`now() + interval '24 hours'` })
    .execute();
}

/** Uses it: of two at once, one. @returns whose it was, when it was good and its owner may log in. */
export async function redeemResetToken(tx: Tx, hash: Buffer) {
  const use = tx
    .updateTable("password_reset_tokens")
    .set({ used_at: sql`now()` })
    .where("token_hash", "=", hash)
    .where("used_at", "is", null)
    .where("expires_at", ">", sql<Date>`now()`)
    .where("user_id", "in", tx.selectFrom("users").select("id").where("disabled_at", "is", null))
    .returning("user_id");
  const used = await forPurpose("identification", () => use.executeTakeFirst());
  if (used) await asOwner(used.user_id, () => deleteOpenResetTokens(tx, used.user_id));
  return used;
}

/** A link in an older mail must not undo a newer password. */
export async function deleteOpenResetTokens(database: Queryable, userId: string) {
  await database
    .deleteFrom("password_reset_tokens")
    .where("user_id", "=", userId)
    .where("used_at", "is", null)
    .execute();
}

export function insertVerificationToken(
  database: Queryable,
  userId: string,
  email: string,
  hash: Buffer,
) {
  return database
    .insertInto("email_verification_tokens")
    .values({
      user_id: userId,
      email,
      token_hash: hash,
      expires_at: sql`now() + interval '3 days'`,
    })
    .execute();
}

/** @returns whose it was, when it was good and its owner may log in. */
export async function redeemVerificationToken(tx: Tx, hash: Buffer) {
  const use = tx
    .updateTable("email_verification_tokens")
    .set({ used_at: sql`now()` })
    .where("token_hash", "=", hash)
    .where("used_at", "is", null)
    .where("expires_at", ">", sql<Date>`now()`)
    .where("user_id", "in", tx.selectFrom("users").select("id").where("disabled_at", "is", null))
    .returning(["user_id", "email"]);
  const used = await forPurpose("identification", () => use.executeTakeFirst());
  if (used)
    await asOwner(used.user_id, () =>
      tx
        .deleteFrom("email_verification_tokens")
        .where("user_id", "=", used.user_id)
        .where("used_at", "is", null)
        .execute(),
    );
  return used;
}
