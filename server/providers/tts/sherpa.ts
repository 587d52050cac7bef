/**
 * Voices of Piper's (VITS, one language each) and Kokoro's (many in one model), spoken by sherpa-onnx on this machine:
 * clearer than eSpeak NG. They are fetched with `lm models pull` or laid into the folder of models by hand, as they are
 * published: `NAME.onnx` and `NAME.onnx.json`; `model.onnx`, `voices.bin`, `tokens.txt` and what else is beside them.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fail } from "#server/failures.ts";
import {
  canLoadSherpa,
  listVoiceModels,
  verifyModel,
  type LocalModel,
} from "#server/providers/models/models.ts";
import { speakInChild } from "./child-speech.ts";
import type { SpeakRequest, TtsEngine, Voice } from "./contract.ts";
import { readKokoroVoices } from "./kokoro-voices.ts";
import { languageOf, readPiperSettings, type PiperSettings } from "./piper-settings.ts";
import type { KokoroFiles, PiperFiles } from "./speech-messages.ts";
import { sayingSigns } from "./spoken-signs.ts";
import { wordsByShare } from "./word-shares.ts";

/** The model itself stretches its sounds; the range is that of the other engines. */
const SPEEDS = { slowest: 0.5, fastest: 2.5 };
const NO_VOICE =
  'Fetch one with "lm models pull", such as en_US-joe-medium or de_DE-thorsten-medium.';

interface Known {
  model: LocalModel;
  voice: Voice;
  /** From 0. */
  speaker: number;
  files: PiperFiles | KokoroFiles;
}

export function createSherpaVoices(options: { modelsDirs: string[]; cacheDir: string }): TtsEngine {
  const known = () => (canLoadSherpa() ? readVoices(options.modelsDirs) : Promise.resolve([]));
  const voices = async () => (await known()).map(({ voice }) => voice);
  return {
    name: "sherpa",
    label: "Piper and Kokoro (on this machine)",
    async languages() {
      return [...new Set((await voices()).map(({ language }) => language.split("-")[0]!))];
    },
    async availability() {
      if (!canLoadSherpa())
        return {
          available: false,
          remedy: "The engine of these voices has no build for this kind of machine.",
        };
      return (await known()).length > 0
        ? { available: true }
        : { available: false, remedy: `No voice is here. ${NO_VOICE}` };
    },
    voices,
    speeds: SPEEDS,
    async defaultVoice(language = "en") {
      const all = await voices();
      const wanted = language.replace("_", "-").toLowerCase();
      const primary = wanted.split("-")[0]!;
      const found =
        all.find((voice) => voice.language.toLowerCase() === wanted) ??
        all.find((voice) => voice.language.split("-")[0] === primary) ??
        all[0];
      return found?.id ?? fail("engine-unavailable", { message: `No voice is here. ${NO_VOICE}` });
    },
    speak: (request) => speak(request, options),
  };
}

async function speak(
  request: SpeakRequest,
  { modelsDirs, cacheDir }: { modelsDirs: string[]; cacheDir: string },
) {
  request.signal.throwIfAborted();
  const known = canLoadSherpa() ? await readVoices(modelsDirs) : [];
  if (known.length === 0) fail("engine-unavailable", { message: `No voice is here. ${NO_VOICE}` });
  const found = known.find(({ voice }) => voice.id === request.voice);
  if (!found) fail("voice-unknown", { message: `There is no voice "${request.voice}".` });
  const { model, speaker, files } = found;
  await verifyModel(model);
  await removeLeftovers(cacheDir, known);
  const language = found.voice.language.split("-")[0]!;
  return speakInChild(
    request,
    {
      kind: "open",
      engine: "sherpa",
      format: request.format,
      voice: request.voice,
      speed: request.speed,
      files: { ...files, speaker, cacheDir },
    },
    (piece) => ({
      text: sayingSigns(piece.text, language),
      placed: (spoken) => wordsByShare(spoken, piece.text, language),
    }),
    `The voice ${model.id} could not be opened: its files may be damaged. Take another voice, or fetch it again ` +
      `with "lm models pull ${model.id}".`,
  );
}

/** What was made of voices that are no longer here: as large as they were. */
async function removeLeftovers(cacheDir: string, known: Known[]) {
  const names = new Set(known.map(({ model }) => basename(model.files[0]!, ".onnx")));
  const folder = join(cacheDir, "voices");
  for (const made of await readdir(folder).catch(() => []))
    if (made.includes("@") && !names.has(made.slice(0, made.lastIndexOf("@"))))
      await rm(join(folder, made), { recursive: true, force: true });
}

/** A folder whose description cannot be read is no voice: the others go on. */
async function readVoices(modelsDirs: string[]): Promise<Known[]> {
  const models = await listVoiceModels(modelsDirs);
  const read = await Promise.all(
    models.map(async (model) =>
      model.config["voices"] === undefined
        ? piperVoices(model)
        : (await readKokoroVoices(model)).map((each) => ({ ...each, model })),
    ),
  );
  return read.flat();
}

/** One for each speaker, in their order: `en_US-arctic-medium`, `en_US-arctic-medium/1`. */
async function piperVoices(model: LocalModel): Promise<Known[]> {
  const paths = model.config as { model: string; settings: string };
  const settings = readPiperSettings(await readFile(paths.settings, "utf8").catch(() => ""));
  if (!settings) return [];
  return Array.from({ length: settings.num_speakers }, (_, speaker) => ({
    model,
    voice: piperVoice(model.id, settings, speaker),
    speaker,
    files: { kind: "piper" as const, ...paths },
  }));
}

/** @param speaker from 0 */
function piperVoice(id: string, settings: PiperSettings, speaker: number): Voice {
  const name = /^[a-z]{2,3}_[A-Z]{2}-(.+?)(?:-(?:x_low|low|medium|high))?$/.exec(id)?.[1] ?? id;
  const label = name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
  return {
    id: speaker === 0 ? id : `${id}/${speaker}`,
    label: settings.num_speakers === 1 ? label : `${label} ${speaker + 1}`,
    language: languageOf(settings),
  };
}
