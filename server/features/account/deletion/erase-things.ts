/**
 * The same receipt for some recordings and materials, or everything of a subject. In portions, each of which stays
 * done: whoever else works in the account waits for one of them at most, and a kill in between leaves the receipt of
 * what is gone.
 */
import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { z } from "zod";
import { forPurpose } from "#database/principal.ts";
import type { Context, Queryable, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import {
  recordActivity,
  type Origin,
} from "#server/features/authentication/activity/record-activity.ts";
import { forgetThings } from "#server/features/content/forget-things.ts";
import { newId } from "#server/new-id.ts";
import { hashesOf, keepReceipt, signReceipt } from "./receipt.ts";
import { keepRemains, removeRemains } from "./remains.ts";
import type { Erased, erasure } from "./shapes.ts";
import { ownedTables } from "./stock.ts";

/** Things in one transaction. */
const AT_ONCE = 50;
/** After that a request about a subject answers, and says how many are left. */
const PATIENCE_MS = 10_000;

const TABLES = ["recordings", "study_materials"] as const;

/** Of one receipt. */
interface Gone {
  ids: string[];
  /** Of files. */
  keys: string[];
  /** Rows by table. */
  counts: Record<string, number>;
  kept: Record<string, number>;
}

type Things = Record<(typeof TABLES)[number], string[]>;

interface Erasing {
  context: Context;
  userId: string;
  wanted: z.infer<typeof erasure>;
  origin: Origin;
  receiptId: string;
  /** What is named one by one and not erased yet. */
  named: Things[];
}

/**
 * What lies in the bin, too. The receipt stands in the account's log from the first portion on.
 * @returns `left`: things of the subject that the same request deletes, with a receipt of their own.
 * @throws Failure `not-found` when one of them is not there: then nothing is deleted.
 */
export async function eraseThings(
  context: Context,
  userId: string,
  wanted: z.infer<typeof erasure>,
  origin: Origin,
): Promise<Erased> {
  const erasing = {
    context,
    userId,
    wanted,
    origin,
    receiptId: newId(),
    named: inPortions(wanted),
  };
  const end = performance.now() + PATIENCE_MS;
  let gone: Gone = { ids: [], keys: [], counts: {}, kept: {} };
  for (;;) {
    const made = await forPurpose("bin", () =>
      context.database.transaction().execute((tx) => erasePortion(tx, erasing, gone)),
    );
    gone = made.gone;
    await removeRemains(context, erasing.receiptId);
    const { receipt, left } = made;
    if (left === 0 || (erasing.named.length === 0 && performance.now() > end))
      return { receipt, left };
  }
}

async function erasePortion(tx: Tx, erasing: Erasing, before: Gone) {
  const { context, userId, wanted, origin, receiptId, named } = erasing;
  const isFirst = before.ids.length === 0;
  if (isFirst) await checkNamed(tx, userId, wanted);
  const rows = await countRows(tx, userId);
  const things = named.shift() ?? (await firstOfSubject(tx, userId, wanted.subject));
  const forgotten = await forgetThings(tx, userId, things);
  const left = await countLeft(tx, userId, wanted.subject, named);
  const rest =
    left > 0 || wanted.subject === undefined
      ? { ids: [], keys: [] }
      : await eraseSubject(tx, userId, wanted.subject);
  const keys = [...forgotten.keys, ...rest.keys];
  const gone = {
    ids: [...before.ids, ...forgotten.ids, ...rest.ids],
    keys: [...before.keys, ...keys],
    counts: sum(before.counts, fewer(rows, await countRows(tx, userId))),
    kept: sum(before.kept, forgotten.kept),
  };
  if (gone.ids.length === 0) fail("not-found");
  const receipt = signReceipt(context, { id: receiptId, ...told(gone) });
  await keepReceipt(tx, receipt);
  await keepRemains(tx, { receipt_id: receiptId, keys, growing: [], busy: false });
  if (isFirst) await recordActivity(tx, userId, "things-deleted", origin, receiptId);
  return { receipt, gone, left };
}

function told({ ids, keys, counts, kept }: Gone) {
  return {
    scope: "things" as const,
    account_hash: null,
    thing_hashes: hashesOf(ids),
    file_hashes: hashesOf(keys),
    counts: keys.length > 0 ? { ...counts, files: keys.length } : counts,
    hashes: {
      things: hashLines(ids),
      ...(keys.length > 0 ? { files: hashLines(keys) } : {}),
    },
    kept,
  };
}

function hashLines(lines: string[]) {
  return createHash("sha256").update(lines.toSorted().join("\n")).digest("hex");
}

function sum(one: Record<string, number>, other: Record<string, number>) {
  const both = { ...one };
  for (const [name, count] of Object.entries(other)) both[name] = (both[name] ?? 0) + count;
  return both;
}

/** Rows that are no more, by table. */
function fewer(before: Record<string, number>, after: Record<string, number>) {
  return Object.fromEntries(
    Object.entries(before).flatMap(([table, count]) =>
      count > (after[table] ?? 0) ? [[table, count - (after[table] ?? 0)]] : [],
    ),
  );
}

function inPortions(wanted: z.infer<typeof erasure>): Things[] {
  const portions: Things[] = [];
  for (const table of TABLES) {
    const ids = wanted[table] ?? [];
    for (let at = 0; at < ids.length; at += AT_ONCE)
      portions.push({
        recordings: [],
        study_materials: [],
        [table]: ids.slice(at, at + AT_ONCE),
      });
  }
  return portions;
}

/** @throws Failure `not-found`. */
async function checkNamed(tx: Tx, userId: string, wanted: z.infer<typeof erasure>) {
  for (const table of TABLES) {
    const ids = new Set(wanted[table]);
    const { rows } = await sql`
      select from ${sql.table(table)} where user_id = ${userId} and id = any(${[...ids]}::uuid[])`.execute(
      tx,
    );
    if (rows.length < ids.size) fail("not-found");
  }
}

async function firstOfSubject(
  tx: Tx,
  userId: string,
  subject: string | undefined,
): Promise<Things> {
  const found: Things = { recordings: [], study_materials: [] };
  if (subject === undefined) return found;
  for (const table of TABLES) {
    const most = AT_ONCE - found.recordings.length;
    const { rows } = await sql<{ id: string }>`
      select id from ${sql.table(table)} where user_id = ${userId} and subject = ${subject}
      order by id limit ${most}`.execute(tx);
    found[table] = rows.map(({ id }) => id);
  }
  return found;
}

async function countLeft(tx: Tx, userId: string, subject: string | undefined, named: Things[]) {
  const left = named.reduce((all, { recordings, study_materials }) => {
    return all + recordings.length + study_materials.length;
  }, 0);
  if (subject === undefined) return left;
  const { rows } = await sql<{ count: number }>`
    select (select count(*) from recordings where user_id = ${userId} and subject = ${subject})
      + (select count(*) from study_materials where user_id = ${userId} and subject = ${subject}) as count`.execute(
    tx,
  );
  return left + Number(rows[0]!.count);
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
  const tables = await ownedTables(tx);
  const { rows } = await sql<{ name: string; count: number }>`
    ${sql.join(
      tables.map(
        (name) =>
          sql`select ${sql.lit(name)} as name, count(*) as count from ${sql.table(name)} where user_id = ${userId}`,
      ),
      sql` union all `,
    )}`.execute(tx);
  return Object.fromEntries(rows.map(({ name, count }) => [name, Number(count)]));
}
