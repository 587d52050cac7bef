/**
 * A lecture that nobody had to hold: a text, made audible by the project's own voice, with captions timed by that
 * voice.
 */
import { openAsBlob } from "node:fs";
import { join } from "node:path";
import type { StudyMaterial } from "#server/features/content/study-materials/shapes.ts";
import { spokenCaptions } from "#server/spoken-captions.ts";
import type { Client } from "./client.ts";
import { saveSpeech, speak } from "./speak.ts";
import { changes } from "./transcribe.ts";

export interface SampleLecture {
  /** An MP3 that is read from the folder as it is sent. */
  audio: Blob;
  /** WebVTT, one cue a sentence. */
  captions: string;
  durationSeconds: number;
  words: number;
}

export async function makeLecture(
  client: Client,
  folder: string,
  wish: { text: string; language?: string },
): Promise<SampleLecture> {
  const speech = await speak(client, { ...wish, format: "mp3" });
  const durationSeconds = speech.duration_seconds ?? 0;
  const path = join(folder, `${speech.id}.mp3`);
  await saveSpeech(client, speech.id, path);
  return {
    audio: await openAsBlob(path),
    captions: spokenCaptions(speech.text, speech.words, durationSeconds),
    durationSeconds,
    words: speech.words?.length ?? 0,
  };
}

/** @throws with the server's sentence when the document could not be read. */
export async function materialReady(client: Client, id: string) {
  for await (const _change of changes(client)) {
    const material = await client.get<StudyMaterial>(`/study-materials/${id}`);
    if (material.status === "ready") return material;
    if (material.status === "failed")
      throw new Error(material.error_message ?? "The document could not be read.");
  }
  throw new Error("The server ended the connection.");
}
