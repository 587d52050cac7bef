import { sql, type Insertable } from 'kysely';
import type { Database } from '#database/types.ts';
import type { Tx } from '#server/context.ts';
import type { JobType } from '#server/worker/handlers.ts';

export interface NewJob {
  user_id: string | null;
  job_type: JobType;
  payload: Record<string, unknown>;
  /** -100 to 100; higher first. */
  priority?: number;
  run_at?: Date;
  max_attempts?: number;
  /** While a job of this user and type with the same key is pending or processing, that one is returned. */
  idempotency_key?: string;
}

/** Part of the transaction of the row it is about: either both exist or neither. Workers hear of it at commit. */
export async function enqueueJob(tx: Tx, job: NewJob): Promise<{ id: string }> {
  const [made] = await enqueueJobs(tx, [job]);
  return made!;
}

export async function enqueueJobs(tx: Tx, jobs: NewJob[]): Promise<{ id: string }[]> {
  const values = jobs.map((job): Insertable<Database['jobs']> => ({ ...job, payload: JSON.stringify(job.payload) }));
  const made = await tx
    .insertInto('jobs')
    .values(values)
    // The update changes nothing; it makes `returning` give the live job that was there already.
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'job_type', 'idempotency_key'])
        .where('idempotency_key', 'is not', null)
        .where('status', 'in', ['pending', 'processing'])
        .doUpdateSet((eb) => ({ priority: eb.ref('jobs.priority') })),
    )
    .returning('id')
    .execute();
  await sql`select pg_notify('lm_jobs', '')`.execute(tx);
  return made;
}
