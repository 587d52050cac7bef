/**
 * SQL of the queue. Every statement that ends or keeps a job names its worker and attempt: who lost the lease changes
 * nothing.
 */
import { sql } from "kysely";
import { actAs } from "#database/principal.ts";
import type { Queryable, Tx } from "#server/context.ts";
import { FAILURES } from "#server/failures.ts";
import {
  LEASE_SECONDS,
  type ClaimedRow,
  type JobRow,
  type Outcome,
} from "#server/features/jobs/contract.ts";

/** Places of one job type: in this process, and on this machine (null: not bounded there). */
export interface Places {
  job_type: string;
  limit: number;
  machine_limit: number | null;
}

export async function claimJobs(
  database: Queryable,
  worker: { id: string; host: string },
  wanted: Places[],
  places: number,
): Promise<ClaimedRow[]> {
  const { rows } = await sql<ClaimedRow>`
    select * from claim_jobs(
      ${worker.id}, ${worker.host}, ${wanted.map(({ job_type }) => job_type)},
      ${wanted.map(({ limit }) => limit)}, ${wanted.map(({ machine_limit }) => machine_limit)}, ${places}
    )`.execute(database);
  return rows;
}

/** Locks the row of an attempt that still holds its job; undefined when it was lost. */
export function lockHeldJob(tx: Tx, worker: string, job: ClaimedRow) {
  return tx
    .selectFrom("jobs")
    .select("id")
    .where("id", "=", job.id)
    .where("locked_by", "=", worker)
    .where("attempts", "=", job.attempts)
    .where("status", "=", "processing")
    .forUpdate()
    .executeTakeFirst();
}

export interface Ending {
  job: ClaimedRow;
  outcome: Outcome;
  result?: object | undefined;
}

/** @returns the ids of the jobs that this worker still held and that have ended now. */
export async function endJobs(
  database: Queryable,
  worker: string,
  endings: Ending[],
): Promise<Set<string>> {
  const given = endings.map(({ job, outcome, result }) => ({
    id: job.id,
    attempt: job.attempts,
    result: result ?? null,
    ...outcome,
  }));
  const { rows } = await sql<{ id: string }>`
    select id from end_jobs(${worker}, ${JSON.stringify(given)}::jsonb) as id`.execute(database);
  return new Set(rows.map(({ id }) => id));
}

/**
 * Back to pending, not before `delaySeconds` from now. `released` (shutdown), and one that got further, do not count as
 * attempts.
 */
export async function returnJob(
  tx: Tx,
  worker: string,
  job: ClaimedRow,
  delaySeconds: number,
  why: {
    outcome: "failed" | "released";
    gotFurther?: boolean;
    error_code?: string;
    error_message?: string;
  },
) {
  await sql`
    update jobs
    set status = 'pending', locked_by = null, heartbeat_at = null,
      run_at = now() + make_interval(secs => ${delaySeconds}),
        max_attempts = least(100, max_attempts + ${why.outcome === "released" || why.gotFurther ? 1 : 0}),
        error_code = ${why.error_code ?? null}, error_message = ${why.error_message ?? null}
    where id = ${job.id} and locked_by = ${worker} and attempts = ${job.attempts} and status = 'processing'`.execute(
    tx,
  );
  await tx
    .updateTable("job_attempts")
    .set({
      ended_at: sql`now()`,
      outcome: why.outcome,
      error_code: why.error_code ?? null,
      error_message: why.error_message ?? null,
    })
    .where("job_id", "=", job.id)
    .where("attempt", "=", job.attempts)
    .where("ended_at", "is", null)
    .execute();
  if (why.outcome === "released") await sql`select pg_notify('lm_jobs', '')`.execute(tx);
}

/**
 * A claim walks over the index entries of what was claimed since the last vacuum, and PostgreSQL's own comes once a
 * minute at most. Another vacuum that is under way is enough; a role that does not own the table gets a warning, and
 * nothing else.
 */
