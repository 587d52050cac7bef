import { sql } from "kysely";
import type { Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";

/** Called in the transaction that takes a way in away, after it; the lock makes two of them follow one another. @throws Failure `conflict`. */
export async function keepOneWayIn(tx: Tx, userId: string) {
  await sql`select from users where id = ${userId} for update`.execute(tx);
  const { rows } = await sql<{ left: boolean }>`
    select exists (select from users where id = ${userId} and password_hash is not null)
      or exists (select from passkeys where user_id = ${userId})
      or exists (select from oauth_connections where user_id = ${userId}) as left`.execute(tx);
  if (!rows[0]!.left)
    fail("conflict", { message: "This is the last way into the account. Set a password first." });
}
