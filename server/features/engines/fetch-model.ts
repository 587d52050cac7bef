import { forPurpose } from "#database/principal.ts";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { ClaimedJob, Run } from "#server/features/jobs/contract.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { listFetches, lockFetches, notifySettings } from "./queries.ts";

/**
 * Begins to fetch it, or tells the job that does already, of whichever administrator.
 * @throws Failure `not-found` where the list has no such model.
 */
export async function startFetch(
  context: Context,
  userId: string,
  model: string,
  mirror: string | undefined,
): Promise<{ job_id: string }> {
  if (!context.models.offered.some(({ id }) => id === model)) fail("not-found");
  return context.database.transaction().execute(async (tx) => {
    await lockFetches(tx, model);
    const running = (await forPurpose("administration", () => listFetches(tx))).find(
      (one) => one.model === model && ["pending", "processing"].includes(one.status),
    );
    if (running) return { job_id: running.id };
    const { id } = await enqueueJob(tx, {
      user_id: userId,
      job_type: "fetch-model",
      payload: { model, ...(mirror && { mirror }) },
      idempotency_key: model,
    });
    await notifyChanged(tx, userId, { kind: "job", id, change: "created" });
    return { job_id: id };
  });
}

/**
 * Into the data folder of the machine whose worker has the job. Another attempt goes on where the last one ended.
 * @throws Failure `not-found`, `engine-failed`, `storage-full`.
 */
export async function fetchModel(
  { models }: Context,
  { user_id, payload: { model, mirror }, id }: ClaimedJob<"fetch-model">,
  run: Run,
) {
  await models.fetch(model, { mirror, signal: run.signal, onProgress: run.progress });
  // Search by meaning looks for its models when it is told to.
  await run.write(async (tx) => {
    await notifySettings(tx);
    await notifyChanged(tx, user_id, { kind: "job", id, change: "updated" });
  });
  return { model };
}

/** @throws Failure `not-found` where it is not here, `conflict` where somebody else keeps it. */
export async function removeModel(context: Context, id: string) {
  const model = (await context.models.installed()).find((one) => one.id === id);
  if (!model) fail("not-found");
  if (!model.removable)
    fail("conflict", { message: "This model lies in a folder that this program does not change." });
  await context.models.remove(id);
  await notifySettings(context.database);
  await context.reloadSettings();
}
