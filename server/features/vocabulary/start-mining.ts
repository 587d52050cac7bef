/** Asks for a subject's terms to be found again; called in the transaction of what changed. */
import type { Tx } from "#server/context.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";

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
export async function mineNow(tx: Tx, userId: string, subject: string | null) {
  const { id } = await enqueueJob(tx, {
    user_id: userId,
    job_type: "mine-vocabulary",
    payload: { subject },
    priority: 5,
    idempotency_key: `now ${subject ?? ""}`,
  });
  return { job_id: id };
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
