/**
 * Files of what was deleted: written down in the transaction that deletes the rows, removed afterwards, whoever is
 * killed in between.
 */
import { sql } from "kysely";
import type { Context, Tx } from "#server/context.ts";

/** Longer than an attempt whose job is gone goes on, and than an upload waits for more. */
const SETTLE_MINUTES = 6;

export async function keepRemains(
  tx: Tx,
  remains: {
    receipt_id: string;
    prefix?: string;
    keys?: string[];
    growing: string[];
    /** Something may still write a file of it. */
    busy: boolean;
  },
) {
  const { busy, ...values } = remains;
  await tx
    .insertInto("deletion_remains")
    .values({
      ...values,
      settled_at: busy ? sql`now() + make_interval(mins => ${SETTLE_MINUTES})` : sql`now()`,
    })
    .execute();
}

/** Asking again removes what came since. */
export async function removeRemains({ database, storage, mail }: Context, receiptId: string) {
  const remains = await database
    .selectFrom("deletion_remains")
    .select(["prefix", "keys", "growing", sql<boolean>`settled_at <= now()`.as("settled")])
    .where("receipt_id", "=", receiptId)
    .executeTakeFirst();
  if (!remains) return;
  if (remains.prefix) {
    await storage.deleteUnder(remains.prefix);
    // Mails that were written to a folder, where no mail server is set.
    const [accountId = "", ...below] = remains.prefix.split("/").filter(Boolean);
    if (below.length === 0) await mail.forget(accountId);
  }
  for (const key of remains.keys) await storage.delete(key);
  for (const name of remains.growing) await storage.drop(name);
  // Not what the next portion of the same erasure wrote down meanwhile.
  if (remains.settled)
    await database
      .deleteFrom("deletion_remains")
      .where("receipt_id", "=", receiptId)
      .where("keys", "=", sql<string[]>`${remains.keys}::text[]`)
      .execute();
}

export async function removeAllRemains(context: Context) {
  const rows = await context.database.selectFrom("deletion_remains").select("receipt_id").execute();
  for (const { receipt_id } of rows) await removeRemains(context, receipt_id);
  return rows.length;
}
