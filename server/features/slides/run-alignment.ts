import { isDeepStrictEqual } from "node:util";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import {
  type ClaimedJob,
  type JobOfUser,
  type Outcome,
  type Run,
  whyEnded,
  WAITS_AGAIN,
} from "#server/features/jobs/contract.ts";
import { FOR_A_JOB_MS, studyAside } from "#server/features/study/aside/study-aside.ts";
import { listConfirmed, lockSlides, replaceSpans, updateSlides } from "./queries.ts";

/**
 * Finds the page of each second. Ends without doing anything while transcript or document are not there yet: what makes
 * them, and their vectors, enqueues the job again (`realign.ts`).
 * @throws Failure `conflict` for a document of too many pages.
 */
export async function runAlignment(context: Context, job: ClaimedJob<"align-slides">, run: Run) {
  const { userId, recordingId } = ownerAndId(job);
  const found = await studyAside(
    context,
    "findAlignment",
    userId,
    { recording_id: recordingId, model: context.embeddings?.model },
    FOR_A_JOB_MS,
  );
  if (!found) return {};
  await run.write(async (tx) => {
    // Linked to another document, or not at all, or corrected meanwhile: that one's job does it.
    const now = await lockSlides(tx, userId, recordingId);
    if (now?.study_material_id !== found.study_material_id) return;
    const confirmed = await listConfirmed(tx, userId, recordingId);
    if (!isDeepStrictEqual(confirmed, found.confirmed)) return;
    await replaceSpans(tx, userId, recordingId, found.spans);
    await updateSlides(tx, userId, recordingId, { status: "ready" });
    await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
  });
  return {};
}

export async function alignmentEnded(tx: Tx, job: JobOfUser<"align-slides">, outcome: Outcome) {
  if (outcome.status === "completed") return;
  const { userId, recordingId } = ownerAndId(job);
  await updateSlides(tx, userId, recordingId, {
    status: "failed",
    ...whyEnded(outcome, "Finding the slides was cancelled."),
  });
  await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
}

export async function alignmentRetried(tx: Tx, job: JobOfUser<"align-slides">) {
  const { userId, recordingId } = ownerAndId(job);
  await updateSlides(tx, userId, recordingId, WAITS_AGAIN);
  await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
}

function ownerAndId({ user_id, payload }: JobOfUser<"align-slides">) {
  return { userId: user_id, recordingId: payload.recording_id };
}
