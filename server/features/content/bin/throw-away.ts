import { sql } from "kysely";
import { forPurpose } from "#database/principal.ts";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { takeIndexTurn } from "#server/features/search/index-source.ts";
import { mineLater } from "#server/features/vocabulary/start-mining.ts";
import { holdJobs, stopJobs } from "../forget-things.ts";
import { idsOf, TABLES } from "../library/change-things.ts";
import type { Things } from "../library/shapes.ts";

/**
 * Recordings and documents go into the bin, all of them or none. Row-level security hides them from every query from
 * then on (schemas/099_isolation.sql); the search forgets their passages, and work on them stops. Everything else stays
 * where it is and is there again when they are put back.
 * @throws Failure `not-found` when one of them is not there.
 */
export async function throwAway(context: Context, userId: string, items: Things) {
  return forPurpose("bin", () =>
    context.database.transaction().execute(async (tx) => {
      const ids: string[] = [];
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
          with held as (
            select id from ${table} where user_id = ${userId} and binned_at is null and id = any(${wanted}::uuid[])
            order by id for no key update
          )
          update ${table} as thing set binned_at = now() from held
          where thing.user_id = ${userId} and thing.id = held.id
          returning thing.id, subject`.execute(tx);
        if (rows.length < wanted.length) fail("not-found");
        for (const { id } of rows) await notifyChanged(tx, userId, { kind, id, change: "deleted" });
        for (const { id, subject } of rows) {
          ids.push(id);
          subjects.add(subject);
        }
      }
      await hideParts(tx, userId, ids);
      await forgetSubjectsRead(tx, userId, [...subjects]);
      for (const subject of subjects) await mineLater(tx, userId, subject);
      return { moved: ids.length };
    }),
  );
}

/** What a whole subject was read from holds the words of its documents; its file goes as one that nobody names. */
async function forgetSubjectsRead(tx: Tx, userId: string, subjects: (string | null)[]) {
  const { rows } = await sql<{ id: string }>`
    delete from tts_audio_files where user_id = ${userId} and subject = any(${subjects}::text[])
    returning id`.execute(tx);
  for (const { id } of rows)
    await notifyChanged(tx, userId, { kind: "tts_audio_file", id, change: "deleted" });
}

async function hideParts(tx: Tx, userId: string, ids: string[]) {
  const { rows: versions } = await sql<{ id: string }>`
    update transcriptions set binned_at = now() where user_id = ${userId} and recording_id = any(${ids}::uuid[])
    returning id`.execute(tx);
  const { rows: jobs } = await sql<{ id: string }>`
    select id from transcription_jobs where user_id = ${userId} and recording_id = any(${ids}::uuid[])`.execute(
    tx,
  );
  const parts = versions.map(({ id }) => id);
  await takeIndexTurn(tx, userId);
  await stopJobs(tx, userId, [...ids, ...parts, ...jobs.map(({ id }) => id)]);
  await sql`
    delete from passages
    where user_id = ${userId}
      and (transcription_id = any(${parts}::uuid[]) or study_material_id = any(${ids}::uuid[]))`.execute(
    tx,
  );
}
