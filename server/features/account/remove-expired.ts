import { sql } from "kysely";
import type { Context } from "#server/context.ts";
import { exportKey } from "./run-export.ts";

/**
 * Exports after their week, zips of tries after their day and of imports that ended, and those of imports that failed a
 * week ago.
 */
export async function removeExpired({ database, storage }: Context) {
  const exports = await sql<{ user_id: string; id: string }>`
    delete from account_exports where expires_at < now() returning user_id, id`.execute(database);
  for (const { user_id, id } of exports.rows) await storage.delete(exportKey(user_id, id));
  const tried = await sql<{ storage_key: string }>`
    update account_imports set kept_until = null where kept_until < now() returning storage_key`.execute(
    database,
  );
  for (const { storage_key } of tried.rows) await storage.delete(storage_key);
  const imports = await sql<{ storage_key: string }>`
    select storage_key from account_imports
    where status = 'failed' and created_at between now() - interval '8 days' and now() - interval '7 days'`.execute(
    database,
  );
  for (const { storage_key } of imports.rows) await storage.delete(storage_key);
}
