import { sql, type UpdateObject } from "kysely";
import type { Database } from "#database/types.ts";
import { columnsOf } from "#server/columns-of.ts";
import type { Queryable, Tx } from "#server/context.ts";
import { measurement } from "./shapes.ts";

const COLUMNS = columnsOf(measurement, "progress");

/** Newest first, with the titles that its sources have now and the progress of its job. */
export async function listMeasurements(
  database: Queryable,
  userId: string,
  page: { limit: number; cursor?: string | undefined; id?: string | undefined },
) {
  const rows = await database
    .selectFrom("search_measurements")
    .select(COLUMNS)
    .where("user_id", "=", userId)
    .$if(page.cursor !== undefined, (query) => query.where("id", "<", page.cursor!))
    .$if(page.id !== undefined, (query) => query.where("id", "=", page.id!))
    .orderBy("id", "desc")
    .limit(page.limit + 1)
    .execute();
  const progress = await progressOf(database, userId);
  const titles = await titlesOf(
    database,
    userId,
    rows.flatMap(({ never_found }) => never_found?.map(({ id }) => id) ?? []),
  );
  return rows.map((row) => ({
    ...row,
    progress: row.status === "completed" ? 1 : (progress.get(row.id) ?? 0),
    never_found:
      row.never_found?.flatMap((source) => {
        const title = titles.get(source.id);
        return title === undefined ? [] : [{ ...source, title }];
      }) ?? null,
  }));
}

export async function findMeasurement(database: Queryable, userId: string, id: string) {
  const [row] = await listMeasurements(database, userId, { limit: 1, id });
  return row;
}

async function progressOf(database: Queryable, userId: string) {
  const { rows } = await sql<{ id: string; progress: number }>`
    select payload ->> 'measurement_id' as id, progress from jobs
    where user_id = ${userId} and job_type = 'measure-search' and status in ('pending', 'processing')`.execute(
    database,
  );
  return new Map(rows.map(({ id, progress }) => [id, progress]));
}

async function titlesOf(database: Queryable, userId: string, ids: string[]) {
  if (ids.length === 0) return new Map<string, string>();
  const { rows } = await sql<{ id: string; title: string }>`
    select id, title from recordings where user_id = ${userId} and id = any (${ids}::uuid[])
    union all select id, title from study_materials where user_id = ${userId} and id = any (${ids}::uuid[])`.execute(
    database,
  );
  return new Map(rows.map(({ id, title }) => [id, title]));
}

/** Of measurements and choices of one student. */
export async function takeTurn(tx: Tx, userId: string) {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`measure ${userId}`}, 0))`.execute(tx);
}

/** Two that ask at once take turns. */
export async function findUnderWay(tx: Tx, userId: string) {
  await takeTurn(tx, userId);
  const row = await tx
    .selectFrom("search_measurements")
    .select("id")
    .where("user_id", "=", userId)
    .where("status", "in", ["pending", "processing"])
    .orderBy("id", "desc")
    .executeTakeFirst();
  return row?.id;
}

export function updateMeasurement(
  tx: Tx,
  userId: string,
  id: string,
  values: UpdateObject<Database, "search_measurements">,
) {
  return tx
    .updateTable("search_measurements")
    .set(values)
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .execute();
}

/** The newest comparison of these two. */
export async function findComparison(database: Queryable, userId: string, a: string, b: string) {
  const { rows } = await sql<{ results: { engine: string; mrr: number }[]; questions: number }>`
    select results, questions from search_measurements
    where user_id = ${userId} and status = 'completed' and engines @> ${[a, b]}::text[] and cardinality(engines) = 2
    order by id desc limit 1`.execute(database);
  return rows[0];
}

export async function setChoice(
  tx: Tx,
  userId: string,
  choice: { engine: string; is_provisional: boolean } | undefined,
) {
  if (!choice) {
    await tx.deleteFrom("search_choices").where("user_id", "=", userId).execute();
    return;
  }
  await tx
    .insertInto("search_choices")
    .values({ user_id: userId, ...choice })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet(choice))
    .execute();
}

/** Everybody's newest figures, each weighed by its questions; for administrators: numbers and no contents. */
export async function measureInstallation(database: Queryable) {
  const { rows: engines } = await sql<{
    engine: string;
    students: number;
    questions: number;
    hit_at_1: number;
    hit_at_3: number;
    mrr: number;
    found: number;
  }>`
    with newest as (
      select distinct on (user_id, result.engine) user_id, questions, result.*
      from search_measurements,
        jsonb_to_recordset(results) as result (engine text, hit_at_1 float8, hit_at_3 float8, mrr float8, found integer)
      where status = 'completed' and questions > 0
      order by user_id, result.engine, id desc
    )
    select engine, count(*)::int as students, sum(questions)::int as questions, sum(found)::int as found,
      sum(hit_at_1 * questions) / sum(questions) as hit_at_1, sum(hit_at_3 * questions) / sum(questions) as hit_at_3,
      sum(mrr * questions) / sum(questions) as mrr
    from newest group by engine order by mrr desc, engine`.execute(database);
  const { rows } = await sql<{ students: number; questions: number; running: number }>`
    select count(distinct user_id) filter (where status = 'completed' and questions > 0)::int as students,
      count(*) filter (where status in ('pending', 'processing'))::int as running,
      coalesce((select sum(questions) from (
        select distinct on (user_id) questions from search_measurements
        where status = 'completed' order by user_id, id desc
      ) as last), 0)::int as questions
    from search_measurements`.execute(database);
  return { ...rows[0]!, engines };
}

/**
 * At most so many of those without a measurement under way, whose last one is longest ago first: a number of students.
 */
export async function studentsToMeasure(database: Queryable, most: number) {
  const { rows } = await sql<{ id: string }>`
    select id from users
    where disabled_at is null and not exists (
      select from search_measurements as under_way
      where under_way.user_id = users.id and under_way.status in ('pending', 'processing')
    )
    order by (select max(made.id::text) from search_measurements as made where made.user_id = users.id) nulls first, id
    limit ${most}`.execute(database);
  return rows.map(({ id }) => id);
}

export async function hasPassages(database: Queryable, userId: string) {
  const total = await database
    .selectFrom("search_totals")
    .select("passages")
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return (total?.passages ?? 0) > 0;
}
