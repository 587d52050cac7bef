import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { takeJobPlace } from "#server/features/quotas/take.ts";
import { exchangeTurns } from "./apply-turns.ts";
import { findSearch, listTurns, lockSearch } from "./queries.ts";
import type { RecordingSpeakers, SpeakerSearch } from "./shapes.ts";

/** @throws Failure `not-found`. */
export async function getSpeakers(
  context: Pick<Context, "database" | "diarization">,
  userId: string,
  recordingId: string,
): Promise<RecordingSpeakers> {
  const { database } = context;
  // Also where a search is there: the recording may lie in the bin.
  await mustExist(database, userId, recordingId);
  const search = await findSearch(database, userId, recordingId);
  const seconds = new Map<string, number>();
  for (const { name, start, end } of search ? await listTurns(database, userId, recordingId) : [])
    if (name !== null) seconds.set(name, (seconds.get(name) ?? 0) + end - start);
  const state = await context.diarization.availability();
  return {
    recording_id: recordingId,
    status: search?.status ?? "none",
    job_id: search?.job_id ?? null,
    voices_asked: search?.voices_asked ?? null,
    speakers: [...seconds]
      .map(([name, spoken]) => ({ name, seconds: spoken }))
      .toSorted((a, b) => b.seconds - a.seconds),
    model: search?.model ?? null,
    error_code: search?.error_code ?? null,
    error_message: search?.error_message ?? null,
    remedy: state.available ? null : state.remedy,
  };
}

/**
 * Looks for the voices in a job; what an earlier search found stays until it ends.
 * @throws Failure `not-found`; `conflict` while one runs.
 */
export async function findSpeakers(
  context: Context,
  userId: string,
  recordingId: string,
  { voices, label }: SpeakerSearch,
) {
  await context.database.transaction().execute(async (tx) => {
    await takeJobPlace(context, tx, userId, "find-speakers");
    await mustExist(tx, userId, recordingId);
    const before = await lockSearch(tx, userId, recordingId);
    if (before?.status === "pending" || before?.status === "processing")
      fail("conflict", { message: "The speakers of this recording are being looked for already." });
    const { id: job_id } = await enqueueJob(tx, {
      user_id: userId,
      job_type: "find-speakers",
      payload: { recording_id: recordingId },
    });
    const wish = { job_id, voices_asked: voices ?? null, label };
    await tx
      .insertInto("recording_speakers")
      .values({ user_id: userId, recording_id: recordingId, ...wish })
      .onConflict((conflict) =>
        conflict
          .columns(["user_id", "recording_id"])
          .doUpdateSet({ ...wish, status: "pending", error_code: null, error_message: null }),
      )
      .execute();
    await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
  });
  return getSpeakers(context, userId, recordingId);
}

/**
 * Names that were found are gone from all transcripts; those of captions and by hand stay.
 * @throws Failure `not-found`.
 */
export async function forgetSpeakers(context: Context, userId: string, recordingId: string) {
  await context.database.transaction().execute(async (tx) => {
    await mustExist(tx, userId, recordingId);
    (await lockSearch(tx, userId, recordingId)) ?? fail("not-found");
    await exchangeTurns(tx, userId, recordingId, []);
    await tx
      .deleteFrom("recording_speakers")
      .where("user_id", "=", userId)
      .where("recording_id", "=", recordingId)
      .execute();
    await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
  });
}

async function mustExist(database: Context["database"], userId: string, recordingId: string) {
  (await database
    .selectFrom("recordings")
    .select("id")
    .where("user_id", "=", userId)
    .where("id", "=", recordingId)
    .executeTakeFirst()) ?? fail("not-found");
}
