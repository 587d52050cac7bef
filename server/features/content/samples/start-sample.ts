import type { Context, Queryable } from "#server/context.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { forgetThings } from "../forget-things.ts";
import { findSample } from "./queries.ts";

export async function startSample({ database }: Context, userId: string) {
  await database.transaction().execute((tx) =>
    enqueueJob(tx, {
      user_id: userId,
      job_type: "add-sample",
      payload: {},
      priority: 10,
      idempotency_key: "sample",
    }),
  );
}

export async function describeSample(database: Queryable, userId: string) {
  const [there, job] = await Promise.all([
    findSample(database, userId),
    database
      .selectFrom("jobs")
      .select("id")
      .where("user_id", "=", userId)
      .where("job_type", "=", "add-sample")
      .where("status", "in", ["pending", "processing"])
      .executeTakeFirst(),
  ]);
  return { job_id: job?.id ?? null, ...there };
}

/** Nothing where it is gone already. */
export async function removeSample({ database, storage }: Context, userId: string) {
  const { keys } = await database
    .transaction()
    .execute(async (tx) => forgetThings(tx, userId, await findSample(tx, userId)));
  for (const key of keys) await storage.delete(key);
}
