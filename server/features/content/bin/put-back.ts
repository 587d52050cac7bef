import { sql } from "kysely";
import { asOwner, forPurpose } from "#database/principal.ts";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { SourceRef } from "#server/features/citations/citations.ts";
import { requeue, takeFromWorker } from "#server/features/jobs/queries.ts";
import { indexBack } from "#server/features/search/index-soon.ts";
import { mineLater } from "#server/features/vocabulary/start-mining.ts";
import { holdJobs, jobsAbout, partsOf } from "../forget-things.ts";
import { idsOf, TABLES } from "../library/change-things.ts";
import type { Things } from "../library/shapes.ts";

/** What indexBack sees to. */
const MADE_ANEW = ["index-source", "embed-passages"];

/**
 * Out of the bin, all of them or none; the search knows them again at once, long ones as soon as a
 * job has read them.
 * @throws Failure `not-found` when one of them is not in the bin.
 */
export async function putBack(context: Context, userId: string, items: Things) {
  return forPurpose("bin", () =>
    context.database.transaction().execute(async (tx) => {
      let moved = 0;
      const searched: SourceRef[] = [];
      const subjects = new Set<string | null>();
      await holdJobs(
        tx,
        userId,
        items.map(({ id }) => id),
      );
      for (const kind of ["recording", "study_material"] as const) {
        const wanted = idsOf(items, kind);
        const table = sql.table(TABLES[kind]);
        const { rows } = await sql<{ id: string; subject: string | null }>`
          select id, subject from ${table} where user_id = ${userId} and binned_at is not null
            and id = any(${wanted}::uuid[])
          order by id for no key update`.execute(tx);
        if (rows.length < wanted.length) fail("not-found");
        for (const { id } of rows) {
          await goOn(tx, userId, kind, id);
          await sql`update ${table} set binned_at = null where user_id = ${userId} and id = ${id}`.execute(
            tx,
          );
          if (kind === "recording") searched.push(...(await showVersions(tx, userId, id)));
          else searched.push({ study_material_id: id });
          await notifyChanged(tx, userId, { kind, id, change: "created" });
        }
        for (const { subject } of rows) subjects.add(subject);
        moved += rows.length;
      }
      for (const subject of subjects) await mineLater(tx, userId, subject);
      // What is still in the bin stays out of what is counted and linked.
      await asOwner(userId, () => indexBack(context, tx, userId, searched));
      return { moved };
    }),
  );
}

/** @returns the version that is searched. */
async function showVersions(tx: Tx, userId: string, id: string): Promise<SourceRef[]> {
  const { rows } = await sql<{ id: string; is_current: boolean }>`
    update transcriptions set binned_at = null where user_id = ${userId} and recording_id = ${id}
    returning id, is_current`.execute(tx);
  return rows.flatMap((version) => (version.is_current ? [{ transcription_id: version.id }] : []));
}

/**
 * Work that was stopped by throwing the thing away was told so in the same transaction, so at the very same time. A
 * worker that has not heard of it yet, or is just ending it, loses the job; another attempt goes on.
 */
async function goOn(tx: Tx, userId: string, kind: Things[number]["kind"], id: string) {
  const parts = await partsOf(tx, userId, [id]);
  const { rows } = await sql<{ id: string }>`
    select jobs.id from jobs, ${sql.table(TABLES[kind])} as thing
    where thing.user_id = ${userId} and thing.id = ${id} and jobs.user_id = ${userId}
      and jobs.status in ('cancelled', 'processing') and jobs.cancel_requested_at = thing.binned_at
      and jobs.job_type <> all(${MADE_ANEW})
      and jobs.id in ${jobsAbout(userId, [id, ...parts])}
    order by jobs.id for update of jobs`.execute(tx);
  const ids = rows.map((row) => row.id);
  for (const jobId of ids) {
    await takeFromWorker(tx, userId, jobId);
    await requeue(tx, userId, jobId);
  }
  await sql`
    update transcription_jobs set status = 'pending', error_code = null, error_message = null, completed_at = null
    where user_id = ${userId} and job_id = any(${ids}::uuid[])`.execute(tx);
}
