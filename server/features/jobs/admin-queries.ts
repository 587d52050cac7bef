/** What an administrator sees of everybody's jobs: counts and reasons, no contents. */
import { sql } from "kysely";
import { columnsOf } from "#server/columns-of.ts";
import type { Queryable, Row } from "#server/context.ts";
import { LEASE_SECONDS } from "./contract.ts";
import { adminJob } from "./shapes.ts";

export async function countQueue(database: Queryable) {
  const { rows } = await sql<{
    job_type: string;
    waiting: number;
    delayed: number;
    processing: number;
    oldest_waiting_seconds: number | null;
  }>`
    select job_type,
      count(*) filter (where status = 'pending' and run_at <= now())::int as waiting,
      count(*) filter (where status = 'pending' and run_at > now())::int as delayed,
      count(*) filter (where status = 'processing')::int as processing,
      extract(epoch from now() - min(run_at) filter (where status = 'pending' and run_at <= now()))::float8
        as oldest_waiting_seconds
    from jobs where status in ('pending', 'processing')
    group by job_type order by job_type`.execute(database);
  return rows;
}

export async function listWorkers(database: Queryable) {
  const { rows } = await sql<{
    id: string;
    host: string;
    process_id: number;
    concurrency: number;
    started_at: Date;
    seen_at: Date;
    is_live: boolean;
    processing: number;
    completed_last_hour: number;
    failed_last_hour: number;
  }>`
    select workers.*, seen_at > now() - make_interval(secs => ${LEASE_SECONDS}) as is_live,
      (select count(*)::int from jobs where status = 'processing' and locked_by = workers.id) as processing,
      (select count(*)::int from job_attempts where worker = workers.id and outcome = 'completed'
        and ended_at > now() - interval '1 hour') as completed_last_hour,
      (select count(*)::int from job_attempts where worker = workers.id and outcome in ('failed', 'lost')
        and ended_at > now() - interval '1 hour') as failed_last_hour
    from workers order by started_at`.execute(database);
  return rows;
}

export async function countFailures(database: Queryable) {
  const { rows } = await sql<{
    job_type: string;
    error_code: string;
    error_message: string;
    count: number;
    last_at: Date;
  }>`
    select job_type, error_code, max(error_message) as error_message, count(*)::int as count,
      max(completed_at) as last_at
    from jobs where status = 'failed' and completed_at > now() - interval '7 days'
    group by job_type, error_code order by last_at desc limit 100`.execute(database);
  return rows;
}

const SHOWN = columnsOf(adminJob);

export function listAllJobs(
  database: Queryable,
  page: { limit: number; cursor?: string | undefined; status: Row<"jobs">["status"] },
) {
  return database
    .selectFrom("jobs")
    .select(SHOWN)
    .where("status", "=", page.status)
    .$if(page.cursor !== undefined, (query) => query.where("id", "<", page.cursor!))
    .orderBy("id", "desc")
    .limit(page.limit + 1)
    .execute();
}

export function findAnyJob(database: Queryable, id: string) {
  return database.selectFrom("jobs").select(SHOWN).where("id", "=", id).executeTakeFirst();
}

export function listAttempts(database: Queryable, jobId: string) {
  return database
    .selectFrom("job_attempts")
    .select([
      "attempt",
      "worker",
      "started_at",
      "ended_at",
      "outcome",
      "error_code",
      "error_message",
    ])
    .where("job_id", "=", jobId)
    .orderBy("attempt")
    .execute();
}
