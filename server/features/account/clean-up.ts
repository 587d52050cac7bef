import { sql } from "kysely";
import type { Context } from "#server/context.ts";

const ORPHAN_AGE_MS = 24 * 60 * 60 * 1000;

/** Upkeep: answers kept for repeated requests, ended tokens, files that no row names any more. */
export async function cleanUp(context: Context) {
  const { database, storage } = context;
  await sql`delete from idempotency_keys where created_at < now() - interval '1 day'`.execute(
    database,
  );
  await sql`delete from refresh_tokens where expires_at < now() - interval '30 days'`.execute(
    database,
  );
  await sql`delete from password_reset_tokens where expires_at < now() - interval '30 days'`.execute(
    database,
  );

  let removed = 0;
  const oldest = Date.now() - ORPHAN_AGE_MS;
  for await (const { key, modifiedAt } of storage.list("")) {
    if (modifiedAt.getTime() > oldest) continue;
    const { rows } = await sql<{ named: boolean }>`
      select exists (select from recordings where storage_key = ${key})
        or exists (select from study_materials where storage_key = ${key})
        or exists (select from tts_audio_files where storage_key = ${key}) as named`.execute(
      database,
    );
    if (!rows[0]!.named) {
      await storage.delete(key);
      removed += 1;
    }
  }
  return { orphans_removed: removed };
}
