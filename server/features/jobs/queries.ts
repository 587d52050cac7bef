import { sql } from "kysely";
import { columnsOf } from "#server/columns-of.ts";
import type { Queryable, Tx, Row } from "#server/context.ts";
import { priorityOf } from "#server/vocabulary.ts";
import { LEASE_SECONDS } from "./contract.ts";
import type { JobType } from "./job-types.ts";
import { job } from "./shapes.ts";

const SHOWN = columnsOf(job, "place");

export function listJobs(
  database: Queryable,
  userId: string,
  page: { limit: number; cursor?: string | undefined; status?: Row<"jobs">["status"] | undefined },
) {
  return database
    .selectFrom("jobs")
    .select(SHOWN)
    .where("user_id", "=", userId)
    .$if(page.cursor !== undefined, (query) => query.where("id", "<", page.cursor!))
    .$if(page.status !== undefined, (query) => query.where("status", "=", page.status!))
    .orderBy("id", "desc")
    .limit(page.limit + 1)
    .execute();
}

export function findJob(database: Queryable, userId: string | null, id: string) {
  return database
    .selectFrom("jobs")
    .select(SHOWN)
    .where("user_id", "is not distinct from", userId)
    .where("id", "=", id)
    .executeTakeFirst();
}

/** @throws when the job is gone. */
export async function readPriority(database: Queryable, userId: string, id: string) {
  const { priority } = await database
    .selectFrom("jobs")
    .select("priority")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return priorityOf(priority);
}

/** Whether a job of this type that the student waits for is not done yet. */
export async function hasUrgentJob(database: Queryable, userId: string, jobType: JobType) {
  const found = await database
    .selectFrom("jobs")
    .select("id")
    .where("user_id", "=", userId)
    .where("job_type", "=", jobType)
    .where("status", "in", ["pending", "processing"])
    .where("priority", ">", 0)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

/** Pending: cancelled at once. Processing: the worker learns of it with its next heartbeat, or by the notification. */
export async function requestCancel(tx: Tx, userId: string | null, id: string) {
  const row = await tx
    .updateTable("jobs")
    .set({
      status: sql`case status when 'pending' then 'cancelled' else status end`,
      completed_at: sql`case status when 'pending' then now() end`,
      cancel_requested_at: sql`now()`,
    })
    .where("user_id", "is not distinct from", userId)
    .where("id", "=", id)
    .where("status", "in", ["pending", "processing"])
    .returning(["id", "user_id", "job_type", "payload", "status"])
    .executeTakeFirst();
  if (row?.status === "processing")
    await sql`select pg_notify('lm_jobs', ${`cancel:${id}`})`.execute(tx);
  return row;
}

/** Ends the attempt that runs, without its worker: what that one says later is not heard. */
export async function takeFromWorker(tx: Tx, userId: string, id: string) {
  const row = await tx
    .updateTable("jobs")
    .set({ status: "cancelled", locked_by: null, heartbeat_at: null, completed_at: sql`now()` })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .where("status", "=", "processing")
    .returning("attempts")
    .executeTakeFirst();
  if (!row) return;
  await tx
    .updateTable("job_attempts")
    .set({ ended_at: sql`now()`, outcome: "cancelled" })
    .where("job_id", "=", id)
    .where("attempt", "=", row.attempts)
    .where("ended_at", "is", null)
    .execute();
}

export async function requeue(tx: Tx, userId: string | null, id: string) {
  const row = await tx
    .updateTable("jobs")
    .set({
      status: "pending",
      run_at: sql`now()`,
      max_attempts: sql`least(100, attempts + 5)`,
      error_code: null,
      error_message: null,
      cancel_requested_at: null,
      completed_at: null,
    })
    .where("user_id", "is not distinct from", userId)
    .where("id", "=", id)
    .where("status", "in", ["failed", "cancelled"])
    .returning(["id", "user_id", "job_type", "payload"])
    .executeTakeFirst();
  if (row) await sql`select pg_notify('lm_jobs', '')`.execute(tx);
  return row;
}

export async function countLiveWorkers(database: Queryable) {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from workers where seen_at > now() - make_interval(secs => ${LEASE_SECONDS})`.execute(
    database,
  );
  return rows[0]!.count;
}
