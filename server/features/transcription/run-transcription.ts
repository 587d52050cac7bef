import { sql } from "kysely";
import { notifyChanged } from "#server/changes.ts";
import { clock } from "#server/clock.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import {
  type ClaimedJob,
  type JobOfUser,
  type Outcome,
  type Run,
  WAITS_AGAIN,
} from "#server/features/jobs/contract.ts";
import { readPriority } from "#server/features/jobs/queries.ts";
import { indexSource } from "#server/features/search/index-source.ts";
import { indexTranscription } from "#server/features/search/index-transcription.ts";
import { applyTurns } from "#server/features/speakers/apply-turns.ts";
import { readHotWords } from "#server/features/vocabulary/hot-words.ts";
import { proposeSoon } from "#server/features/vocabulary/start-mining.ts";
import {
  completeTranscription,
  findTranscriptionJob,
  insertSegments,
  updateTranscriptionJob,
} from "./queries.ts";
import { createTimeLeft } from "./time-left.ts";
import { asWritten } from "./written-segment.ts";

/** How often progress is written while no segment comes. */
const PROGRESS_MS = 1000;

/**
 * Speech to text for one recording. Each segment is saved as it comes, so that another attempt goes on after the last
 * one instead of from zero.
 * @throws Failure `not-found`, and what the engine throws.
 */
export async function runTranscription(context: Context, job: ClaimedJob<"transcribe">, run: Run) {
  const userId = job.user_id;
  const id = job.payload.transcription_job_id;
  const { database } = context;
  const watched = (await findTranscriptionJob(database, userId, id)) ?? fail("not-found");
  const recording =
    (await database
      .selectFrom("recordings")
      .select(["id", "storage_key", "language", "sound_track", "subject"])
      .where("user_id", "=", userId)
      .where("id", "=", watched.recording_id)
      .executeTakeFirst()) ?? fail("not-found");
  await run.write((tx) => markProcessing(tx, userId, watched));

  const hotWords = await readHotWords(context, run, userId, recording.subject);
  // A model that was asked for by its name alone is one of the ordinary engine.
  const priority = watched.model === null ? await readPriority(database, userId, job.id) : "normal";
  const engine = await context.stt.choose(watched.engine ?? undefined, priority);
  const begun = await run.write((tx) =>
    beginOrContinue(tx, userId, watched, engine.name, recording.language),
  );
  let { next } = begun;
  const progress = createProgress(job, run, id);
  const language = watched.language ?? recording.language;
  const result = await context.storage.withLocalFile(recording.storage_key, (path) =>
    engine.transcribe({
      path,
      fromSeconds: begun.fromSeconds,
      signal: run.signal,
      hotWords,
      ...(recording.sound_track !== null && { track: recording.sound_track }),
      ...(watched.model ? { model: watched.model } : {}),
      ...(language ? { language } : {}),
      async onSegment(segment) {
        await run.write((tx) =>
          insertSegments(tx, userId, begun.transcriptionId, next, [asWritten(segment)]),
        );
        next += 1;
      },
      onProgress: progress.on,
    }),
  );
  await run.write((tx) =>
    finish(context, tx, userId, {
      jobId: id,
      recordingId: recording.id,
      transcriptionId: begun.transcriptionId,
      engine: engine.name,
      model: result.model ?? null,
      // Silence has no language, whatever the engine supposes.
      language: next === 0 ? null : (result.language ?? language),
      seconds: result.durationSeconds,
      remark: remark(next, result.durationSeconds, progress.declaredSeconds()),
    }),
  );
  return { transcription_id: begun.transcriptionId };
}

async function markProcessing(
  tx: Tx,
  userId: string,
  { id, started_at }: { id: string; started_at: Date | null },
) {
  await updateTranscriptionJob(tx, userId, id, {
    status: "processing",
    stage: "decoding",
    started_at: started_at ?? sql<Date>`now()`,
    error_code: null,
    error_message: null,
  });
  await notifyChanged(tx, userId, { kind: "transcription_job", id, change: "updated" });
}

/** Tells the worker how far it is, and once in PROGRESS_MS the student. */
function createProgress(job: ClaimedJob<"transcribe">, run: Run, transcriptionJobId: string) {
  let writtenAt = 0;
  let declaredSeconds: number | undefined;
  const timeLeft = createTimeLeft();
  return {
    /** What the file says of its own length, in seconds. */
    declaredSeconds: () => declaredSeconds,
    /** @param done @param total seconds of sound */
    async on(done: number, total: number | undefined) {
      declaredSeconds ??= total;
      const fraction = total ? Math.min(1, done / total) : 0;
      const time_left = timeLeft(done, total);
      run.progress(fraction);
      if (Date.now() - writtenAt < PROGRESS_MS && fraction < 1) return;
      writtenAt = Date.now();
      await run.write(async (tx) => {
        await updateTranscriptionJob(tx, job.user_id, transcriptionJobId, {
          stage: "recognising",
          progress_seconds: total ? Math.min(done, total) : done,
          duration_seconds: total ?? null,
        });
        await tx
          .updateTable("jobs")
          .set({ result: time_left ? JSON.stringify({ time_left }) : null })
          .where("id", "=", job.id)
          .execute();
        await notifyChanged(tx, job.user_id, {
          kind: "transcription_job",
          id: transcriptionJobId,
          change: "updated",
        });
      });
    },
  };
}

