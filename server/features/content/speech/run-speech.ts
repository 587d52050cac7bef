import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import {
  type ClaimedJob,
  type JobOfUser,
  type Outcome,
  type Run,
  whyEnded,
} from "#server/features/jobs/contract.ts";
import { madeWithinStorage, takeStorage } from "#server/features/quotas/take.ts";
import { findSpeech, updateSpeech } from "./queries.ts";

/** @throws Failure `not-found`. */
export async function speakText(context: Context, job: ClaimedJob<"speak">, run: Run) {
  const userId = job.user_id;
  const id = job.payload.tts_audio_file_id;
  const wanted = (await findSpeech(context.database, userId, id)) ?? fail("not-found");
  await run.write(async (tx) => {
    await updateSpeech(tx, userId, id, { status: "processing" });
    await notifyChanged(tx, userId, { kind: "tts_audio_file", id, change: "updated" });
  });
  const engine = await context.tts.choose(wanted.provider);
  // A key of its own for each attempt: one that lost its lease cannot touch what another has written.
  const key = `${userId}/speech/${randomUUID()}`;
  try {
    const { stored, durationSeconds, words } = await madeWithinStorage(
      context,
      userId,
      async (maxBytes) => {
        const spoken = await engine.speak({
          text: wanted.text,
          voice: wanted.voice,
          speed: wanted.speed,
          format: wanted.format as "mp3" | "ogg" | "wav",
          signal: run.signal,
          onProgress: run.progress,
        });
        const [stored, finished] = await Promise.all([
          context.storage.write(key, spoken.audio, { signal: run.signal, maxBytes }),
          spoken.finished,
        ]);
        return { stored, ...finished };
      },
    );
    await run.write(async (tx) => {
      await takeStorage(context, tx, userId, stored.sizeBytes);
      await updateSpeech(tx, userId, id, {
        status: "ready",
        storage_key: key,
        size_bytes: stored.sizeBytes,
        duration_seconds: durationSeconds,
        words: words ? JSON.stringify(words) : null,
        completed_at: sql<Date>`now()`,
      });
      await notifyChanged(tx, userId, { kind: "tts_audio_file", id, change: "updated" });
    });
  } catch (error) {
    await context.storage.delete(key);
    throw error;
  }
  return { tts_audio_file_id: id };
}

export async function speechEnded(tx: Tx, job: JobOfUser<"speak">, outcome: Outcome) {
  if (outcome.status === "completed") return;
  const id = job.payload.tts_audio_file_id;
  const why = whyEnded(outcome, "This was cancelled.");
  await updateSpeech(tx, job.user_id, id, { status: "failed", ...why });
  await notifyChanged(tx, job.user_id, { kind: "tts_audio_file", id, change: "updated" });
}

export async function speechRetried(tx: Tx, job: JobOfUser<"speak">) {
  const id = job.payload.tts_audio_file_id;
  await updateSpeech(tx, job.user_id, id, {
    status: "pending",
    error_code: null,
    error_message: null,
  });
  await notifyChanged(tx, job.user_id, { kind: "tts_audio_file", id, change: "updated" });
}
