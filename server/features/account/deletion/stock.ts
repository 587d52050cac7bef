/**
 * What there is of an account, counted in the transaction that deletes it: so the receipt says neither more nor less
 * than what goes.
 */
import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { Context, Queryable, Tx } from "#server/context.ts";

/** Every table with an owner, whatever its name. */
export async function ownedTables(database: Queryable) {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped
    where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace order by 1`.execute(
    database,
  );
  return rows.map(({ name }) => name);
}

/**
 * Of second factors and mails a worker, who deletes after the days of grace, may read whose they are and their ids, and
 * no more.
 */
async function countable(database: Queryable) {
  const { rows } = await sql<{ name: string; has_id: boolean }>`
    select name, exists (
      select from pg_attribute where attrelid = to_regclass(name) and attname = 'id' and not attisdropped
    ) as has_id
    from unnest(${await ownedTables(database)}::text[]) as name`.execute(database);
  return rows;
}

export interface Stock {
  counts: Record<string, number>;
  hashes: Record<string, string>;
  /** Names of unfinished uploads in the storage. */
  growing: string[];
  /** Something is running that may write a file after its row is gone. */
  busy: boolean;
}

/** A sender that fell silent for so long writes no more. */
const SILENT_MINUTES = 5;

export async function takeStock(
  { storage }: Pick<Context, "storage">,
  tx: Tx,
  userId: string,
): Promise<Stock> {
  const counts: Record<string, number> = {};
  const hashes: Record<string, string> = {};
  for (const { name: table, has_id } of await countable(tx)) {
    const line = has_id ? sql`id::text` : sql`md5(to_jsonb(row)::text)`;
    const { rows } = await sql<{ count: number; hash: string | null }>`
      select count(*) as count, encode(sha256(convert_to(string_agg(line, e'\n' order by line), 'UTF8')), 'hex') as hash
      from (select ${line} as line from ${sql.table(table)} as row where user_id = ${userId}) as lines`.execute(
      tx,
    );
    const { count, hash } = rows[0]!;
    if (Number(count) === 0) continue;
    counts[table] = Number(count);
    hashes[table] = hash!;
  }
  const uploads = await tx
    .selectFrom("uploads")
    .select("id")
    .where("user_id", "=", userId)
    .execute();
  const growing = uploads.map(({ id }) => id);
  const names: string[] = [];
  for await (const { key } of storage.list(`${userId}/`)) names.push(key);
  for await (const { name } of storage.listGrowing())
    if (growing.includes(name)) names.push(`.growing/${name}`);
  if (names.length > 0) {
    counts["files"] = names.length;
    hashes["files"] = createHash("sha256").update(names.toSorted().join("\n")).digest("hex");
  }
  const { rows } = await sql<{ busy: boolean }>`
    select exists (select from jobs where user_id = ${userId} and status = 'processing')
      or exists (
        select from uploads where user_id = ${userId} and status in ('receiving', 'received')
          and updated_at > now() - make_interval(mins => ${SILENT_MINUTES})
      ) as busy`.execute(tx);
  return { counts, hashes, growing, busy: rows[0]!.busy };
}
