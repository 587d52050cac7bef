import { sql } from "kysely";
import { forPurpose } from "#database/principal.ts";
import type { Queryable } from "#server/context.ts";

/**
 * How many jobs of the same type a worker takes before and with this one: 1 is next. In the order of `claim_jobs`, in
 * which each student's jobs take turns with those of others. Whose the others are is not told.
 *
 * @param userId null: of the system.
 * @returns by job; none for what waits for a later time, runs or has ended.
 */
export async function findPlaces(
  database: Queryable,
  userId: string | null,
  ids: string[],
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const { rows } = await forPurpose("queue", () =>
    sql<{ id: string; place: number }>`
      with mine as (
        select id, job_type from jobs
        where user_id is not distinct from ${userId}::uuid and id = any(${ids}::uuid[]) and status = 'pending'
          and run_at <= now()
      ), waiting as (
        select id, row_number() over (partition by job_type order by priority desc, fair_at, id)::integer as place
        from jobs
        where status = 'pending' and run_at <= now() and job_type in (select job_type from mine)
      )
      select waiting.id, waiting.place from waiting join mine on mine.id = waiting.id`.execute(
      database,
    ),
  );
  return new Map(rows.map(({ id, place }) => [id, place]));
}

/** Each row with its `place`, null where it does not wait. */
export async function withPlaces<T extends { id: string; status: string }>(
  database: Queryable,
  userId: string | null,
  rows: T[],
) {
  const waiting = rows.filter(({ status }) => status === "pending").map(({ id }) => id);
  const places = await findPlaces(database, userId, waiting);
  return rows.map((row) => ({ ...row, place: places.get(row.id) ?? null }));
}
