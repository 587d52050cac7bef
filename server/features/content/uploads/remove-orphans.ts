import { sql } from "kysely";
import type { Context } from "#server/context.ts";
import type { ClaimedJob, Run } from "#server/features/jobs/contract.ts";
import { takeExpired } from "./queries.ts";

/** Younger files may be waiting for their row. */
const ORPHAN_AGE_MS = 24 * 60 * 60 * 1000;
const AT_ONCE = 1000;

/** Uploads that nobody finished within their week, and files that no row names any more. */
export async function removeOrphans(
  context: Context,
  _job: ClaimedJob<"remove-orphans">,
  run: Run,
) {
  const { database, storage } = context;
  const expired = await takeExpired(database);
  for (const { id, status, storage_key } of expired) {
    await storage.drop(id);
    if (status !== "completed") await storage.delete(storage_key);
  }
  let removed = 0;
  let keys: string[] = [];
  const oldest = Date.now() - ORPHAN_AGE_MS;
  const remove = async () => {
    const { rows } = await sql<{ key: string }>`
      select key from unnest(${keys}::text[]) as given (key)
      where not exists (select from recordings where storage_key = key)
        and not exists (select from study_materials where storage_key = key)
        and not exists (select from tts_audio_files where storage_key = key)
        and not exists (select from card_media where storage_key = key)
        and not exists (select from card_transfers where storage_key = key)
        and not exists (select from uploads where user_id || '/recordings/' || id = key)`.execute(
      database,
    );
    for (const { key } of rows) await storage.delete(key);
    removed += rows.length;
    keys = [];
  };
  for await (const { key, modifiedAt } of storage.list("")) {
    run.signal.throwIfAborted();
    // Exports and the like have rules of their own.
    if (!/^[^/]+\/(recordings|study-materials|speech|cards)\//.test(key)) continue;
    if (modifiedAt.getTime() > oldest) continue;
    if (keys.push(key) >= AT_ONCE) await remove();
  }
  if (keys.length > 0) await remove();
  for await (const { name, modifiedAt } of storage.listGrowing()) {
    if (modifiedAt.getTime() > oldest) continue;
    const { rows } = await sql`select from uploads where id::text = ${name}`.execute(database);
    if (rows.length > 0) continue;
    await storage.drop(name);
    removed += 1;
  }
  return { orphans_removed: removed, uploads_expired: expired.length };
}
