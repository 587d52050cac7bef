import { sql } from "kysely";
import type { Context } from "#server/context.ts";

/**
 * Files of exports after a week, and of imports that failed or were cancelled after a day, in which they can be tried
 * again. Until then they count as storage of their student.
 */
export async function removeExpiredTransfers({
  database,
  storage,
}: Pick<Context, "database" | "storage">) {
  const { rows } = await sql<{ user_id: string; id: string; storage_key: string }>`
    select user_id, id, storage_key from card_transfers
    where storage_key is not null
      and completed_at < now() - case direction when 'export' then interval '7 days' else interval '1 day' end`.execute(
    database,
  );
  for (const { user_id, id, storage_key } of rows) {
    await storage.delete(storage_key);
    await sql`
      update card_transfers set storage_key = null, size_bytes = null
      where user_id = ${user_id} and id = ${id} and storage_key = ${storage_key}`.execute(database);
  }
}
