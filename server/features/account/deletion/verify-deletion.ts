import { sql } from "kysely";
import { forPurpose } from "#database/principal.ts";
import type { Context, Queryable } from "#server/context.ts";
import { hashOf, signatureHolds } from "./receipt.ts";
import type { Receipt } from "./shapes.ts";

export interface Verification {
  signature: boolean;
  /** Columns that still name what was deleted, and in how many rows; empty when nothing is left. */
  rows: Record<string, number>;
  /** Files in the storage that are left: keys, and names of unfinished uploads. */
  files: string[];
  /**
   * The deletion itself has not ended yet: files that may still have been written meanwhile are looked for once more.
   */
  under_way: boolean;
  holds: boolean;
}

/** Looks for whatever is left, in every table and the whole storage, by the hashes in the receipt. */
export async function verifyDeletion(context: Context, receipt: Receipt): Promise<Verification> {
  const { database, secrets } = context;
  const hashes = [...(receipt.account_hash ? [receipt.account_hash] : []), ...receipt.thing_hashes];
  const rows: Record<string, number> = {};
  await forPurpose("upkeep", async () => {
    for (const { table, column } of await uuidColumns(database)) {
      const { rows: found } = await sql<{ count: number }>`
        select count(*) as count from ${sql.table(table)}
        where encode(sha256(convert_to(${sql.ref(column)}::text, 'UTF8')), 'hex') = any(${hashes})`.execute(
        database,
      );
      if (Number(found[0]!.count) > 0) rows[`${table}.${column}`] = Number(found[0]!.count);
    }
  });
  const files = await filesLeft(context, receipt);
  const remains = await database
    .selectFrom("deletion_remains")
    .select("receipt_id")
    .where("receipt_id", "=", receipt.id)
    .executeTakeFirst();
  const signature = signatureHolds(secrets, receipt);
  return {
    signature,
    rows,
    files,
    under_way: remains !== undefined,
    holds: signature && Object.keys(rows).length === 0 && files.length === 0 && !remains,
  };
}

async function filesLeft({ storage }: Context, receipt: Receipt) {
  const files: string[] = [];
  const named = new Set(receipt.file_hashes);
  const owners = new Map<string, string>();
  for await (const { key } of storage.list("")) {
    const owner = key.split("/")[0]!;
    if (!owners.has(owner)) owners.set(owner, hashOf(owner));
    if (owners.get(owner) === receipt.account_hash || (named.size > 0 && named.has(hashOf(key))))
      files.push(key);
  }
  for await (const { name } of storage.listGrowing())
    if (named.has(hashOf(name))) files.push(`.growing/${name}`);
  return files;
}

/** Every column that may name anything, whatever its table: the second factors only where this role may read them. */
async function uuidColumns(database: Queryable) {
  const { rows } = await sql<{ table: string; column: string }>`
    select relname as table, attname as column from pg_attribute
    join pg_class on pg_class.oid = attrelid
    where relkind = 'r' and relnamespace = 'public'::regnamespace and atttypid = 'uuid'::regtype
      and attnum > 0 and not attisdropped and has_column_privilege(attrelid, attnum, 'select')
      and relname <> 'deletion_remains'
    order by 1, 2`.execute(database);
  return rows;
}
