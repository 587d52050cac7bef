/**
 * What to ask now.
 *
 * - **Learning** cards come back after minutes and go first.
 * - **Reviews** are due until the end of the day of study, the longest overdue first, as many as the daily limit
 *   leaves.
 * - **New** cards in the order in which they were made, as many as the daily limit leaves, mixed evenly among the
 *   reviews.
 *
 * Of the cards of one text only one is asked a day.
 */
import { sql, type RawBuilder } from "kysely";
import type { Queryable } from "#server/context.ts";
import { selectCards, type Card } from "#server/features/study/cards/queries.ts";
import { createScheduler, previewRatings, retrievability } from "./schedule.ts";
import { readSettings, type StudySettings } from "./settings.ts";
import { dayBounds, studyClock, type DayBounds } from "./study-day.ts";

/** With nothing else to do, a learning card is asked so much before its time. */
const AHEAD_MS = 20 * 60_000;

export interface Today {
  settings: StudySettings;
  bounds: DayBounds;
  /** Texts of which a card was reviewed today. */
  notes: { note_id: string; card_id: string }[];
  newLeft: number;
  reviewsLeft: number;
}

export async function readToday(database: Queryable, userId: string, now: Date): Promise<Today> {
  const settings = await readSettings(database, userId);
  const bounds = dayBounds(studyClock(settings.time_zone, settings.day_starts_at), now);
  const { rows } = await sql<{ card_id: string; note_id: string | null; is_new: boolean }>`
    select review.card_id, card.note_id,
      not exists (
        select from card_reviews as earlier
        where earlier.user_id = ${userId} and earlier.card_id = review.card_id and earlier.undone_at is null
          and earlier.reviewed_at < ${bounds.start}
      ) as is_new
    from (
      select distinct card_id from card_reviews
      where user_id = ${userId} and reviewed_at >= ${bounds.start} and reviewed_at < ${bounds.end}
        and undone_at is null and card_id is not null
    ) as review
      join cards as card on card.user_id = ${userId} and card.id = review.card_id`.execute(
    database,
  );
  const learned = rows.filter(({ is_new }) => is_new).length;
  return {
    settings,
    bounds,
    notes: rows.flatMap(({ note_id, card_id }) => (note_id ? [{ note_id, card_id }] : [])),
    newLeft: Math.max(0, settings.new_per_day - learned),
    reviewsLeft: Math.max(0, settings.reviews_per_day - (rows.length - learned)),
  };
}

/** Conditions on `cards as card` of the three kinds of what is to be asked. */
export function askable(today: Today, now: Date, subject: string | undefined) {
  const { bounds, settings, notes } = today;
  const common = sql`not card.suspended and (card.buried_until is null or card.buried_until <= ${now})
    ${settings.suspend_leeches ? sql`and not card.leech` : sql``}
      ${subject === undefined ? sql`` : sql`and card.subject = ${subject}`}`;
  const alone = sql`card.note_id <> all(${notes.map(({ note_id }) => note_id)}::text[])`;
  return {
    learning: (ahead: number) =>
      sql`card.state in ('learning', 'relearning') and card.due_at <= ${new Date(now.getTime() + ahead)} and ${common}`,
    review: sql`card.state = 'review' and card.due_at < ${bounds.end} and ${common} and ${alone}`,
    new: sql`card.state = 'new' and ${common} and ${alone}`,
  };
}

export async function countAskable(
  database: Queryable,
  userId: string,
  today: Today,
  now: Date,
  subject: string | undefined,
) {
  const { learning, review, new: fresh } = askable(today, now, subject);
  const upTo = (condition: RawBuilder<unknown>, most: number) => sql<number>`
    (select count(*)::integer from (select from cards as card where card.user_id = ${userId} and ${condition}
      limit ${most}) as askable)`;
  const { rows } = await sql<{
    learning: number;
    review: number;
    new: number;
    next_due_at: Date | null;
  }>`
    select ${upTo(learning(AHEAD_MS), 10_000)} as learning, ${upTo(review, today.reviewsLeft)} as review,
      ${upTo(fresh, today.newLeft)} as new,
      (select min(due_at) from cards as card where card.user_id = ${userId}
        and card.state in ('learning', 'relearning') and not card.suspended) as next_due_at`.execute(
    database,
  );
  return rows[0]!;
}

export async function nextCards(
  database: Queryable,
  userId: string,
  {
    subject,
    limit,
    first,
  }: { subject?: string | undefined; limit: number; first?: string | undefined },
) {
  const now = new Date();
  const today = await readToday(database, userId, now);
  const conditions = askable(today, now, subject);
  const pick = (condition: RawBuilder<unknown>, most: number) =>
    most === 0
      ? []
      : selectCards(database, userId, condition, sql`order by card.due_at, card.id limit ${most}`);
  const [wanted, last, learning, reviews, fresh, counts] = await Promise.all([
    first === undefined ? [] : selectCards(database, userId, sql`card.id = ${first}`),
    findLastReview(database, userId, today, subject),
    pick(conditions.learning(0), limit),
    // Twice as many, since of two cards of one text one is left for another day.
    pick(conditions.review, Math.min(2 * limit, today.reviewsLeft)),
    pick(conditions.new, Math.min(2 * limit, today.newLeft)),
    countAskable(database, userId, today, now, subject),
  ]);
  let chosen = [...learning, ...mixed(onePerNote(reviews), onePerNote(fresh))];
  if (chosen.length === 0) chosen = await pick(conditions.learning(AHEAD_MS), limit);
  const scheduler = createScheduler(today.settings);
  const { next_due_at, ...count } = counts;
  return {
    items: [...wanted, ...onePerNote(chosen.filter(({ id }) => id !== first))]
      .slice(0, limit)
      .map((card) => {
        const schedule = { ...card, learning_step: card.learning_step };
        return {
          ...card,
          retrievability: retrievability(scheduler, schedule, now),
          ratings: previewRatings(scheduler, schedule, now),
        };
      }),
    counts: count,
    last_review: last ?? null,
    next_due_at,
    day_ends_at: today.bounds.end,
  };
}

/** Of today, whatever device it came from. */
async function findLastReview(
  database: Queryable,
  userId: string,
  { bounds }: Today,
  subject: string | undefined,
) {
  const { rows } = await sql<{ id: string; card_id: string }>`
    select review.id, review.card_id from card_reviews as review
      join cards as card on card.user_id = ${userId} and card.id = review.card_id
    where review.user_id = ${userId} and review.reviewed_at >= ${bounds.start} and review.reviewed_at < ${bounds.end}
      and review.undone_at is null and not review.imported
        ${subject === undefined ? sql`` : sql`and card.subject = ${subject}`}
    order by review.reviewed_at desc, review.id desc limit 1`.execute(database);
  return rows[0];
}

function onePerNote(cards: Card[]) {
  return [...new Map(cards.toReversed().map((card) => [card.note_id, card])).values()].reverse();
}

/** New cards spread evenly among the reviews. */
function mixed(reviews: Card[], fresh: Card[]) {
  const all: Card[] = [];
  const ratio = fresh.length / Math.max(1, reviews.length + fresh.length);
  let owed = 0;
  let nextNew = 0;
  for (const review of reviews) {
    all.push(review);
    owed += ratio / Math.max(1 - ratio, 1e-9);
    while (owed >= 1 && nextNew < fresh.length) {
      all.push(fresh[nextNew]!);
      nextNew += 1;
      owed -= 1;
    }
  }
  return [...all, ...fresh.slice(nextNew)];
}
