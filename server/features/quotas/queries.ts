import { sql } from "kysely";
import type { QuotasValue } from "#database/json-columns.ts";
import { actAs, asOwner } from "#database/principal.ts";
import type { Queryable, Tx } from "#server/context.ts";

/** One account takes from its quotas in one transaction after the other; until this one ends. */
export async function lockQuotas(tx: Tx, userId: string) {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`quotas ${userId}`}, 0))`.execute(tx);
}

/** Undefined when there is no such account. */
export async function findOwnQuotas(database: Queryable, userId: string) {
  const row = await database
    .selectFrom("users")
    .select("quotas")
    .where("id", "=", userId)
    .executeTakeFirst();
  return row?.quotas;
}

/** @returns whether there is such an account. */
export async function updateOwnQuotas(database: Queryable, userId: string, quotas: QuotasValue) {
  const row = await database
    .updateTable("users")
    .set({ quotas: JSON.stringify(quotas) })
    .where("id", "=", userId)
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}

/** Ids of an upload, of an import of an account and of one of cards. */
export interface Except {
  upload?: string;
  import?: string;
  cardImport?: string;
}

/**
 * Bytes of every file of an account, captions among them, of notes, and of what is on its way: an upload counts with
 * the length that it announced.
 * What lies in the bin counts.
 * @param except what is counted by who asks, or goes when they are done.
 */
export async function sumStorage(database: Queryable, userId: string, except: Except = {}) {
  const { rows } = await actAs({ userId, purpose: "bin" }, () =>
    sql<{ bytes: number }>`
      select (
        (select coalesce(sum(size_bytes), 0) from recordings where user_id = ${userId})
        + (select coalesce(sum(coalesce(size_bytes, pg_column_size(content))), 0) from study_materials
          where user_id = ${userId})
        + (select coalesce(sum(octet_length(content)), 0) from supplied_captions where user_id = ${userId})
        + (select coalesce(sum(size_bytes), 0) from tts_audio_files where user_id = ${userId})
        + (select coalesce(sum(size_bytes), 0) from card_media where user_id = ${userId})
        + (select coalesce(sum(size_bytes), 0) from card_transfers
           where user_id = ${userId} and storage_key is not null
             and id is distinct from ${except.cardImport ?? null}::uuid)
        + (select coalesce(sum(size_bytes), 0) from account_imports
           where user_id = ${userId} and (status in ('pending', 'processing') or kept_until > now())
             and id is distinct from ${except.import ?? null}::uuid)
        + (select coalesce(sum(coalesce(length_bytes, offset_bytes)), 0) from uploads
           where user_id = ${userId} and status <> 'completed' and id is distinct from ${except.upload ?? null}::uuid)
      )::float8 as bytes`.execute(database),
  );
  return rows[0]!.bytes;
}

export async function countUnfinishedUploads(database: Queryable, userId: string) {
  const { rows } = await asOwner(userId, () =>
    sql<{ count: number }>`
      select count(*)::integer as count from uploads where user_id = ${userId} and status <> 'completed'`.execute(
      database,
    ),
  );
  return rows[0]!.count;
}

/** Waiting and running, by type. */
export async function countQueuedJobs(database: Queryable, userId: string) {
  const { rows } = await asOwner(userId, () =>
    sql<{ job_type: string; count: number }>`
      select job_type, count(*)::integer as count from jobs
      where user_id = ${userId} and status in ('pending', 'processing') group by job_type`.execute(
      database,
    ),
  );
  return new Map(rows.map(({ job_type, count }) => [job_type, count]));
}

export async function countKeys(
  database: Queryable,
  userId: string,
  table: "api_keys" | "passkeys",
) {
  const { rows } = await asOwner(userId, () =>
    sql<{ count: number }>`
      select count(*)::integer as count from ${sql.table(table)} where user_id = ${userId}`.execute(
      database,
    ),
  );
  return rows[0]!.count;
}
