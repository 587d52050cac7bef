import { randomUUID } from "node:crypto";
import type { Context as HonoContext } from "hono";
import { sql } from "kysely";
import { forPurpose } from "#database/principal.ts";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { holdJobs } from "#server/features/content/forget-things.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { takeJobPlace, takeStorage, withinStorage } from "#server/features/quotas/take.ts";
import { takeIndexTurn } from "#server/features/search/index-source.ts";
import { readMultipart } from "#server/http/multipart.ts";
import type { AppEnv } from "#server/http/router.ts";
import { restoreProfile } from "./imported-profile.ts";
import { findImport, updateImport } from "./queries.ts";
import { SUITCASE_TABLES } from "./suitcase-tables.ts";

const UNDO_MS = 24 * 60 * 60 * 1000;

/** @throws Failure `file-missing`, `file-empty`, `file-too-large`, `invalid-input`. */
export async function uploadSuitcase(context: Context, c: HonoContext<AppEnv>) {
  const { userId } = c.get("caller");
  const key = importKey(userId, randomUUID());
  let size: number | undefined;
  try {
    const fields = await withinStorage(
      context,
      userId,
      context.config.limits.suitcaseBytes,
      (maxBytes) =>
        readMultipart(c, maxBytes, async ({ field, content }) => {
          if (field !== "file" || size !== undefined) return;
          ({ sizeBytes: size } = await context.storage.write(key, content, { maxBytes }));
        }),
    );
    if (size === undefined) fail("file-missing");
    if (size === 0) fail("file-empty");
    const brought = { key, size, dry_run: fields.dry_run === "true" };
    return await context.database.transaction().execute(async (tx) => {
      await takeStorage(context, tx, userId, brought.size);
      await takeJobPlace(context, tx, userId, "import-account");
      return addImport(tx, userId, brought);
    });
  } catch (error) {
    await context.storage.delete(key);
    throw error;
  }
}

export function importKey(userId: string, uploadId: string) {
  return `${userId}/imports/${uploadId}`;
}

/** In the transaction of whatever brought the zip here; `size` in bytes. */
export async function addImport(
  tx: Tx,
  userId: string,
  { key, size, dry_run }: { key: string; size: number; dry_run: boolean },
) {
  const { id } = await tx
    .insertInto("account_imports")
    .values({ user_id: userId, storage_key: key, size_bytes: size, dry_run })
    .returning("id")
    .executeTakeFirstOrThrow();
  await enqueueImport(tx, userId, id);
  await notifyChanged(tx, userId, { kind: "account_import", id, change: "created" });
  return (await findImport(tx, userId, id))!;
}

async function enqueueImport(tx: Tx, userId: string, id: string) {
  const job = await enqueueJob(tx, {
    user_id: userId,
    job_type: "import-account",
    payload: { account_import_id: id },
  });
  await updateImport(tx, userId, id, { job_id: job.id });
}

/**
 * Takes in what was tried: the zip is still there, and is not sent again.
 * @throws Failure `not-found`; `conflict` when it was no try, or is too long ago.
 */
export async function startTried(context: Context, userId: string, id: string) {
  return context.database.transaction().execute(async (tx) => {
    await takeJobPlace(context, tx, userId, "import-account");
    const started = await tx
      .updateTable("account_imports")
      .set({
        status: "pending",
        dry_run: false,
        counts: null,
        conflicts: null,
        completed_at: null,
        kept_until: null,
      })
      .where("user_id", "=", userId)
      .where("id", "=", id)
      .where("dry_run", "=", true)
      .where("status", "=", "completed")
      .where("kept_until", ">", sql<Date>`now()`)
      .returning("id")
      .executeTakeFirst();
    if (!started) {
      (await findImport(tx, userId, id)) ?? fail("not-found");
      fail("conflict", {
        message: "The file of this try is not here any more. Please bring it in again.",
      });
    }
    await enqueueImport(tx, userId, id);
    await notifyChanged(tx, userId, { kind: "account_import", id, change: "updated" });
    return (await findImport(tx, userId, id))!;
  });
}

/**
 * Takes out again what an import added, for a day; what was done with it since goes too.
 * @throws Failure `not-found`; `conflict` when there is nothing to undo (any more).
 */
export async function undoImport(context: Context, userId: string, id: string) {
  // From the bin, too.
  const keys = await forPurpose("bin", () => takeOut(context, userId, id));
  for (const key of keys) await context.storage.delete(key);
  return (await findImport(context.database, userId, id)) ?? fail("not-found");
}

/** In the order of all who delete sources (content/forget-things.ts). */
async function holdImported(tx: Tx, userId: string, importId: string) {
  const imported = (table: string) =>
    sql`select row_id from account_import_items
      where user_id = ${userId} and import_id = ${importId} and table_name = ${table}`;
  const { rows } = await sql<{ row_id: string }>`
    ${imported("recordings")} union all ${imported("study_materials")}`.execute(tx);
  await holdJobs(
    tx,
    userId,
    rows.map(({ row_id }) => row_id),
  );
  for (const table of ["recordings", "study_materials", "transcriptions"])
    await sql`
      select from ${sql.table(table)} where user_id = ${userId} and id in (${imported(table)})
      order by id for update`.execute(tx);
  await takeIndexTurn(tx, userId);
}

function takeOut(context: Context, userId: string, id: string) {
  return context.database.transaction().execute(async (tx) => {
    const row = (await findImport(tx, userId, id)) ?? fail("not-found");
    if (row.status !== "completed" || row.dry_run)
      fail("conflict", { message: "There is nothing of this import to be undone." });
    if (row.completed_at!.getTime() < Date.now() - UNDO_MS)
      fail("conflict", {
        message: "An import can be undone for a day. Delete what is not wanted in the library.",
      });
    await holdImported(tx, userId, id);
    const gone: string[] = [];
    // In the opposite order: what names something goes before it.
    for (const table of SUITCASE_TABLES.toReversed()) {
      const { rows } = await sql<{ storage_key: string | null }>`
        delete from ${sql.table(table.name)} as row
        using account_import_items as item
        where row.user_id = ${userId} and item.user_id = ${userId} and item.import_id = ${id}
          and item.table_name = ${table.name} and item.row_id = ${sql.ref(`row.${table.group?.column ?? "id"}`)}
        returning ${table.file ? sql.ref("row.storage_key") : sql`null as storage_key`}`.execute(
        tx,
      );
      gone.push(...rows.flatMap(({ storage_key }) => storage_key ?? []));
    }
    await sql`delete from account_import_items where user_id = ${userId} and import_id = ${id}`.execute(
      tx,
    );
    await restoreProfile(tx, userId, id);
    await updateImport(tx, userId, id, { status: "undone", undone_at: new Date() });
    await notifyChanged(tx, userId, { kind: "account_import", id, change: "updated" });
    return gone;
  });
}
