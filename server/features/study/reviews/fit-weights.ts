/**
 * Weights of FSRS-6 for one student: fitted to the first four fifths of the log, judged by the last fifth, and taken
 * only when they foretell it better than the default weights do.
 */
import { sql } from "kysely";
import { clipParameters, default_w, fsrs } from "ts-fsrs";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Queryable } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { ClaimedJob, Run } from "#server/features/jobs/contract.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { computeWeights, type History } from "./optimiser.ts";
import { enqueueReplay } from "./replay-reviews.ts";
import { readSettings, writeSettings, type Fit, type StudySettings } from "./settings.ts";
import { studyClock } from "./study-day.ts";

/** With fewer, the weights would fit chance: Anki asks for as many. */
export const FEWEST_REVIEWS = 400;
/** A new fit is tried when the log has grown by half. */
const GROWTH = 1.5;
/** The last ones say most, and a hundred thousand are fitted in five seconds. */
const MOST_REVIEWS = 100_000;

/** A review after at least a day, with the card's history up to it. */
export interface Trial {
  history: History;
  at: number;
}

/** Enqueued by a student, or by `schedule-fits`; one at a time. */
export function startFit(context: Context, userId: string) {
  return context.database.transaction().execute((tx) =>
    enqueueJob(tx, {
      user_id: userId,
      job_type: "fit-reviews",
      payload: {},
      idempotency_key: "fit",
    }),
  );
}

/** Run for a job. @throws Failure `conflict` with too few reviews, `engine-unavailable`. */
export async function fitReviews({ database }: Context, job: ClaimedJob<"fit-reviews">, run: Run) {
  const userId = job.user_id;
  const settings = await readSettings(database, userId);
  const { trials, length } = await readTrials(database, userId, settings);
  if (trials.length < FEWEST_REVIEWS)
    fail("conflict", {
      message:
        `Weights are fitted from ${FEWEST_REVIEWS} reviews on, counting those a day or more ` +
        `after the one before; there are ${trials.length}.`,
    });
  run.progress(0.1);
  const { weights, fit } = await fitTrials(trials, settings, length);
  await run.write(async (tx) => {
    // What was chosen meanwhile stays chosen.
    const now = await readSettings(tx, userId);
    await writeSettings(tx, userId, { ...now, weights: fit.taken ? weights : now.weights, fit });
    await notifyChanged(tx, userId, { kind: "study_settings", id: userId, change: "updated" });
    if (fit.taken) await enqueueReplay(tx, userId);
  });
  return { ...fit };
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
export function logLoss(trials: Trial[], weights: number[]) {
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
      const day = clock.dayOf(reviewed_at);
      const days = before === undefined ? 0 : Math.max(0, day - before);
      history.push([rating, days]);
      if (days > 0) trials.push({ history: [...history], at: reviewed_at.getTime() });
      before = day;
    }
  }
  return trials.sort((a, b) => a.at - b.at);
}

/** Run for a periodic job of the system: students whose log has grown enough since their last fit. */
export async function scheduleFits({ database }: Context) {
  const { rows } = await sql<{ user_id: string }>`
    select review.user_id from card_reviews as review left join study_settings as settings
      on settings.user_id = review.user_id
    where review.undone_at is null and review.card_id is not null
    group by review.user_id, settings.fit
    having count(*) >= ${FEWEST_REVIEWS} and count(*) >= ${GROWTH} *
      coalesce((settings.fit ->> 'log_length')::float8, 0)
      and coalesce((settings.fit ->> 'fitted_at')::timestamptz, '-infinity') < now() - interval '1 day'`.execute(
    database,
  );
  for (const { user_id } of rows)
    await database.transaction().execute((tx) =>
      enqueueJob(tx, {
        user_id,
        job_type: "fit-reviews",
        payload: {},
        priority: -10,
        idempotency_key: "fit",
        max_attempts: 2,
      }),
    );
  return { students: rows.length };
}
