/**
 * A card's schedule: a pure function of the log of its reviews and the student's settings, computed by FSRS-6
 * (ts-fsrs; https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm).
 *
 * It runs in wall time (study-day.ts), so that days are the student's own and summer time moves nothing: what is due in
 * three days is due at the same time of the clock. Waits of minutes are added to the instant itself.
 */
import {
  createEmptyCard,
  fsrs,
  State,
  type Card,
  type FSRS,
  type Grade,
  type StepUnit,
} from "ts-fsrs";
import type { CardState } from "#server/features/study/cards/queries.ts";
import type { StudySettings } from "./settings.ts";
import { studyClock, type StudyClock } from "./study-day.ts";

export interface LoggedReview {
  id: string;
  rating: number;
  reviewed_at: Date;
  duration_ms?: number;
}

export interface Schedule {
  state: CardState;
  due_at: Date;
  stability: number | null;
  difficulty: number | null;
  scheduled_days: number;
  learning_step: number;
  reps: number;
  lapses: number;
  leech: boolean;
  last_reviewed_at: Date | null;
}

export interface Scheduler {
  clock: StudyClock;
  algorithm: FSRS;
  leechLapses: number;
}

const STATES: Record<State, CardState> = {
  [State.New]: "new",
  [State.Learning]: "learning",
  [State.Review]: "review",
  [State.Relearning]: "relearning",
};
const NUMBERS: Record<CardState, State> = {
  new: State.New,
  learning: State.Learning,
  review: State.Review,
  relearning: State.Relearning,
};

export function createScheduler(settings: StudySettings): Scheduler {
  return {
    clock: studyClock(settings.time_zone, settings.day_starts_at),
    algorithm: fsrs({
      request_retention: settings.desired_retention,
      maximum_interval: settings.maximum_interval_days,
      learning_steps: settings.learning_steps as StepUnit[],
      relearning_steps: settings.relearning_steps as StepUnit[],
      enable_short_term: true,
      enable_fuzz: false,
      ...(settings.weights ? { w: settings.weights } : {}),
    }),
    leechLapses: settings.leech_lapses,
  };
}

/**
 * Reviews of two devices are one history, in the order of their times and ids, whatever the order in which they came.
 */
export function inOrder<T extends LoggedReview>(reviews: T[]): T[] {
  return reviews.toSorted(
    (a, b) =>
      a.reviewed_at.getTime() - b.reviewed_at.getTime() || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
}

/** What the log says from its first review to its last. */
export function replay(scheduler: Scheduler, created: Date, reviews: LoggedReview[]): Schedule {
  let schedule = newSchedule(created);
  for (const { rating, reviewed_at } of inOrder(reviews))
    schedule = review(scheduler, schedule, rating, reviewed_at);
  return schedule;
}

export function newSchedule(created: Date): Schedule {
  return {
    state: "new",
    due_at: created,
    stability: null,
    difficulty: null,
    scheduled_days: 0,
    learning_step: 0,
    reps: 0,
    lapses: 0,
    leech: false,
    last_reviewed_at: null,
  };
}

/** One review further. @param rating 1 again, 2 hard, 3 good, 4 easy. */
export function review(scheduler: Scheduler, before: Schedule, rating: number, at: Date): Schedule {
  const { card, now } = toWallCard(scheduler, before, at);
  const { card: after } = scheduler.algorithm.next(card, now, rating as Grade);
  return fromWallCard(scheduler, after, now, at);
}

/** What each rating would lead to. */
export function previewRatings(scheduler: Scheduler, before: Schedule, at: Date) {
  const { card, now } = toWallCard(scheduler, before, at);
  const preview = scheduler.algorithm.repeat(card, now);
  return ([1, 2, 3, 4] as const).map((rating) => {
    const { due_at, scheduled_days, state } = fromWallCard(
      scheduler,
      preview[rating as Grade].card,
      now,
      at,
    );
    return { rating, due_at, scheduled_days, state };
  });
}

/** Probability that the card is recalled now; null where it was never reviewed. */
export function retrievability({ clock, algorithm }: Scheduler, schedule: Schedule, at: Date) {
  if (!schedule.last_reviewed_at || schedule.stability === null) return null;
  const days = Math.max(0, clock.dayOf(at) - clock.dayOf(schedule.last_reviewed_at));
  return algorithm.forgetting_curve(days, schedule.stability);
}

function toWallCard({ clock }: Scheduler, schedule: Schedule, at: Date) {
  const wall = clock.toWall(at);
  const last = schedule.last_reviewed_at ? clock.toWall(schedule.last_reviewed_at) : undefined;
  // When the clocks go back, a later review shows an earlier time.
  const now = last && last > wall ? last : wall;
  const card: Card = {
    ...createEmptyCard(clock.toWall(schedule.due_at)),
    state: NUMBERS[schedule.state],
    stability: schedule.stability ?? 0,
    difficulty: schedule.difficulty ?? 0,
    scheduled_days: schedule.scheduled_days,
    learning_steps: schedule.learning_step,
    reps: schedule.reps,
    lapses: schedule.lapses,
    ...(last ? { last_review: last } : {}),
  };
  return { card, now };
}

function fromWallCard(
  { clock, leechLapses }: Scheduler,
  card: Card,
  now: Date,
  at: Date,
): Schedule {
  return {
    state: STATES[card.state],
    due_at:
      card.scheduled_days > 0
        ? clock.toInstant(card.due)
        : new Date(at.getTime() + card.due.getTime() - now.getTime()),
    stability: card.stability,
    difficulty: card.difficulty,
    scheduled_days: card.scheduled_days,
    learning_step: card.learning_steps,
    reps: card.reps,
    lapses: card.lapses,
    leech: card.lapses >= leechLapses,
    last_reviewed_at: at,
  };
}
