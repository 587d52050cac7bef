import { sql } from "kysely";
import type { Queryable, Tx } from "#server/context.ts";
import type { LoggedReview, Schedule } from "./schedule.ts";

export interface NewReview {
  id: string;
  card_id: string;
  rating: number;
  reviewed_at: string | Date;
  duration_ms: number;
  imported?: boolean;
}

/** @returns ids of those that were not there before. */
export async function insertReviews(tx: Tx, userId: string, reviews: NewReview[]) {
  if (reviews.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    insert into card_reviews (user_id, id, card_id, rating, reviewed_at, duration_ms, imported)
    select ${userId}, id, card_id, rating, reviewed_at, duration_ms, coalesce(imported, false)
    from jsonb_to_recordset(${JSON.stringify(reviews)}::jsonb) as row
      (id uuid, card_id uuid, rating smallint, reviewed_at timestamptz,
      duration_ms integer, imported boolean)
    on conflict (user_id, id) do nothing returning id`.execute(tx);
  return rows.map(({ id }) => id);
}

/** In one order, so that two batches of one student cannot lock each other; the log of a locked card is read whole. */
export async function lockCards(tx: Tx, userId: string, ids: string[]) {
  const { rows } = await sql<{ id: string; created_at: Date }>`
    select id, created_at from cards where user_id = ${userId} and id = any(${ids}::uuid[]) order by id
      for update`.execute(tx);
  return rows;
}

export async function findReviews(database: Queryable, userId: string, ids: string[]) {
  const { rows } = await sql<{ id: string; card_id: string | null; undone_at: Date | null }>`
    select id, card_id, undone_at from card_reviews where user_id = ${userId} and id = any(${ids}::uuid[])`.execute(
    database,
  );
  return rows;
}

/** What counts of the logs of these cards. */
export async function readLogs(database: Queryable, userId: string, cardIds: string[]) {
  const { rows } = await sql<LoggedReview & { card_id: string }>`
    select id, card_id, rating, reviewed_at, duration_ms from card_reviews
    where user_id = ${userId} and card_id = any(${cardIds}::uuid[]) and undone_at is null`.execute(
    database,
  );
  return Map.groupBy(rows, ({ card_id }) => card_id);
}

export async function writeSchedules(
  tx: Tx,
  userId: string,
  schedules: (Schedule & { id: string })[],
) {
  if (schedules.length === 0) return;
  await sql`
    update cards set state = row.state, due_at = row.due_at, stability = row.stability, difficulty = row.difficulty,
      scheduled_days = row.scheduled_days, learning_step = row.learning_step, reps = row.reps,
        lapses = row.lapses, leech = row.leech,
      last_reviewed_at = row.last_reviewed_at
    from jsonb_to_recordset(${JSON.stringify(schedules)}::jsonb) as row
      (id uuid, state text, due_at timestamptz, stability float8,
      difficulty float8, scheduled_days integer, learning_step smallint, reps integer, lapses integer, leech boolean,
      last_reviewed_at timestamptz)
    where cards.user_id = ${userId} and cards.id = row.id`.execute(tx);
}

export async function undoReview(tx: Tx, userId: string, id: string) {
  const { rows } = await sql<{ card_id: string | null }>`
    update card_reviews set undone_at = now() where user_id = ${userId} and id = ${id} and undone_at is null
    returning card_id`.execute(tx);
  return rows[0];
}
