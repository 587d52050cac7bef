/** What the log says of the student's learning: days, retention, streak, and what is to come. */
import { sql, type RawBuilder } from "kysely";
import type { Queryable } from "#server/context.ts";
import { readSettings } from "#server/features/study/reviews/settings.ts";
import { dayBounds, studyClock } from "#server/features/study/reviews/study-day.ts";

const DAYS = 365;
/** Of fewer reviews nothing follows. */
const ENOUGH_TESTED = 5;
const MOST_WEAK = 8;
const NO_REVIEWS = { reviews: 0, passed: 0, tested: 0, recalled: 0, seconds: 0 };

export async function readStatistics(
  database: Queryable,
  userId: string,
  { subject, days }: { subject?: string | undefined; days: number },
) {
  const settings = await readSettings(database, userId);
  const clock = studyClock(settings.time_zone, settings.day_starts_at);
  const now = new Date();
  const today = dayBounds(clock, now);
  const day = (at: string) =>
    sql`((${sql.raw(at)} at time zone ${settings.time_zone}) -
      make_interval(hours => ${settings.day_starts_at}))::date`;
  const ofSubject = subject === undefined ? sql`` : sql`and card.subject = ${subject}`;
  const cards = sql<CardCounts>`
    select count(*)::integer as total, count(*) filter (where state = 'new')::integer as new,
      count(*) filter (where state = 'learning')::integer as learning,
      count(*) filter (where state = 'review')::integer as review,
      count(*) filter (where state = 'relearning')::integer as relearning,
      count(*) filter (where suspended)::integer as suspended,
      count(*) filter (where leech)::integer as leeches
    from cards as card where user_id = ${userId} ${ofSubject}`;
  const forecast = sql<{ date: string; due: number }>`
    select to_char(greatest(${day("card.due_at")}, ${clock.dateOf(today.day)}::date), 'YYYY-MM-DD') as date,
      count(*)::integer as due
    from cards as card
    where user_id = ${userId} and state <> 'new' and not suspended
      and due_at < ${clock.startOf(today.day + days)} ${ofSubject}
    group by 1 order by 1`;
  const [counts, dayRows, dueRows, weak] = await Promise.all([
    cards.execute(database),
    reviewsByDay(userId, day("review.reviewed_at"), subject).execute(database),
    forecast.execute(database),
    readWeak(database, userId, { subject, since: clock.startOf(today.day - days + 1) }),
  ]);
  const reviewed = new Map(dayRows.rows.map((row) => [row.date, row]));
  const due = new Map(dueRows.rows.map((row) => [row.date, row.due]));
  const past = Array.from({ length: days }, (_, back) => {
    const date = clock.dateOf(today.day - days + 1 + back);
    return reviewed.get(date) ?? { ...NO_REVIEWS, date };
  });
  const sum = (name: "reviews" | "tested" | "recalled" | "seconds") =>
    past.reduce((total, row) => total + row[name], 0);
  return {
    date: clock.dateOf(today.day),
    cards: counts.rows[0]!,
    reviews: {
      total: dayRows.rows.reduce((total, { reviews }) => total + reviews, 0),
      today: past.at(-1)!.reviews,
      seconds_today: past.at(-1)!.seconds,
      in_period: sum("reviews"),
      seconds_in_period: sum("seconds"),
    },
    retention: {
      desired: settings.desired_retention,
      reviews: sum("tested"),
      recalled: sum("recalled"),
      rate: sum("tested") > 0 ? sum("recalled") / sum("tested") : null,
    },
    streak: streaks(
      dayRows.rows.map(({ date }) => date),
      clock.dateOf(today.day),
      clock.dateOf(today.day - 1),
    ),
    days: past.map(({ passed: _passed, ...row }) => row),
    forecast: Array.from({ length: days }, (_, ahead) => {
      const date = clock.dateOf(today.day + ahead);
      return { date, due: due.get(date) ?? 0 };
    }),
    weak,
    fit: settings.fit,
  };
}

