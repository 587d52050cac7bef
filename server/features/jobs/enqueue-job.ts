import { sql } from "kysely";
import type { Tx } from "#server/context.ts";
import type { JobType } from "#server/worker/handlers.ts";

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

/** Several at once, answered in the order given; no two may carry the same idempotency key. */
export async function enqueueJobs(tx: Tx, jobs: NewJob[]): Promise<{ id: string }[]> {
  const { rows } = await sql<{ id: string }>`
    select id from enqueue_jobs(${JSON.stringify(jobs)}::jsonb) as id`.execute(tx);
  return rows;
}
