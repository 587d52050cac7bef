import { notifyChanged } from "#server/changes.ts";
import type { Context, Queryable } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { ClaimedJob, Run } from "#server/features/jobs/contract.ts";
import { SAMPLE_RATE } from "#server/providers/audio/contract.ts";
import { findRecordingFile } from "./queries.ts";

/** Enough for a wide screen; three hours are then nine seconds a bar. */
const MAX_PEAKS = 1200;
/** While decoding, before the length is known. */
const FINE_SECONDS = 0.1;

/** @throws Failure `not-found`. */
export async function drawWaveform(context: Context, job: ClaimedJob<"draw-waveform">, run: Run) {
  const userId = job.user_id;
  const recordingId = job.payload.recording_id;
  const file =
    (await findRecordingFile(context.database, userId, recordingId)) ?? fail("not-found");
  const span = SAMPLE_RATE * FINE_SECONDS;
  const fine: number[] = [];
  let samples = 0;
  let loudest = 0;
  await context.storage.withLocalFile(file.storage_key, async (path) => {
    for await (const chunk of context.decoder.decode(path, {
      signal: run.signal,
      ...(file.sound_track !== null && { track: file.sound_track }),
    })) {
      for (const sample of chunk) {
        loudest = Math.max(loudest, Math.abs(sample));
        if (++samples % span === 0) {
          fine.push(loudest);
          loudest = 0;
        }
      }
    }
  });
  if (samples % span !== 0) fine.push(loudest);
  const bars = Math.max(1, Math.min(MAX_PEAKS, fine.length));
  const peaks = Buffer.alloc(bars);
  for (const [at, peak] of fine.entries()) {
    const bar = Math.floor((at * bars) / fine.length);
    peaks[bar] = Math.max(peaks[bar]!, Math.round(Math.min(1, peak) * 255));
  }
  const duration_seconds = samples / SAMPLE_RATE;
  await run.write(async (tx) => {
    await tx
      .insertInto("waveforms")
      .values({ user_id: userId, recording_id: recordingId, peaks, duration_seconds })
      .onConflict((conflict) => conflict.columns(["user_id", "recording_id"]).doNothing())
      .execute();
    // The browser's recorder writes files that do not say how long they are, and what others say may be a lie.
    await tx
      .updateTable("recordings")
      .set({ duration_seconds })
      .where("user_id", "=", userId)
      .where("id", "=", recordingId)
      .execute();
    await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
  });
  return {};
}

export async function findWaveform(database: Queryable, userId: string, recordingId: string) {
  const row = await database
    .selectFrom("waveforms")
    .select(["peaks", "duration_seconds"])
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .executeTakeFirst();
  return (
    row && {
      duration_seconds: row.duration_seconds,
      peaks: [...row.peaks].map((peak) => Math.round((peak / 255) * 1000) / 1000),
    }
  );
}
