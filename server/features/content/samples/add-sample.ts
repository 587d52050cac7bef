/**
 * A lecture to try everything with: a text of the project, made audible by its own voice and captioned by that voice's
 * times, and a document on the same course. It is the student's own from then on.
 */
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Context } from "#server/context.ts";
import type { ClaimedJob, Run } from "#server/features/jobs/contract.ts";
import { madeWithinStorage } from "#server/features/quotas/take.ts";
import { readCaptionsAside } from "#server/features/transcription/captions/read-aside.ts";
import { spokenCaptions } from "#server/spoken-captions.ts";
import { addRecording } from "../recordings/upload-recording.ts";
import { addDocument } from "../study-materials/upload-material.ts";
import { findSample, SAMPLE_NAMES } from "./queries.ts";

const SUBJECT = "Biology";
const file = (name: string) =>
  fileURLToPath(new URL(`../../../../samples/${name}`, import.meta.url));

/** @throws Failure `engine-unavailable`, `quota-storage`. */
export async function addSample(
  context: Context,
  { user_id: userId }: ClaimedJob<"add-sample">,
  run: Run,
) {
  const there = await findSample(context.database, userId);
  const made = there.recordings.length > 0 ? undefined : await addLecture(context, userId, run);
  if (there.study_materials.length === 0) await addPaper(context, userId);
  return { recording_id: made?.recording.id ?? there.recordings[0] ?? null };
}

async function addLecture(context: Context, userId: string, run: Run) {
  const text = (await readFile(file("photosynthesis.txt"), "utf8")).trim();
  const engine = await context.tts.choose(undefined, "en");
  const key = `${userId}/recordings/${randomUUID()}`;
  try {
    const { stored, durationSeconds, words } = await madeWithinStorage(
      context,
      userId,
      async (maxBytes) => {
        const spoken = await engine.speak({
          text,
          voice: await engine.defaultVoice("en"),
          speed: 1,
          format: "mp3",
          signal: run.signal,
          onProgress: run.progress,
        });
        const [written, finished] = await Promise.all([
          context.storage.write(key, spoken.audio, { signal: run.signal, maxBytes }),
          spoken.finished,
        ]);
        return { stored: written, ...finished };
      },
    );
    const bytes = Buffer.from(spokenCaptions(text, words, durationSeconds));
    const read = await readCaptionsAside(bytes, { language: "en" });
    const made = await addRecording(context, userId, {
      key,
      stored,
      filename: SAMPLE_NAMES.recording,
      title: "Photosynthesis",
      recording_type: "lecture",
      subject: SUBJECT,
      language: "en",
      captions: { bytes, read, filename: "sample.vtt" },
      transcribe: false,
    });
    return made!;
  } catch (error) {
    await context.storage.delete(key);
    throw error;
  }
}

async function addPaper(context: Context, userId: string) {
  const key = `${userId}/study-materials/${randomUUID()}`;
  try {
    const stored = await context.storage.write(
      key,
      createReadStream(file("cellular-respiration.pdf")),
      { maxBytes: context.config.limits.documentBytes },
    );
    await addDocument(context, userId, {
      key,
      stored,
      filename: SAMPLE_NAMES.study_material,
      title: "Cellular respiration",
      subject: SUBJECT,
      language: "en",
    });
  } catch (error) {
    await context.storage.delete(key);
    throw error;
  }
}
