/** SQL of the queue. Every statement that ends or keeps a job names its worker and attempt: who lost the lease changes nothing. */
import { sql } from 'kysely';
import type { Queryable, Tx } from '#server/context.ts';
import type { ClaimedJob, Outcome } from './handlers.ts';

/** A worker that was silent for so long has lost its jobs. */
export const LEASE_SECONDS = 15;

export async function claimJobs(database: Queryable, worker: string, jobTypes: string[], limit: number): Promise<ClaimedJob[]> {
  const { rows } = await sql<ClaimedJob>`
    with claimed as (
      update jobs
      set status = 'processing', locked_by = ${worker}, heartbeat_at = now(), attempts = attempts + 1,
          started_at = coalesce(started_at, now()), cancel_requested_at = null
      where id in (
        select id from jobs
        where status = 'pending' and run_at <= now() and attempts < max_attempts and job_type = any(${jobTypes})
        order by priority desc, run_at, id
        limit ${limit}
        for update skip locked
      )
      returning id, user_id, job_type, payload, attempts, max_attempts
    ), ledger as (
      insert into job_attempts (job_id, attempt, worker) select id, attempts, ${worker} from claimed
    )
    select * from claimed`.execute(database);
  return rows;
}

export interface Held {
  id: string;
  attempt: number;
  progress: number;
}

/** Keeps the leases and writes progress. @returns the jobs still held, and whether each is to be cancelled. */
export async function heartbeat(database: Queryable, worker: string, held: Held[]) {
  const { rows } = await sql<{ id: string; attempts: number; cancel: boolean }>`
    update jobs set heartbeat_at = now(), progress = greatest(jobs.progress, held.progress)
    from jsonb_to_recordset(${JSON.stringify(held)}::jsonb) as held(id uuid, attempt smallint, progress real)
    where jobs.id = held.id and jobs.locked_by = ${worker} and jobs.attempts = held.attempt and jobs.status = 'processing'
    returning jobs.id, jobs.attempts, jobs.cancel_requested_at is not null as cancel`.execute(database);
  return rows;
}

/** Locks the row of an attempt that still holds its job; undefined when it was lost. */
export function lockHeldJob(tx: Tx, worker: string, job: ClaimedJob) {
  return tx
    .selectFrom('jobs')
    .select('id')
    .where('id', '=', job.id)
    .where('locked_by', '=', worker)
    .where('attempts', '=', job.attempts)
    .where('status', '=', 'processing')
    .forUpdate()
    .executeTakeFirst();
}

export async function endJob(tx: Tx, worker: string, job: ClaimedJob, outcome: Outcome, result?: Record<string, unknown>) {
  await sql`
    update jobs
    set status = ${outcome.status}, locked_by = null, heartbeat_at = null, completed_at = now(),
        progress = case when ${outcome.status} = 'completed' then 1 else progress end,
        result = ${result ? JSON.stringify(result) : null}::jsonb,
        error_code = ${outcome.status === 'failed' ? outcome.error_code : null},
        error_message = ${outcome.status === 'failed' ? outcome.error_message : null}
    where id = ${job.id} and locked_by = ${worker} and attempts = ${job.attempts} and status = 'processing'`.execute(tx);
  await endAttempt(tx, job, outcome.status, outcome);
}

/** Back to pending, not before `delaySeconds` from now. `released` (shutdown) does not count as an attempt. */
export async function returnJob(tx: Tx, worker: string, job: ClaimedJob, delaySeconds: number, why: { outcome: 'failed' | 'released'; error_code?: string; error_message?: string }) {
  await sql`
    update jobs
    set status = 'pending', locked_by = null, heartbeat_at = null, run_at = now() + make_interval(secs => ${delaySeconds}),
        max_attempts = least(100, max_attempts + ${why.outcome === 'released' ? 1 : 0}),
        error_code = ${why.error_code ?? null}, error_message = ${why.error_message ?? null}
    where id = ${job.id} and locked_by = ${worker} and attempts = ${job.attempts} and status = 'processing'`.execute(tx);
  await endAttempt(tx, job, why.outcome, why);
  if (why.outcome === 'released') await sql`select pg_notify('lm_jobs', '')`.execute(tx);
}

function endAttempt(tx: Tx, job: ClaimedJob, outcome: string, error: { error_code?: string; error_message?: string }) {
  return tx
    .updateTable('job_attempts')
    .set({ ended_at: sql`now()`, outcome, error_code: error.error_code ?? null, error_message: error.error_message ?? null })
    .where('job_id', '=', job.id)
    .where('attempt', '=', job.attempts)
    .where('ended_at', 'is', null)
    .execute();
}

/** Jobs whose worker was silent for longer than the lease: back to pending, or ended when their attempts are used up. */
export async function reapLostJobs(tx: Tx) {
  const { rows } = await sql<{ id: string; user_id: string | null; job_type: string; payload: Record<string, unknown>; attempts: number; status: string }>`
    update jobs
    set status = case when cancel_requested_at is not null then 'cancelled' when attempts < max_attempts then 'pending' else 'failed' end,
        completed_at = case when cancel_requested_at is not null or attempts >= max_attempts then now() end,
        error_code = case when cancel_requested_at is null and attempts >= max_attempts then 'worker-lost' end,
        error_message = case when cancel_requested_at is null and attempts >= max_attempts
          then 'The worker stopped in the middle too often. Please try again.' end,
        locked_by = null, heartbeat_at = null, run_at = now()
    where id in (
      select id from jobs
      where status = 'processing' and heartbeat_at < now() - make_interval(secs => ${LEASE_SECONDS})
      order by heartbeat_at limit 500 for update skip locked
    )
    returning id, user_id, job_type, payload, attempts, status`.execute(tx);
  for (const row of rows) {
    await tx
      .updateTable('job_attempts')
      .set({ ended_at: sql`now()`, outcome: 'lost' })
      .where('job_id', '=', row.id)
      .where('attempt', '=', row.attempts)
      .where('ended_at', 'is', null)
      .execute();
  }
  return rows;
}

export async function announceWorker(database: Queryable, worker: { id: string; host: string; process_id: number; concurrency: number }) {
  await database
    .insertInto('workers')
    .values(worker)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ seen_at: sql`now()` }))
    .execute();
  await sql`delete from workers where seen_at < now() - interval '1 day'`.execute(database);
}

export async function removeWorker(database: Queryable, id: string) {
  await database.deleteFrom('workers').where('id', '=', id).execute();
}

export async function countLiveWorkers(database: Queryable) {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from workers where seen_at > now() - make_interval(secs => ${LEASE_SECONDS})`.execute(database);
  return rows[0]!.count;
}