/**
 * Newest day first. Only a review on a later day than the one before says whether something was remembered.
 * @param day the study day of a review
 */
function reviewsByDay(userId: string, day: RawBuilder<unknown>, subject: string | undefined) {
  const ofSubject =
    subject === undefined
      ? sql``
      : sql`join cards as card on card.user_id = review.user_id and card.id = review.card_id
          and card.subject = ${subject}`;
  return sql<DayRow>`
    select to_char(day, 'YYYY-MM-DD') as date, count(*)::integer as reviews,
      count(*) filter (where rating > 1)::integer as passed,
      count(*) filter (where before < day)::integer as tested,
      count(*) filter (where before < day and rating > 1)::integer as recalled,
      (sum(duration_ms) / 1000.0)::float8 as seconds
    from (
      select ${day} as day, review.rating, review.duration_ms,
        lag(${day}) over (partition by review.card_id order by review.reviewed_at, review.id) as before
      from card_reviews as review ${ofSubject}
      where review.user_id = ${userId} and review.undone_at is null
    ) as dated
    group by day order by day desc limit ${DAYS * 3}`;
}

/** Sources (or, for cards without one, subjects) of which least is recalled in the period. */
async function readWeak(
  database: Queryable,
  userId: string,
  { subject, since }: { subject: string | undefined; since: Date },
) {
  const { rows } = await sql<{
    recording_id: string | null;
    study_material_id: string | null;
    title: string;
    subject: string | null;
    tested: number;
    recalled: number;
  }>`
    select transcription.recording_id, witness.study_material_id,
      coalesce(recording.title, material.title, card.subject) as title, card.subject,
      count(*)::integer as tested, count(*) filter (where review.rating > 1)::integer as recalled
    from card_reviews as review
      join cards as card on card.user_id = review.user_id and card.id = review.card_id
      left join card_witnesses as witness on witness.user_id = card.user_id and witness.card_id = card.id
      left join transcriptions as transcription on transcription.user_id = witness.user_id
        and transcription.id = witness.transcription_id
      left join recordings as recording on recording.user_id = transcription.user_id
        and recording.id = transcription.recording_id
      left join study_materials as material on material.user_id = witness.user_id
        and material.id = witness.study_material_id
    where review.user_id = ${userId} and review.undone_at is null and review.reviewed_at >= ${since} and card.reps > 1
      ${subject === undefined ? sql`` : sql`and card.subject = ${subject}`}
      and coalesce(recording.title, material.title, card.subject) is not null
    group by 1, 2, 3, 4
    having count(*) >= ${ENOUGH_TESTED} and count(*) filter (where review.rating = 1) > 0
    order by (count(*) filter (where review.rating > 1))::float8 / count(*), count(*) desc, title
    limit ${MOST_WEAK}`.execute(database);
  return rows.map(({ recording_id, study_material_id, ...row }) => ({
    ...row,
    source: recording_id
      ? { kind: "recording" as const, id: recording_id }
      : study_material_id
        ? { kind: "study_material" as const, id: study_material_id }
        : null,
  }));
}

interface CardCounts {
  total: number;
  new: number;
  learning: number;
  review: number;
  relearning: number;
  suspended: number;
  leeches: number;
}

interface DayRow {
  date: string;
  reviews: number;
  passed: number;
  tested: number;
  recalled: number;
  seconds: number;
}

/** A day that has not ended breaks no streak. @param dates newest first. */
function streaks(dates: string[], today: string, yesterday: string) {
  let longest = 0;
  let run = 0;
  let current = 0;
  let open = dates[0] === today || dates[0] === yesterday;
  for (const [at, date] of dates.entries()) {
    const next = dates[at - 1];
    const joined = next !== undefined && Date.parse(next) - Date.parse(date) === 86_400_000;
    if (at > 0 && !joined) {
      open = false;
      run = 0;
    }
    run += 1;
    longest = Math.max(longest, run);
    if (open) current = run;
  }
  return { current, longest, studied_today: dates[0] === today };
}
