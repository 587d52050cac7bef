/** Asks for a subject's terms to be found again; called in the transaction of what changed. */
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { findTranscription } from "#server/features/transcription/queries.ts";

/** A note is written in many saves. */
const AFTER_SECONDS = 20;

/** Some time after a source of the subject changed. */
export async function mineLater(tx: Tx, userId: string, subject: string | null) {
  await enqueueJob(tx, {
    user_id: userId,
    job_type: "mine-vocabulary",
    payload: { subject },
    priority: -10,
    run_at: new Date(Date.now() + AFTER_SECONDS * 1000),
    idempotency_key: `later ${subject ?? ""}`,
  });
}

/** Of the subject that a material has now. */
export async function mineMaterialLater(tx: Tx, userId: string, studyMaterialId: string) {
  const material = await tx
    .selectFrom("study_materials")
    .select("subject")
    .where("user_id", "=", userId)
    .where("id", "=", studyMaterialId)
    .executeTakeFirst();
  if (material) await mineLater(tx, userId, material.subject);
}

/** Because the student asks. */
export async function mineNow({ database }: Context, userId: string, subject: string | null) {
  const { id } = await database.transaction().execute((tx) =>
    enqueueJob(tx, {
      user_id: userId,
      job_type: "mine-vocabulary",
      payload: { subject },
      priority: 5,
      idempotency_key: `now ${subject ?? ""}`,
    }),
  );
  return { job_id: id };
}

/** @throws Failure `not-found`; `conflict` while the transcript is being made. */
export async function proposeNow({ database }: Context, userId: string, transcriptionId: string) {
  return database.transaction().execute(async (tx) => {
    const found = (await findTranscription(tx, userId, transcriptionId)) ?? fail("not-found");
    if (!found.completed_at)
      fail("conflict", {
        message: "This transcript is still being made. Please edit it when it is ready.",
      });
    return proposeSoon(tx, userId, transcriptionId);
  });
}

export async function proposeSoon(tx: Tx, userId: string, transcriptionId: string) {
  const { id } = await enqueueJob(tx, {
    user_id: userId,
    job_type: "propose-corrections",
    payload: { transcription_id: transcriptionId },
    idempotency_key: transcriptionId,
  });
  return { job_id: id };
}
