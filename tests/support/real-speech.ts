/** Real speech for tests: the recordings in ../shared/audio where they are present, else speech the project makes itself. */
import { existsSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { createTextToSpeech } from "#server/providers/tts/text-to-speech.ts";
import type { SpeechFormat } from "#server/providers/tts/contract.ts";

export const SHARED_AUDIO = resolve("../shared/audio");
export const SHARED_MODELS = resolve("../shared/models");
export const hasSharedAudio = existsSync(join(SHARED_AUDIO, "jfk.wav"));
export const hasSharedModels = existsSync(join(SHARED_MODELS, "moonshine-stub-random"));

/** Eleven seconds in which somebody speaks, as a WAV file. */
export async function shortSpeech(): Promise<string> {
  if (hasSharedAudio) return join(SHARED_AUDIO, "jfk.wav");
  return spokenFile(
    "And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country.",
    "wav",
  );
}

export async function spokenFile(text: string, format: SpeechFormat): Promise<string> {
  const engine = await createTextToSpeech({ engine: "espeak" }).choose();
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
