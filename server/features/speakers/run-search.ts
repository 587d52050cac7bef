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
import { exchangeTurns } from "./apply-turns.ts";
import { findSearch, listTurns, lockSearch, updateSearch } from "./queries.ts";
import { nameVoices } from "./turns.ts";

/**
 * Hears who speaks when, and names the segments of every transcript by it. Texts, times and quotations are not touched,
 * neither by this nor by its failure.
 * @throws what the engine throws.
 */
export async function runSearch(context: Context, job: ClaimedJob<"find-speakers">, run: Run) {
  const { userId, recordingId } = ownerAndId(job);
  const recording = await context.database
    .selectFrom("recordings")
    .select(["storage_key", "sound_track", "duration_seconds"])
    .where("user_id", "=", userId)
    .where("id", "=", recordingId)
    .executeTakeFirst();
  const search = await findSearch(context.database, userId, recordingId);
  if (!recording || !search) return { speakers: 0 };
  await run.write(async (tx) => {
    await updateSearch(tx, userId, recordingId, { status: "processing" });
    await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
  });
  const { model, turns } = await context.storage.withLocalFile(recording.storage_key, (path) =>
    context.diarization.diarize({
      path,
      signal: run.signal,
      onProgress: run.progress,
      ...(recording.duration_seconds !== null && { seconds: recording.duration_seconds }),
      ...(recording.sound_track !== null && { track: recording.sound_track }),
      ...(search.voices_asked !== null && { voices: search.voices_asked }),
    }),
  );
  await run.write(async (tx) => {
    // Forgotten, or asked for anew, meanwhile.
    const now = await lockSearch(tx, userId, recordingId);
    if (now?.job_id !== job.id) return;
    const before = await listTurns(tx, userId, recordingId);
    await exchangeTurns(tx, userId, recordingId, nameVoices(turns, before, now.label));
    await updateSearch(tx, userId, recordingId, { status: "ready", model });
    await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
  });
  return { speakers: new Set(turns.map(({ voice }) => voice)).size };
}

export async function searchEnded(tx: Tx, job: JobOfUser<"find-speakers">, outcome: Outcome) {
  if (outcome.status === "completed") return;
  const { userId, recordingId } = ownerAndId(job);
  await updateSearch(tx, userId, recordingId, {
    status: "failed",
    ...whyEnded(outcome, "Finding the speakers was cancelled."),
  });
  await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
}

export async function searchRetried(tx: Tx, job: JobOfUser<"find-speakers">) {
  const { userId, recordingId } = ownerAndId(job);
  await updateSearch(tx, userId, recordingId, WAITS_AGAIN);
  await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
}

function ownerAndId({ user_id, payload }: JobOfUser<"find-speakers">) {
  return { userId: user_id, recordingId: payload.recording_id };
}
