import { sql } from "kysely";
import { actAs, forPurpose } from "#database/principal.ts";
import type { Context, Tx } from "#server/context.ts";
import type { ClaimedJob, Run } from "#server/features/jobs/contract.ts";
import { BIN_DAYS } from "#server/vocabulary.ts";
import { forgetThings } from "../forget-things.ts";

/** In one transaction; so a bin of thousands is emptied in steps, each of which stays done. */
const AT_ONCE = 50;

/** @returns how many recordings and documents are deleted for good. */
export async function emptyBin(context: Context, userId: string, until = new Date()) {
  let deleted = 0;
  for (;;) {
    const gone = await deleteSome(context, userId, until);
    deleted += gone;
    if (gone < AT_ONCE) return { deleted };
  }
}

async function deleteSome(context: Context, userId: string, until: Date) {
  const forgotten = await context.database.transaction().execute(async (tx) => {
    const recordings = await lockOldest(tx, userId, "recordings", until, AT_ONCE);
    const most = AT_ONCE - recordings.length;
    return forgetThings(tx, userId, {
      recordings,
      study_materials: await lockOldest(tx, userId, "study_materials", until, most),
    });
  });
  for (const key of forgotten.keys) await context.storage.delete(key);
  return forgotten.recordings.length + forgotten.study_materials.length;
}

/** Locked: what is put back at the same moment was put back before and stays, or is gone for who puts it back. */
async function lockOldest(
  tx: Tx,
  userId: string,
  table: "recordings" | "study_materials",
  until: Date,
  most: number,
) {
  const { rows } = await forPurpose("bin", () =>
    sql<{ id: string }>`
      select id from ${sql.table(table)} where user_id = ${userId} and binned_at <= ${until}
      order by binned_at, id limit ${most} for update`.execute(tx),
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
    run.signal.throwIfAborted();
    deleted += (await actAs({ userId }, () => emptyBin(context, userId, until))).deleted;
  }
  return { deleted };
}
