import { sql } from "kysely";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { requestCancel } from "#server/features/jobs/queries.ts";
import { mineMaterialLater } from "#server/features/vocabulary/start-mining.ts";
import { deleteMaterialRow } from "./queries.ts";

/** Running work is told to stop, the row goes with its passages, then the file. Citations keep their quotes. */
export async function deleteMaterial(context: Context, userId: string, id: string) {
  const deleted = await context.database.transaction().execute(async (tx) => {
    const jobs = await tx
      .selectFrom("jobs")
      .select("id")
      .where("user_id", "=", userId)
      .where("job_type", "=", "parse-material")
      .where("status", "in", ["pending", "processing"])
      .where(sql`payload ->> 'study_material_id'`, "=", id)
      .execute();
    for (const job of jobs) await requestCancel(tx, userId, job.id);
    await mineMaterialLater(tx, userId, id);
    const row = (await deleteMaterialRow(tx, userId, id)) ?? fail("not-found");
    await notifyChanged(tx, userId, { kind: "study_material", id, change: "deleted" });
    return row;
  });
  if (deleted.storage_key) await context.storage.delete(deleted.storage_key);
}
