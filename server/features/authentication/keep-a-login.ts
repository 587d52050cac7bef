import { sql } from "kysely";
import type { Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";

/**
 * An account must keep at least one means of logging in. Called in the transaction that removes one, after the removal;
 * the lock makes two such transactions wait for each other.
 * @throws Failure `conflict`.
 */
export async function keepALogin(tx: Tx, userId: string) {
  await sql`select from users where id = ${userId} for update`.execute(tx);
  const { rows } = await sql<{ left: boolean }>`
    select exists (select from users where id = ${userId} and password_hash is not null)
      or exists (select from passkeys where user_id = ${userId})
      or exists (select from oauth_connections where user_id = ${userId}) as left`.execute(tx);
  if (!rows[0]!.left)
    fail("conflict", { message: "This is the last way into the account. Set a password first." });
}
