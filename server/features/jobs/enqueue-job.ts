import { sql } from "kysely";
import type { Tx } from "#server/context.ts";
import { newId } from "#server/new-id.ts";
import type { JobOwner, JobPayload, JobType } from "./job-types.ts";

interface NewJobOf<T extends JobType> {
  user_id: JobOwner<T>;
  job_type: T;
  payload: JobPayload<T>;
  /** -100 to 100; higher first. */
  priority?: number;
  run_at?: Date;
  max_attempts?: number;
  /** While a job of this user and type with the same key is pending or processing, that one is returned. */
  idempotency_key?: string;
}

export type NewJob = { [T in JobType]: NewJobOf<T> }[JobType];

/** Part of the transaction of the row it is about: either both exist or neither. Workers hear of it at commit. */
export async function enqueueJob(tx: Tx, job: NewJob): Promise<{ id: string }> {
  const [made] = await enqueueJobs(tx, [job]);
  return made!;
}

/**
 * Several at once, answered in the order given; no two may carry the same idempotency key. One statement for all of one
 * student, type and priority. Ids are made here (UUIDv7: RFC 9562, section 5.7): made in the database they cost a sixth
 * of the whole.
 */
export async function enqueueJobs(tx: Tx, jobs: NewJob[]): Promise<{ id: string }[]> {
  const made = jobs.map((job) => ({ ...job, id: newId() }));
  const lines = Map.groupBy(made, ({ user_id, job_type, priority }) =>
    JSON.stringify([user_id, job_type, priority ?? 0]),
  );
  for (const line of lines.values()) {
    const { user_id, job_type, priority = 0 } = line[0]!;
    const items = line.map(({ user_id: _u, job_type: _t, priority: _p, ...item }) => item);
    const { rows } = await sql<{ id: string }>`
      select id from enqueue_jobs(${user_id}, ${job_type}, ${priority}, ${JSON.stringify(items)}) as id`.execute(
      tx,
    );
    // A live job with the same key may have been there already.
    const keyed = line.filter(({ idempotency_key }) => idempotency_key !== undefined);
    for (const [at, job] of keyed.entries()) job.id = rows[at]!.id;
  }
  return made.map(({ id }) => ({ id }));
}
