import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import type { ClaimedJob, Run } from "#server/features/jobs/contract.ts";
import { FOR_A_JOB_MS, studyAside } from "#server/features/study/aside/study-aside.ts";
import { replaceMined } from "./queries.ts";

export async function runMining(context: Context, job: ClaimedJob<"mine-vocabulary">, run: Run) {
  const { subject } = job.payload;
  const terms = await findTerms(context, job.user_id, subject);
  const kept = await run.write(async (tx) => {
    await notifyChanged(tx, job.user_id, {
      kind: "vocabulary",
      id: job.user_id,
      change: "updated",
    });
    return replaceMined(tx, job.user_id, subject ?? "", terms);
  });
  return { terms: kept };
}

/** For who needs them at once: a transcription that begins. */
export async function mineInside(
  context: Context,
  write: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  userId: string,
  subject: string | null,
) {
  const terms = await findTerms(context, userId, subject);
  await write((tx) => replaceMined(tx, userId, subject ?? "", terms));
}

function findTerms(context: Context, userId: string, subject: string | null) {
  return studyAside(context, "findTerms", userId, subject, FOR_A_JOB_MS);
}
