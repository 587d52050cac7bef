/**
 * Weights of FSRS-6 for one student: fitted to the first four fifths of the log, judged by the last fifth, and taken
 * only when they foretell it better than the default weights do. It runs in the thread of study-aside.ts, where nobody
 * waits for it.
 */
import { sql } from "kysely";
import { clipParameters, default_w, fsrs } from "ts-fsrs";
import type { Context, Queryable } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { computeWeights, type History } from "./optimiser.ts";
import { FEWEST_REVIEWS, readSettings, type Fit, type StudySettings } from "./settings.ts";
import { studyClock } from "./study-day.ts";

/** The last ones say most, and a hundred thousand are fitted in five seconds. */
const MOST_REVIEWS = 100_000;
/** Each review is one trial with those before it: of one card's ten thousand, fifty million. */
const MOST_OF_A_CARD = 100;

/** A review after at least a day, with the card's history up to it. */
export interface Trial {
  history: History;
  at: number;
}

/** @throws Failure `conflict` with too few reviews, `engine-unavailable`. */
export async function findWeights(
  { database }: Pick<Context, "database">,
  userId: string,
  _given: undefined,
) {
  const settings = await readSettings(database, userId);
  const { trials, length } = await readTrials(database, userId, settings);
  if (trials.length < FEWEST_REVIEWS)
    fail("conflict", {
      message:
        `Weights are fitted from ${FEWEST_REVIEWS} reviews on, counting those a day or more ` +
        `after the one before; there are ${trials.length}.`,
    });
  return fitTrials(trials, settings, length);
}

/** @param trials in the order of their time. */
export async function fitTrials(trials: Trial[], settings: StudySettings, logLength: number) {
  const cut = Math.floor(trials.length * 0.8);
  const [seen, heldOut] = [trials.slice(0, cut), trials.slice(cut)];
  const weights = clipParameters(
    await computeWeights(
      seen.map(({ history }) => history),
      settings.relearning_steps.length,
    ),
    settings.relearning_steps.length,
  );
  // Against what is in use: weights that were taken once are not given up for worse ones.
  const inUse = settings.weights ?? [...default_w];
  const fitted = logLoss(heldOut, weights);
  const fit: Fit = {
    fitted_at: new Date().toISOString(),
    log_length: logLength,
    reviews: seen.length,
    held_out: heldOut.length,
    default_log_loss: logLoss(heldOut, [...default_w]),
    fitted_log_loss: fitted,
    taken: fitted < Math.min(logLoss(heldOut, inUse), logLoss(heldOut, [...default_w])),
  };
  return { weights, fit };
}

/** Mean of -ln(probability that was given to what happened): recalled (2, 3, 4) or forgotten (1). */
function logLoss(trials: Trial[], weights: number[]) {
  const algorithm = fsrs({ w: weights });
  let sum = 0;
  for (const { history } of trials) {
    let memory: { stability: number; difficulty: number } | null = null;
    for (const [rating, days] of history.slice(0, -1))
      memory = algorithm.next_state(memory, days, rating);
    const [rating, days] = history.at(-1)!;
    const recalled = algorithm.forgetting_curve(days, memory!.stability);
    const bounded = Math.min(1 - 1e-6, Math.max(1e-6, recalled));
    sum -= Math.log(rating > 1 ? bounded : 1 - bounded);
  }
  return sum / trials.length;
}

async function readTrials(database: Queryable, userId: string, settings: StudySettings) {
  const { rows } = await sql<{ card_id: string; rating: number; reviewed_at: Date }>`
    select card_id, rating, reviewed_at from (
      select id, card_id, rating, reviewed_at from card_reviews
      where user_id = ${userId} and undone_at is null and card_id is not null
      order by reviewed_at desc limit ${MOST_REVIEWS}
    ) as newest order by card_id, reviewed_at, id`.execute(database);
  return { trials: trialsOf(rows, settings), length: rows.length };
}

/** @param reviews of each card in the order of their time. */
export function trialsOf(
  reviews: { card_id: string; rating: number; reviewed_at: Date }[],
  { time_zone, day_starts_at }: Pick<StudySettings, "time_zone" | "day_starts_at">,
): Trial[] {
  const clock = studyClock(time_zone, day_starts_at);
  const trials: Trial[] = [];
  for (const log of Map.groupBy(reviews, ({ card_id }) => card_id).values()) {
    const history: History = [];
    let before: number | undefined;
    for (const { rating, reviewed_at } of log) {
      if (history.length >= MOST_OF_A_CARD) break;
      const day = clock.dayOf(reviewed_at);
      const days = before === undefined ? 0 : Math.max(0, day - before);
      history.push([rating, days]);
      if (days > 0) trials.push({ history: [...history], at: reviewed_at.getTime() });
      before = day;
    }
  }
  return trials.sort((a, b) => a.at - b.at);
}
