/** The same receipt for one recording, one material, or everything of a subject. */
import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { z } from "zod";
import { forPurpose } from "#database/principal.ts";
import type { Context, Queryable, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { forgetThings } from "#server/features/content/forget-things.ts";
import { newId } from "#server/new-id.ts";
import { hashesOf, keepReceipt, signReceipt } from "./receipt.ts";
import { keepRemains, removeRemains } from "./remains.ts";
import type { erasure, Receipt } from "./shapes.ts";
import { ownedTables } from "./stock.ts";

/**
 * What lies in the bin, too.
 * @throws Failure `not-found` when one of them is not there: then nothing is deleted.
 */
export async function eraseThings(
  context: Context,
  userId: string,
  wanted: z.infer<typeof erasure>,
): Promise<Receipt> {
  const receipt = await forPurpose("bin", () => erase(context, userId, wanted));
  await removeRemains(context, receipt.id);
  return receipt;
}

async function erase(context: Context, userId: string, wanted: z.infer<typeof erasure>) {
  return context.database.transaction().execute(async (tx) => {
    const before = await countRows(tx, userId);
    const given = {
      recordings: wanted.recordings ?? [],
      study_materials: wanted.study_materials ?? [],
    };
    if (wanted.subject !== undefined)
      for (const table of ["recordings", "study_materials"] as const)
        given[table].push(...(await idsOfSubject(tx, userId, table, wanted.subject)));
    const forgotten = await forgetThings(tx, userId, given);
    const found = new Set([...forgotten.recordings, ...forgotten.study_materials]);
    if ([...given.recordings, ...given.study_materials].some((id) => !found.has(id)))
      fail("not-found");
    const rest =
      wanted.subject === undefined
        ? { ids: [], keys: [] }
        : await eraseSubject(tx, userId, wanted.subject);
    const ids = [...forgotten.ids, ...rest.ids];
    const keys = [...forgotten.keys, ...rest.keys];
    if (ids.length === 0) fail("not-found");
    const after = await countRows(tx, userId);
    const counts = Object.fromEntries(
      Object.entries(before).flatMap(([table, count]) =>
        count > (after[table] ?? 0) ? [[table, count - (after[table] ?? 0)]] : [],
      ),
    );
    const made = signReceipt(context, {
      id: newId(),
      scope: "things",
      account_hash: null,
      thing_hashes: hashesOf(ids),
      file_hashes: hashesOf(keys),
      counts: keys.length > 0 ? { ...counts, files: keys.length } : counts,
      hashes: {
        things: hashLines(ids),
        ...(keys.length > 0 ? { files: hashLines(keys) } : {}),
      },
      kept: forgotten.kept,
    });
    await keepReceipt(tx, made);
    await keepRemains(tx, { receipt_id: made.id, keys, growing: [], busy: false });
    return made;
  });
}

function hashLines(lines: string[]) {
  return createHash("sha256").update(lines.toSorted().join("\n")).digest("hex");
}

async function idsOfSubject(
  tx: Tx,
  userId: string,
  table: "recordings" | "study_materials",
  subject: string,
) {
  const { rows } = await sql<{ id: string }>`
    select id from ${sql.table(table)} where user_id = ${userId} and subject = ${subject}`.execute(
    tx,
  );
  return rows.map(({ id }) => id);
}

/** Whatever else says of itself that it is of the subject, in tables of today and tomorrow. */
async function eraseSubject(tx: Tx, userId: string, subject: string) {
  const ids: string[] = [];
  const keys: string[] = [];
  for (const { name, file } of await tablesWithSubject(tx)) {
    const { rows } = await sql<{ id: string; key: string | null }>`
      delete from ${sql.table(name)} where user_id = ${userId} and subject = ${subject}
      returning to_jsonb(${sql.table(name)}) ->> 'id' as id,
        ${file ? sql.ref("storage_key") : sql`null`} as key`.execute(tx);
    ids.push(...rows.flatMap(({ id }) => id ?? []));
    keys.push(...rows.flatMap(({ key }) => key ?? []));
  }
  await sql`
    delete from jobs where user_id = ${userId} and status <> 'processing'
      and payload ->> 'subject' = ${subject}`.execute(tx);
  return { ids, keys };
}

async function tablesWithSubject(database: Queryable) {
  const { rows } = await sql<{ name: string; file: boolean }>`
    select relname as name, exists (
      select from pg_attribute where attrelid = c.oid and attname = 'storage_key' and not attisdropped
    ) as file
    from pg_class as c
    where relkind = 'r' and relnamespace = 'public'::regnamespace
      and relname = any(${await ownedTables(database)})
      and exists (select from pg_attribute where attrelid = c.oid and attname = 'subject' and not attisdropped)
    order by relname`.execute(database);
  return rows;
}

async function countRows(tx: Tx, userId: string) {
  const counts: Record<string, number> = {};
  for (const table of await ownedTables(tx)) {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from ${sql.table(table)} where user_id = ${userId}`.execute(tx);
    counts[table] = Number(rows[0]!.count);
  }
  return counts;
}
