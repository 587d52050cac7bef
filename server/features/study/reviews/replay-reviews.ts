import { sql } from "kysely";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import type { ClaimedJob, Run } from "#server/features/jobs/contract.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { lockCards } from "./queries.ts";
import { replayCards } from "./record-reviews.ts";
import { createScheduler } from "./schedule.ts";
import { readSettings } from "./settings.ts";

const BATCH = 2000;

/** Settings or weights have changed: every schedule follows from them. */
export function enqueueReplay(tx: Tx, userId: string) {
  return enqueueJob(tx, { user_id: userId, job_type: "replay-reviews", payload: {} });
}

/**
 * Run for a job: every reviewed card of the student, in batches. A change that comes meanwhile has a job of its own.
 */
export async function replayReviews(
  { database }: Context,
  job: ClaimedJob<"replay-reviews">,
  run: Run,
) {
  const userId = job.user_id;
  const { rows } = await sql<{ id: string }>`
    select distinct card_id as id from card_reviews where user_id = ${userId} and card_id is not null
    order by 1`.execute(database);
  for (let first = 0; first < rows.length; first += BATCH) {
    run.signal.throwIfAborted();
    const ids = rows.slice(first, first + BATCH).map(({ id }) => id);
    await run.write(async (tx) => {
      const cards = await lockCards(tx, userId, ids);
      await replayCards(tx, userId, createScheduler(await readSettings(tx, userId)), cards);
    });
    run.progress((first + ids.length) / rows.length);
  }
  if (rows[0])
    await run.write((tx) =>
      notifyChanged(tx, userId, { kind: "card", id: rows[0]!.id, change: "updated" }),
    );
  return { cards: rows.length };
}
