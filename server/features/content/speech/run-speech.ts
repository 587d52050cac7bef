import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
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
  WAITS_AGAIN,
} from "#server/features/jobs/contract.ts";
import { madeWithinStorage, takeStorage } from "#server/features/quotas/take.ts";
import type { SpokenWord } from "#server/providers/tts/contract.ts";
import { id3Head } from "./id3-chapters.ts";
import { findSpeech, updateSpeech } from "./queries.ts";
import { chaptersAt } from "./speech-chapters.ts";

type SpeechRow = NonNullable<Awaited<ReturnType<typeof findSpeech>>>;

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
  let key = `${userId}/speech/${randomUUID()}`;
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
        const head = headOf(wanted, job.payload.book, finished);
        if (!head) return { stored, ...finished };
        const headed = await context.storage.write(
          `${key}-chapters`,
          Readable.from(withHead(head, await context.storage.read(key)), { objectMode: false }),
          { signal: run.signal, maxBytes },
        );
        await context.storage.delete(key);
        key = `${key}-chapters`;
        return { stored: headed, ...finished };
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
    await context.storage.delete(`${key}-chapters`);
    throw error;
  }
  return { tts_audio_file_id: id };
}

/** Of whole documents as MP3: their headings or pages, for the way. */
function headOf(
  { format, text }: SpeechRow,
  book: ClaimedJob<"speak">["payload"]["book"],
  { durationSeconds, words }: { durationSeconds: number; words?: SpokenWord[] },
) {
  if (!book || format !== "mp3") return undefined;
  const chapters = chaptersAt(book.chapters, { text, words, durationSeconds });
  return id3Head(book.title, chapters, durationSeconds);
}

async function* withHead(head: Buffer, sound: Readable) {
  yield head;
  yield* sound;
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
  await updateSpeech(tx, job.user_id, id, WAITS_AGAIN);
  await notifyChanged(tx, job.user_id, { kind: "tts_audio_file", id, change: "updated" });
}
