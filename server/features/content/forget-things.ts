/**
 * The order in which things are held, here and wherever several are (a worker has its job first, too): jobs, then
 * recordings and study materials by their ids, then the turn of the index. Two who keep it never wait for each other.
 *
 * Recordings and study materials with everything that is theirs: transcripts, passages, slides and marks go by the
 * foreign keys; what only names them by id, or was made of them, goes here. Conversations, cards and quizzes are the
 * student's own work and keep their quotes.
 */
import { sql } from "kysely";
import { forPurpose } from "#database/principal.ts";
import { notifyChanged } from "#server/changes.ts";
import type { Tx } from "#server/context.ts";
import { FAILURES } from "#server/failures.ts";
import { requestCancel } from "#server/features/jobs/queries.ts";
import { takeIndexTurn } from "#server/features/search/index-source.ts";
import { mineLater } from "#server/features/vocabulary/start-mining.ts";

export interface Forgotten {
  recordings: string[];
  study_materials: string[];
  /** The ids of what is gone, transcripts among them. */
  ids: string[];
  /** Files to be deleted after the commit. */
  keys: string[];
  /** What quotes them and stays, by table. */
  kept: Record<string, number>;
}

interface Wanted {
  recordings?: string[];
  study_materials?: string[];
}

/** What lies in the bin, too. */
export function forgetThings(tx: Tx, userId: string, wanted: Wanted): Promise<Forgotten> {
  return forPurpose("bin", () => forget(tx, userId, wanted));
}

async function forget(tx: Tx, userId: string, wanted: Wanted): Promise<Forgotten> {
  await holdJobs(tx, userId, [...(wanted.recordings ?? []), ...(wanted.study_materials ?? [])]);
  const recordings = await tx
    .selectFrom("recordings")
    .select(["id", "storage_key"])
    .where("user_id", "=", userId)
    .where("id", "in", wanted.recordings?.length ? wanted.recordings : [null!])
    .orderBy("id")
    .forUpdate()
    .execute();
  const materials = await tx
    .selectFrom("study_materials")
    .select(["id", "storage_key", "subject"])
    .where("user_id", "=", userId)
    .where("id", "in", wanted.study_materials?.length ? wanted.study_materials : [null!])
    .orderBy("id")
    .forUpdate()
    .execute();
  const things = [...recordings, ...materials].map(({ id }) => id);
  await takeIndexTurn(tx, userId);
  const ids = [...things, ...(await partsOf(tx, userId, things))];
  const kept = await countQuotes(tx, userId, ids);
  const spoken = await forgetSpeech(tx, userId, ids, materials.length > 0);
  await forgetJobs(tx, userId, [...ids, ...spoken.ids]);
  await forgetNames(tx, userId, ids);
  const keys = [...recordings, ...materials].flatMap(({ storage_key }) => storage_key ?? []);
  const exports = await outdateExports(tx, userId, [...keys, ...spoken.keys]);
  for (const table of ["recordings", "study_materials"] as const)
    await sql`delete from ${sql.table(table)} where user_id = ${userId} and id = any(${things})`.execute(
      tx,
    );
  for (const subject of new Set(materials.map((material) => material.subject)))
    await mineLater(tx, userId, subject);
  for (const { id } of recordings)
    await notifyChanged(tx, userId, { kind: "recording", id, change: "deleted" });
  for (const { id } of materials)
    await notifyChanged(tx, userId, { kind: "study_material", id, change: "deleted" });
  return {
    recordings: recordings.map(({ id }) => id),
    study_materials: materials.map(({ id }) => id),
    ids,
    keys: [...keys, ...spoken.keys, ...exports],
    kept,
  };
}