interface Finished {
  jobId: string;
  recordingId: string;
  transcriptionId: string;
  engine: string;
  model: string | null;
  language: string | null;
  /** Of sound that was heard. */
  seconds: number;
  remark: string | null;
}

/** The text becomes the recording's current transcription, and can be searched. */
async function finish(context: Context, tx: Tx, userId: string, made: Finished) {
  const { engine, model, transcriptionId, recordingId } = made;
  await completeTranscription(tx, userId, transcriptionId, {
    engine,
    model,
    language: made.language,
    duration_seconds: made.seconds,
  });
  await tx
    .updateTable("recordings")
    .set({ duration_seconds: made.seconds })
    .where("user_id", "=", userId)
    .where("id", "=", recordingId)
    .execute();
  await applyTurns(tx, userId, recordingId, transcriptionId);
  await updateTranscriptionJob(tx, userId, made.jobId, {
    stage: "indexing",
    engine,
    model,
    progress_seconds: made.seconds,
    duration_seconds: made.seconds,
    error_message: made.remark,
  });
  await indexTranscription(context, tx, userId, transcriptionId, indexSource);
  await proposeSoon(tx, userId, transcriptionId);
  await notifyChanged(tx, userId, {
    kind: "transcription",
    id: transcriptionId,
    change: "created",
  });
  await notifyChanged(tx, userId, { kind: "recording", id: recordingId, change: "updated" });
}

/** What the student should know about a transcription that went well. */
function remark(segments: number, heardSeconds: number, declaredSeconds: number | undefined) {
  const remarks = segments === 0 ? ["No speech was found in this recording."] : [];
  // Headers round, and encoders add some silence: two seconds, or one in a hundred, are no loss.
  if (
    declaredSeconds !== undefined &&
    declaredSeconds - heardSeconds > Math.max(2, declaredSeconds / 100)
  ) {
    remarks.push(
      `The sound of this file stops at ${clock(heardSeconds)}, although the file says ` +
        `${clock(declaredSeconds)}: the rest is missing or damaged.`,
    );
  }
  return remarks.join(" ") || null;
}

/** The transcription of an earlier attempt with the same engine is continued after its last segment. */
async function beginOrContinue(
  tx: Tx,
  userId: string,
  watched: { id: string; recording_id: string; progress_seconds: number },
  engine: string,
  language: string | null,
) {
  const existing = await tx
    .selectFrom("transcriptions")
    .select(["id", "engine"])
    .where("user_id", "=", userId)
    .where("transcription_job_id", "=", watched.id)
    .executeTakeFirst();
  if (existing?.engine === engine) {
    const last = await tx
      .selectFrom("transcription_segments")
      .select(["number", "end_seconds"])
      .where("user_id", "=", userId)
      .where("transcription_id", "=", existing.id)
      .orderBy("number", "desc")
      .limit(1)
      .executeTakeFirst();
    return {
      transcriptionId: existing.id,
      next: (last?.number ?? -1) + 1,
      // Progress says that everything before it was heard, silence too.
      fromSeconds: Math.max(last?.end_seconds ?? 0, watched.progress_seconds),
    };
  }
  if (existing)
    // Another engine begins anew.
    await tx
      .deleteFrom("transcriptions")
      .where("user_id", "=", userId)
      .where("id", "=", existing.id)
      .execute();
  const made = await tx
    .insertInto("transcriptions")
    .values({
      user_id: userId,
      recording_id: watched.recording_id,
      transcription_job_id: watched.id,
      engine,
      language,
      is_current: false,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return { transcriptionId: made.id, next: 0, fromSeconds: 0 };
}

export async function transcriptionEnded(tx: Tx, job: JobOfUser<"transcribe">, outcome: Outcome) {
  const id = job.payload.transcription_job_id;
  await updateTranscriptionJob(tx, job.user_id, id, {
    status: outcome.status,
    stage: null,
    completed_at: sql<Date>`now()`,
    ...(outcome.status === "failed" && {
      error_code: outcome.error_code,
      error_message: outcome.error_message,
    }),
  });
  await notifyChanged(tx, job.user_id, { kind: "transcription_job", id, change: "updated" });
}

export async function transcriptionRetried(tx: Tx, job: JobOfUser<"transcribe">) {
  const id = job.payload.transcription_job_id;
  await updateTranscriptionJob(tx, job.user_id, id, {
    ...WAITS_AGAIN,
    completed_at: null,
  });
  await notifyChanged(tx, job.user_id, { kind: "transcription_job", id, change: "updated" });
}
