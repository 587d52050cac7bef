import { sql } from "kysely";
import { actAs, forPurpose } from "#database/principal.ts";
import type { Context, Tx } from "#server/context.ts";
import type { ClaimedJob, Run } from "#server/features/jobs/contract.ts";
import { BIN_DAYS } from "#server/vocabulary.ts";
import { forgetThings, holdJobs } from "../forget-things.ts";
import { countBinned } from "./queries.ts";

/** In one transaction; so a bin of thousands is emptied in steps, each of which stays done. */
const AT_ONCE = 50;
/** What one request deletes: it has an end, and whoever asks is told how much is left. */
const MOST_IN_REQUEST = 500;
const PATIENCE_MS = 10_000;

/** @returns how many recordings and documents are deleted for good, and how many are still to be. */
export async function emptyBin({ database, storage }: Context, userId: string) {
  const until = new Date();
  const end = performance.now() + PATIENCE_MS;
  let deleted = 0;
  for (;;) {
    const gone = await deleteSome({ database, storage }, userId, until);
    deleted += gone;
    if (gone < AT_ONCE) return { deleted, left: 0 };
    if (deleted >= MOST_IN_REQUEST || performance.now() > end)
      return { deleted, left: await countBinned(database, userId, until) };
  }
}

type Needed = Pick<Context, "database" | "storage">;

async function deleteSome({ database, storage }: Needed, userId: string, until: Date) {
  const forgotten = await database.transaction().execute(async (tx) => {
    const recordings = await listOldest(tx, userId, "recordings", until, AT_ONCE);
    const materials = await listOldest(
      tx,
      userId,
      "study_materials",
      until,
      AT_ONCE - recordings.length,
    );
    await holdJobs(tx, userId, [...recordings, ...materials]);
    return forgetThings(tx, userId, {
      recordings: await holdBinned(tx, userId, "recordings", recordings),
      study_materials: await holdBinned(tx, userId, "study_materials", materials),
    });
  });
  for (const key of forgotten.keys) await storage.delete(key);
  return forgotten.recordings.length + forgotten.study_materials.length;
}

type Table = "recordings" | "study_materials";

async function listOldest(tx: Tx, userId: string, table: Table, until: Date, most: number) {
  const { rows } = await forPurpose("bin", () =>
    sql<{ id: string }>`
      select id from ${sql.table(table)} where user_id = ${userId} and binned_at <= ${until}
      order by binned_at, id limit ${most}`.execute(tx),
  );
  return rows.map(({ id }) => id);
}

/** What is put back at the same moment was put back before and stays, or is gone for who puts it back. */
async function holdBinned(tx: Tx, userId: string, table: Table, ids: string[]) {
  const { rows } = await forPurpose("bin", () =>
    sql<{ id: string }>`
      select id from ${sql.table(table)}
      where user_id = ${userId} and binned_at is not null and id = any(${ids}::uuid[])
      order by id for update`.execute(tx),
  );
  return rows.map(({ id }) => id);
}

/** What was thrown away thirty days ago, of everybody. */
export async function emptyOldBins(context: Context, _job: ClaimedJob<"empty-bins">, run: Run) {
  const until = new Date(Date.now() - BIN_DAYS * 86_400_000);
  const { rows } = await sql<{ user_id: string }>`
    select user_id from recordings where binned_at <= ${until}
    union select user_id from study_materials where binned_at <= ${until}`.execute(
    context.database,
  );
  let deleted = 0;
  for (const { user_id: userId } of rows) {
    let gone: number;
    do {
      run.signal.throwIfAborted();
      gone = await actAs({ userId }, () => deleteSome(context, userId, until));
      deleted += gone;
    } while (gone === AT_ONCE);
  }
  return { deleted };
}