export async function tidyQueue(database: Queryable) {
  // For nobody: a vacuum cannot share a transaction with what tells for whom it is.
  await actAs({}, () => sql`vacuum (skip_locked, truncate false) jobs`.execute(database));
}

export const WORKER_LOST = {
  error_code: "worker-lost",
  error_message: FAILURES["worker-lost"][1],
};

export interface LostJob extends JobRow {
  status: "pending" | "cancelled" | "failed";
}

/**
 * Jobs whose worker was silent for longer than the lease: back to pending, or ended when their attempts are used up.
 */
export async function reapLostJobs(tx: Tx): Promise<LostJob[]> {
  const { rows } = await sql<LostJob>`
    with late as (
      select id, attempts from jobs
      where status = 'processing' and heartbeat_at < now() - make_interval(secs => ${LEASE_SECONDS})
      order by heartbeat_at limit 500 for update skip locked
    ), before as (
      select late.id, max(job_attempts.progress) as progress
      from late left join job_attempts on job_id = late.id and attempt < late.attempts
      group by late.id
    ), given as (
      select jobs.id, least(100, max_attempts + (jobs.progress > coalesce(before.progress, 0))::integer) as most
      from jobs join before on before.id = jobs.id
    ), lost as (
      update jobs
      set status = case when cancel_requested_at is not null then 'cancelled' when attempts < given.most
        then 'pending' else 'failed' end,
          completed_at = case when cancel_requested_at is not null or attempts >= given.most then now() end,
          error_code = case when cancel_requested_at is null and attempts >= given.most
            then ${WORKER_LOST.error_code} end,
          error_message = case when cancel_requested_at is null and attempts >= given.most
            then ${WORKER_LOST.error_message} end,
          locked_by = null, heartbeat_at = null, run_at = now(), max_attempts = given.most
      from given where jobs.id = given.id
      returning jobs.id, user_id, job_type, payload, attempts, status, progress
    ), ledger as (
      update job_attempts set ended_at = now(), outcome = 'lost', progress = lost.progress
      from lost where job_id = lost.id and attempt = lost.attempts and ended_at is null
    )
    select id, user_id, job_type, payload, status from lost`.execute(tx);
  return rows;
}

/** A worker of an older version may see a newer one's jobs while a server is upgraded: they are given this long. */
const UNKNOWN_MINUTES = 10;

/** Ends pending jobs of types that are not known. */
export async function endUnknownJobs(tx: Tx, known: string[]) {
  const { rows } = await sql<{ id: string; user_id: string | null }>`
    update jobs
    set status = 'failed', completed_at = now(), error_code = 'job-unreadable',
      error_message = ${FAILURES["job-unreadable"][1]}
    where id in (
      select id from jobs
      where status = 'pending' and job_type <> all(${known}::text[])
        and run_at < now() - make_interval(mins => ${UNKNOWN_MINUTES})
      limit 500 for update skip locked
    )
    returning id, user_id`.execute(tx);
  return rows;
}

/** One such job per period, whoever of the workers is first to ask. */
export async function enqueuePeriodicJob(tx: Tx, jobType: string, everySeconds: number) {
  await sql`
    select enqueue_jobs(null, ${jobType}, -50::smallint, '[{"idempotency_key": "periodic"}]')
    where not exists (
      select from jobs where user_id is null and job_type = ${jobType}
        and created_at > now() - make_interval(secs => ${everySeconds})
    )`.execute(tx);
}

export interface WorkerRow {
  id: string;
  host: string;
  process_id: number;
  concurrency: number;
}

export async function announceWorker(database: Queryable, worker: WorkerRow) {
  await database
    .insertInto("workers")
    .values(worker)
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ seen_at: sql`now()` }))
    .execute();
  await sql`delete from workers where seen_at < now() - interval '1 day'`.execute(database);
}

export async function removeWorker(database: Queryable, id: string) {
  await database.deleteFrom("workers").where("id", "=", id).execute();
}
