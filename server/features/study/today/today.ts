/** The first page: what is due, what to go on with, what is new, and the way to the next exam. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import { countAskable, readToday } from "#server/features/study/reviews/next-cards.ts";
import { studyClock } from "#server/features/study/reviews/study-day.ts";

const MOST_PLACES = 5;
const MOST_NEW = 10;

export async function makeToday(database: Queryable, userId: string) {
  const now = new Date();
  const today = await readToday(database, userId, now);
  const clock = studyClock(today.settings.time_zone, today.settings.day_starts_at);
  const [{ next_due_at, ...due }, go_on, newest, exams, bySubject] = await Promise.all([
    countAskable(database, userId, today, now, undefined),
    readPlaces(database, userId),
    readNew(database, userId, today.bounds.start),
    readExams(database, userId),
    dueBySubject(database, userId, today.bounds.end),
  ]);
  const date = clock.dateOf(today.bounds.day);
  return {
    date,
    day_ends_at: today.bounds.end,
    due: { ...due, total: due.learning + due.review + due.new, by_subject: bySubject },
    next_due_at,
    done_today: today.notes.length,
    go_on,
    new_since: newest,
    exams: exams
      .filter(({ exam_on }) => exam_on >= date)
      .map((exam) => ({ ...exam, ...planOf(exam, date) })),
  };
}

async function readPlaces(database: Queryable, userId: string) {
  const { rows } = await sql<{
    source_kind: "recording" | "study_material";
    source_id: string;
    title: string;
    subject: string | null;
    at_seconds: number | null;
    duration_seconds: number | null;
    page: number | null;
    page_count: number | null;
    seen_at: Date;
  }>`
    select place.source_kind, place.source_id, coalesce(recording.title, material.title) as title,
      coalesce(recording.subject, material.subject) as subject, place.at_seconds, recording.duration_seconds,
        place.page,
      material.page_count, place.seen_at
    from study_places as place
      left join recordings as recording on place.source_kind = 'recording' and recording.user_id = place.user_id
        and recording.id = place.source_id
      left join study_materials as material on place.source_kind = 'study_material'
        and material.user_id = place.user_id and material.id = place.source_id
    where place.user_id = ${userId} and coalesce(recording.id, material.id) is not null
    order by place.seen_at desc limit ${MOST_PLACES}`.execute(database);
  return rows.map(({ source_kind, source_id, title, ...row }) => ({
    source: { kind: source_kind, id: source_id, title },
    ...row,
  }));
}

/** Since the student was last here before today: the last review or the last place that was left. */
async function readNew(database: Queryable, userId: string, start: Date) {
  const { rows: last } = await sql<{ since: Date | null }>`
    select greatest(
      (select max(reviewed_at) from card_reviews where user_id = ${userId} and reviewed_at < ${start}),
      (select max(seen_at) from study_places where user_id = ${userId} and seen_at < ${start})) as since`.execute(
    database,
  );
  const since = last[0]?.since ?? new Date(start.getTime() - 7 * 86_400_000);
  const { rows: items } = await sql<{
    kind: string;
    id: string;
    title: string;
    subject: string | null;
    created_at: Date;
  }>`
    select * from (
      select 'recording' as kind, id, title, subject, created_at from recordings where user_id = ${userId}
        and created_at > ${since}
      union all
      select 'study_material', id, title, subject, created_at from study_materials where user_id = ${userId}
        and created_at > ${since}
    ) as item order by created_at desc limit ${MOST_NEW}`.execute(database);
  return { since, items };
}

interface Exam {
  id: string;
  title: string;
  subject: string | null;
  exam_on: string;
  /** Cards of its subject that were never reviewed, and all. */
  new_cards: number;
  cards: number;
}

export async function readExams(database: Queryable, userId: string, id?: string): Promise<Exam[]> {
  const { rows } = await sql<Exam>`
    select exam.id, exam.title, exam.subject, to_char(exam.exam_on, 'YYYY-MM-DD') as exam_on,
      (select count(*)::integer from cards as card where card.user_id = ${userId} and not card.suspended
        and card.state = 'new'
        and (exam.subject is null or card.subject = exam.subject)) as new_cards,
      (select count(*)::integer from cards as card where card.user_id = ${userId} and not card.suspended
        and (exam.subject is null or card.subject = exam.subject)) as cards
    from exam_dates as exam where exam.user_id = ${userId} ${id ? sql`and exam.id = ${id}` : sql``}
    order by exam.exam_on, exam.id limit 100`.execute(database);
  return rows;
}

/** New cards are done a week before, so that each is seen again at least once; with less time, the day before. */
export function planOf({ exam_on, new_cards }: Pick<Exam, "exam_on" | "new_cards">, today: string) {
  const days_left = Math.round((Date.parse(exam_on) - Date.parse(today)) / 86_400_000);
  const learning_days = Math.max(1, days_left > 10 ? days_left - 7 : days_left - 1);
  return {
    days_left,
    plan: {
      new_cards_a_day: Math.ceil(new_cards / learning_days),
      new_cards_done_on: new Date(Date.parse(today) + learning_days * 86_400_000)
        .toISOString()
        .slice(0, 10),
    },
  };
}

async function dueBySubject(database: Queryable, userId: string, end: Date) {
  const { rows } = await sql<{ subject: string | null; due: number }>`
    select subject, count(*)::integer as due from cards
    where user_id = ${userId} and state <> 'new' and not suspended and due_at < ${end}
      and (buried_until is null or buried_until <= now())
    group by subject order by due desc, subject limit 100`.execute(database);
  return rows;
}

/** Subjects as places: what there is of each. */
export async function listSubjects(database: Queryable, userId: string) {
  const { rows } = await sql<{
    subject: string;
    recordings: number;
    study_materials: number;
    conversations: number;
    cards: number;
    due: number;
  }>`
    select subject, sum(recordings)::integer as recordings, sum(materials)::integer as study_materials,
      sum(conversations)::integer as conversations, sum(cards)::integer as cards, sum(due)::integer as due
    from (
      select subject, 1 as recordings, 0 as materials, 0 as conversations, 0 as cards, 0 as due from recordings
      where user_id = ${userId}
      union all select subject, 0, 1, 0, 0, 0 from study_materials where user_id = ${userId}
      union all select subject, 0, 0, 1, 0, 0 from conversations where user_id = ${userId}
      union all select subject, 0, 0, 0, 1, (state <> 'new' and not suspended and due_at <= now())::integer
      from cards where user_id = ${userId}
    ) as item where subject is not null group by subject order by subject limit 500`.execute(
    database,
  );
  return rows;
}