async function countQuotes(tx: Tx, userId: string, ids: string[]) {
  const kept: Record<string, number> = {};
  for (const table of ["citations", "card_witnesses", "quiz_questions"]) {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from ${sql.table(table)}
      where user_id = ${userId} and (transcription_id = any(${ids}) or study_material_id = any(${ids}))`.execute(
      tx,
    );
    if (Number(rows[0]!.count) > 0) kept[table] = Number(rows[0]!.count);
  }
  return kept;
}

/** @param documents whether documents are among them: which of them a whole subject was read from, nothing says. */
async function forgetSpeech(tx: Tx, userId: string, ids: string[], documents: boolean) {
  const { rows } = await sql<{ id: string; storage_key: string | null }>`
    delete from tts_audio_files where user_id = ${userId}
      and (source_id = any(${ids}) or (${documents} and subject is not null))
    returning id, storage_key`.execute(tx);
  return {
    ids: rows.map(({ id }) => id),
    keys: rows.flatMap(({ storage_key }) => storage_key ?? []),
  };
}

/** A query of the ids of jobs that name one of these. */
export const jobsAbout = (userId: string, ids: string[]) => sql`(
  select jobs.id from jobs where jobs.user_id = ${userId} and exists (
    select from jsonb_each_text(jobs.payload || coalesce(jobs.result, '{}')) as named where named.value = any(${ids})
  ))`;

/** Ids of the versions of recordings, and of their transcription jobs. */
export async function partsOf(tx: Tx, userId: string, recordings: string[]) {
  const { rows } = await sql<{ id: string }>`
    select id from transcriptions where user_id = ${userId} and recording_id = any(${recordings}::uuid[])
    union all
    select id from transcription_jobs where user_id = ${userId} and recording_id = any(${recordings}::uuid[])`.execute(
    tx,
  );
  return rows.map(({ id }) => id);
}

/** Before the things themselves: a worker that writes holds its job, and then what it is about. */
export async function holdJobs(tx: Tx, userId: string, things: string[]) {
  const ids = [...things, ...(await partsOf(tx, userId, things))];
  await sql`
    select from jobs where user_id = ${userId} and status in ('pending', 'processing', 'cancelled')
      and (id in ${jobsAbout(userId, ids)} or id in (
        select job_id from transcription_jobs where user_id = ${userId} and id = any(${ids}::uuid[])))
    order by id for update`.execute(tx);
}

/** Work that waits or runs is told to stop. */
export async function stopJobs(tx: Tx, userId: string, ids: string[]) {
  const { rows } = await sql<{ id: string }>`
    select id from jobs where user_id = ${userId} and status in ('pending', 'processing')
      and id in ${jobsAbout(userId, ids)}
    union select job_id from transcription_jobs
      where user_id = ${userId} and id = any(${ids}) and status in ('pending', 'processing')
        and job_id is not null`.execute(tx);
  for (const { id } of rows) await requestCancel(tx, userId, id);
}

/** Of what has ended nothing stays, for results and failures may quote. */
async function forgetJobs(tx: Tx, userId: string, ids: string[]) {
  await stopJobs(tx, userId, ids);
  await sql`
    delete from jobs where user_id = ${userId} and status in ('completed', 'failed')
      and id in ${jobsAbout(userId, ids)}`.execute(tx);
}

async function forgetNames(tx: Tx, userId: string, ids: string[]) {
  const statements = [
    sql`delete from uploads where user_id = ${userId}
      and (recording_id = any(${ids}) or study_material_id = any(${ids}))`,
    sql`update uploads set duplicate_of = null where user_id = ${userId} and duplicate_of = any(${ids})`,
    sql`delete from study_places where user_id = ${userId} and source_id = any(${ids})`,
    sql`delete from card_suggestions where user_id = ${userId} and source_id = any(${ids})`,
    sql`delete from suggested_cards where user_id = ${userId} and decision is null
      and (transcription_id = any(${ids}) or study_material_id = any(${ids}))`,
    // Terms are found again in what stays; those that the student wrote or refused stay without the sentence.
    sql`delete from vocabulary_terms where user_id = ${userId} and origin = 'materials' and not is_removed
      and (transcription_id = any(${ids}) or study_material_id = any(${ids}))`,
    sql`update vocabulary_terms set quote = null, start_offset = null, end_offset = null, page = null
      where user_id = ${userId}
      and (transcription_id = any(${ids}) or study_material_id = any(${ids}))`,
    sql`update conversations set source_kind = null, source_id = null where user_id = ${userId}
      and source_id = any(${ids})`,
    sql`update quizzes set source_kind = null, source_id = null where user_id = ${userId} and source_id = any(${ids})`,
    sql`delete from account_import_items where user_id = ${userId} and row_id = any(${ids})`,
    sql`delete from idempotency_keys where user_id = ${userId}
      and exists (select from unnest(${ids}::text[]) as id where strpos(body::text, id) > 0)`,
  ];
  for (const statement of statements) await statement.execute(tx);
}

/**
 * An export reads the files where they are: it cannot be put together without them.
 * @returns the export's own files.
 */
async function outdateExports(tx: Tx, userId: string, keys: string[]) {
  const { rows } = await sql<{ id: string }>`
    update account_exports
    set status = 'failed', entries = null, counts = null, error_code = 'suitcase-outdated',
      error_message = ${FAILURES["suitcase-outdated"][1]}
    where user_id = ${userId} and status = 'ready' and exists (
      select from jsonb_array_elements(entries) as entry where entry ->> 'storage_key' = any(${keys})
    )
    returning id`.execute(tx);
  for (const { id } of rows)
    await notifyChanged(tx, userId, { kind: "account_export", id, change: "updated" });
  return rows.map(({ id }) => `${userId}/exports/${id}`);
}
