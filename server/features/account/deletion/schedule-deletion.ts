/** The wish to be deleted, its days of grace, and their end. */
import { sql } from "kysely";
import { asOwner } from "#database/principal.ts";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Queryable } from "#server/context.ts";
import { Failure, fail } from "#server/failures.ts";
import { keepOneAdministrator } from "#server/features/authentication/administration/queries.ts";
import { queueMail } from "#server/features/authentication/mails/queue-mail.ts";
import { deleteAccount } from "./delete-account.ts";
import { keptLetter, scheduledLetter } from "./letters.ts";
import type { Receipt, ScheduledDeletion } from "./shapes.ts";

export function findDeletion(database: Queryable, userId: string) {
  return database
    .selectFrom("account_deletions")
    .select(["delete_at", "asked_by", "receipt_id", "created_at"])
    .where("user_id", "=", userId)
    .executeTakeFirst();
}

type Row = NonNullable<Awaited<ReturnType<typeof findDeletion>>>;

export type Outcome = { receipt: Receipt } | { deletion: Row };

/**
 * Deletes at once, or after so many days. The wish is written down first: a kill in the middle, or an account so large
 * that it takes longer than a request, is finished by the next look.
 * @throws Failure `not-found`; `conflict` for the last administrator among others.
 */
export async function askDeletion(
  context: Context,
  userId: string,
  wish: { asked_by: ScheduledDeletion["asked_by"]; graceDays: number },
): Promise<Outcome> {
  const row = await asOwner(userId, () =>
    context.database.transaction().execute(async (tx) => {
      await keepOneAdministrator(tx, userId, { whenOthersRemain: true });
      const { email } =
        (await tx
          .selectFrom("users")
          .select("email")
          .where("id", "=", userId)
          .executeTakeFirst()) ?? fail("not-found");
      const values = {
        asked_by: wish.asked_by,
        delete_at: sql<Date>`now() + make_interval(days => ${wish.graceDays})`,
      };
      await tx
        .insertInto("account_deletions")
        .values({ user_id: userId, ...values })
        // Asked again, the earlier day holds.
        .onConflict((conflict) =>
          conflict.column("user_id").doUpdateSet({
            delete_at: sql`least(account_deletions.delete_at, excluded.delete_at)`,
          }),
        )
        .execute();
      await notifyChanged(tx, userId, { kind: "account_deletion", id: userId, change: "updated" });
      const made = (await findDeletion(tx, userId))!;
      if (made.delete_at.getTime() > Date.now())
        await queueMail(context, tx, userId, email, scheduledLetter(context, made));
      return made;
    }),
  );
  if (row.delete_at.getTime() > Date.now()) return { deletion: row };
  try {
    return { receipt: await deleteAccount(context, userId, row.receipt_id) };
  } catch (error) {
    if (error instanceof Failure && error.status < 500) throw error;
    context.log.warn(
      { err: error },
      "a deletion takes longer than a request: it goes on by itself",
    );
    return { deletion: row };
  }
}

/** @throws Failure `conflict` when nothing is to be deleted. */
export async function keepAccount(context: Context, userId: string) {
  await context.database.transaction().execute(async (tx) => {
    const { numDeletedRows } = await tx
      .deleteFrom("account_deletions")
      .where("user_id", "=", userId)
      .where("delete_at", ">", sql<Date>`now()`)
      .executeTakeFirst();
    if (numDeletedRows === 0n)
      fail("conflict", { message: "This account is not about to be deleted." });
    await notifyChanged(tx, userId, { kind: "account_deletion", id: userId, change: "deleted" });
    const { email } = await tx
      .selectFrom("users")
      .select("email")
      .where("id", "=", userId)
      .executeTakeFirstOrThrow();
    await queueMail(context, tx, userId, email, keptLetter());
  });
}

/** Accounts whose days of grace are over, and deletions that a kill cut off. @returns how many were deleted. */
export async function deleteDue(context: Context) {
  const due = await context.database
    .selectFrom("account_deletions")
    .select(["user_id", "receipt_id"])
    .where("delete_at", "<=", sql<Date>`now()`)
    .execute();
  let deleted = 0;
  for (const { user_id, receipt_id } of due) {
    try {
      await deleteAccount(context, user_id, receipt_id);
      deleted += 1;
    } catch (error) {
      // Deleted by the request meanwhile, or the last administrator by now; the others' turn comes all the same.
      if (!(error instanceof Failure)) throw error;
      context.log.warn({ code: error.code, receipt_id }, "an account could not be deleted yet");
    }
  }
  return deleted;
}
