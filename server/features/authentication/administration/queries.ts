import { sql } from "kysely";
import { forPurpose } from "#database/principal.ts";
import { columnsOf } from "#server/columns-of.ts";
import type { Queryable, Tx, Row } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { INVITATION_DAYS } from "#server/vocabulary.ts";
import { account, invitation } from "./shapes.ts";

const USER = columnsOf(account);

/** Accounts, never what is in them. */
export function listUsers(
  database: Queryable,
  page: { limit: number; cursor?: string | undefined; q?: string | undefined },
) {
  const pattern = `%${(page.q ?? "").replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return database
    .selectFrom("users")
    .select(USER)
    .$if(page.cursor !== undefined, (query) => query.where("id", "<", page.cursor!))
    .$if(Boolean(page.q), (query) =>
      query.where((eb) =>
        eb.or([
          eb("email", "ilike", pattern),
          eb("username", "ilike", pattern),
          eb("full_name", "ilike", pattern),
        ]),
      ),
    )
    .orderBy("id", "desc")
    .limit(page.limit + 1)
    .execute();
}

export function findAccount(database: Queryable, id: string) {
  return database.selectFrom("users").select(USER).where("id", "=", id).executeTakeFirst();
}

export function setDisabled(tx: Tx, id: string, disabled: boolean) {
  return tx
    .updateTable("users")
    .set({ disabled_at: disabled ? sql`coalesce(disabled_at, now())` : null })
    .where("id", "=", id)
    .returning(USER)
    .executeTakeFirst();
}

export function setRole(tx: Tx, id: string, role: "student" | "administrator") {
  return tx
    .updateTable("users")
    .set({ role })
    .where("id", "=", id)
    .returning(USER)
    .executeTakeFirst();
}

/**
 * Called before an account stops being an administrator; the lock makes two such changes follow one another.
 * @throws Failure `conflict` when no other would be left.
 */
export async function keepOneAdministrator(
  tx: Tx,
  leavingId: string,
  { whenOthersRemain = false } = {},
) {
  await sql`select pg_advisory_xact_lock(hashtext('little-monster administrators'))`.execute(tx);
  const { rows } = await forPurpose("administration", () =>
    sql<{ leaving: boolean; others: boolean; anybody: boolean }>`
      select
        exists (select from users where id = ${leavingId} and role = 'administrator' and disabled_at is null)
          as leaving,
        exists (select from users where id <> ${leavingId} and role = 'administrator' and disabled_at is null)
          as others,
        exists (select from users where id <> ${leavingId}) as anybody`.execute(tx),
  );
  const { leaving, others, anybody } = rows[0]!;
  if (!leaving || others || (whenOthersRemain && !anybody)) return;
  fail("conflict", {
    message: "This is the only administrator. Make somebody else an administrator first.",
  });
}

const INVITATION = columnsOf(invitation);

export function listInvitations(
  database: Queryable,
  page: { limit: number; cursor?: string | undefined },
) {
  return database
    .selectFrom("invitations")
    .select(INVITATION)
    .$if(page.cursor !== undefined, (query) => query.where("id", "<", page.cursor!))
    .orderBy("id", "desc")
    .limit(page.limit + 1)
    .execute();
}

export function insertInvitation(
  database: Queryable,
  invitation: {
    user_id: string;
    email: string | null;
    role: Row<"users">["role"];
    token_hash: Buffer;
  },
) {
  return database
    .insertInto("invitations")
    .values({ ...invitation, expires_at: sql`now() + make_interval(days => ${INVITATION_DAYS})` })
    .returning(INVITATION)
    .executeTakeFirstOrThrow();
}

export async function deleteInvitation(database: Queryable, id: string) {
  const { numDeletedRows } = await database
    .deleteFrom("invitations")
    .where("id", "=", id)
    .where("used_at", "is", null)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Uses it: of two at once, one. */
export async function redeemInvitation(tx: Tx, hash: Buffer, email: string) {
  const use = tx
    .updateTable("invitations")
    .set({ used_at: sql`now()` })
    .where("token_hash", "=", hash)
    .where("used_at", "is", null)
    .where("expires_at", ">", sql<Date>`now()`)
    .where((eb) =>
      eb.or([eb("email", "is", null), eb(sql`lower(email)`, "=", email.toLowerCase())]),
    )
    .returning(["user_id", "id", "role"]);
  return forPurpose("identification", () => use.executeTakeFirst());
}

export function setInvited(tx: Tx, invitation: { user_id: string; id: string }, usedBy: string) {
  const set = tx
    .updateTable("invitations")
    .set({ used_by: usedBy })
    .where("user_id", "=", invitation.user_id)
    .where("id", "=", invitation.id);
  return forPurpose("identification", () => set.execute());
}
