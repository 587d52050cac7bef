import { sql } from "kysely";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import type { ClaimedJob, Run } from "#server/features/jobs/contract.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { FOR_A_JOB_MS, studyAside } from "#server/features/study/aside/study-aside.ts";
import { enqueueReplay } from "./replay-reviews.ts";
import { FEWEST_REVIEWS, readSettings, writeSettings } from "./settings.ts";

/** A new fit is tried when the log has grown by half. */
const GROWTH = 1.5;

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
export async function fitReviews(context: Context, job: ClaimedJob<"fit-reviews">, run: Run) {
  const userId = job.user_id;
  const { weights, fit } = await studyAside(
    context,
    "findWeights",
    userId,
    undefined,
    FOR_A_JOB_MS,
  );
  await run.write(async (tx) => {
    // What was chosen meanwhile stays chosen.
    const now = await readSettings(tx, userId);
    await writeSettings(tx, userId, { ...now, weights: fit.taken ? weights : now.weights, fit });
    await notifyChanged(tx, userId, { kind: "study_settings", id: userId, change: "updated" });
    if (fit.taken) await enqueueReplay(tx, userId);
  });
  return { ...fit };
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
