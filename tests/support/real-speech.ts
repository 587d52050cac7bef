/**
 * Real speech for tests: the recordings in ../shared/audio where they are present, else speech the project makes
 * itself.
 */
import { existsSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { SAMPLE_RATE } from "#server/providers/audio/contract.ts";
import { createAudioDecoder } from "#server/providers/audio/decoder.ts";
import { encodeWav } from "#server/providers/stt/wav.ts";
import type { SpeechFormat } from "#server/providers/tts/contract.ts";
import { createTextToSpeech } from "#server/providers/tts/text-to-speech.ts";
import { makeSpeechModel } from "./make-model.ts";

export const SHARED_AUDIO = resolve("../shared/audio");
export const SHARED_MODELS = resolve("../shared/models");
export const hasSharedAudio = existsSync(join(SHARED_AUDIO, "jfk.wav"));
export const hasSharedModels = existsSync(join(SHARED_MODELS, "moonshine-stub-random"));

let made: Promise<{ modelsDir: string; model: string }> | undefined;

/** A folder with one speech model that the tests made, and its id. */
export function madeModel() {
  made ??= (async () => {
    const modelsDir = await mkdtemp(join(tmpdir(), "lm-models-"));
    return { modelsDir, model: await makeSpeechModel(modelsDir) };
  })();
  return made;
}

/** Eleven seconds in which somebody speaks, as a WAV file. */
export async function shortSpeech(): Promise<string> {
  if (hasSharedAudio) return join(SHARED_AUDIO, "jfk.wav");
  return spokenFile(
    "And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country.",
    "wav",
  );
}

/** Five minutes in which somebody speaks; the number is their length in seconds. */
export async function longSpeech(): Promise<{ path: string; seconds: number }> {
  if (hasSharedAudio) return { path: join(SHARED_AUDIO, "lj001_5min.flac"), seconds: 295.43 };
  const once: Float32Array[] = [];
  for await (const chunk of createAudioDecoder({ ffmpeg: "off" }).decode(await shortSpeech()))
    once.push(chunk);
  const length = once.reduce((sum, chunk) => sum + chunk.length, 0);
  const samples = new Float32Array(length * Math.ceil((300 * SAMPLE_RATE) / length));
  for (let at = 0; at < samples.length;) {
    for (const chunk of once) {
      samples.set(chunk, at);
      at += chunk.length;
    }
  }
  const path = join(await mkdtemp(join(tmpdir(), "lm-speech-")), "five-minutes.wav");
  await writeFile(path, encodeWav(samples, SAMPLE_RATE));
  return { path, seconds: samples.length / SAMPLE_RATE };
}

export async function spokenFile(text: string, format: SpeechFormat): Promise<string> {
  const engine = await createTextToSpeech({
    engine: "espeak",
    modelsDirs: [],
    cacheDir: "",
  }).choose();
  const spoken = await engine.speak({
    text,
    voice: "en-us",
    speed: 1,
    format,
    signal: new AbortController().signal,
  });
  const path = join(await mkdtemp(join(tmpdir(), "lm-speech-")), `speech.${format}`);
  await writeFile(path, await buffer(spoken.audio));
  return path;
}
