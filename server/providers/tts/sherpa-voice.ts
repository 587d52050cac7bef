/**
 * A voice of Piper's or Kokoro's in sherpa-onnx: https://k2-fsa.github.io/sherpa/onnx/tts/piper.html,
 * https://k2-fsa.github.io/sherpa/onnx/tts/pretrained_models/kokoro.html
 */
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { metadataProps } from "#server/providers/models/onnx.ts";
import { readPiperSettings, type PiperSettings } from "./piper-settings.ts";
import type { KokoroFiles, OpenVoice, PiperFiles, Said, VoiceFiles } from "./speech-messages.ts";

interface OfflineTts {
  /** Hz. */
  sampleRate: number;
  generate(wish: { text: string; sid: number; speed: number }): { samples: Float32Array };
}

/** @param speed how many times the voice's own pace */
export async function openSherpaVoice(files: VoiceFiles, speed: number): Promise<OpenVoice> {
  const dataDir = await espeakData(files.cacheDir);
  const { OfflineTts } = createRequire(import.meta.url)("sherpa-onnx-node") as {
    OfflineTts: new (config: object) => OfflineTts;
  };
  const family =
    files.kind === "kokoro"
      ? kokoroModel(files, dataDir)
      : await piperModel(files, files.cacheDir, dataDir);
  const voice = new OfflineTts({
    model: { ...family, numThreads: 1, provider: "cpu", debug: 0 },
    maxNumSentences: 1,
    ...(files.kind === "kokoro" && files.rules.length > 0 && { ruleFsts: files.rules.join(",") }),
  });
  return {
    sampleRate: voice.sampleRate,
    say: (text) => {
      const asked = files.kind === "kokoro" ? ended(text) : text;
      return say(voice, asked, files.speaker, speed);
    },
  };
}

async function piperModel(files: PiperFiles, cacheDir: string, dataDir: string) {
  const settings = readPiperSettings(await readFile(files.settings, "utf8"));
  if (!settings) throw new Error(`${files.settings} does not describe a voice of Piper's`);
  const folder = await sherpaFiles(files, cacheDir, settings);
  const { noise_scale, length_scale, noise_w } = settings.inference;
  return {
    vits: {
      model: join(folder, "model.onnx"),
      tokens: join(folder, "tokens.txt"),
      dataDir,
      ...(noise_scale !== undefined && { noiseScale: noise_scale }),
      ...(noise_w !== undefined && { noiseScaleW: noise_w }),
      ...(length_scale !== undefined && { lengthScale: length_scale }),
    },
  };
}

function kokoroModel(files: KokoroFiles, dataDir: string) {
  const { model, voices, tokens, lexicon, espeak } = files;
  return {
    kokoro: {
      model,
      voices,
      tokens,
      dataDir,
      ...(lexicon !== undefined && { lexicon }),
      ...(espeak !== undefined && { lang: espeak }),
    },
  };
}

/**
 * Of a text in which it knows no sound (Chinese for an English voice) sherpa-onnx 1.13.8 dies in Kokoro; a full stop it
 * always knows. What comes after a zero it does not see.
 */
function ended(text: string) {
  const clean = text.replace(/\p{Cc}/gu, " ").trimEnd();
  return /[.!?…。！？]$/.test(clean) ? clean : `${clean}.`;
}

function say(voice: OfflineTts, text: string, sid: number, speed: number): Said {
  // It has no sound for what has neither letter nor digit, and would say so by an error.
  if (!/[\p{L}\p{N}]/u.test(text)) return { samples: new Float32Array(0), words: [], phones: [] };
  const { samples } = voice.generate({ text: text.replace(/\s+/g, " "), sid, speed });
  return { samples, words: [], phones: soundsOf(samples, voice.sampleRate) };
}

/** So long is a span that is sound or pause, in seconds. */
const SPAN_SECONDS = 0.02;
/** Of the loudest span: what is less is a pause. */
const PAUSE = 0.02;

/** The voice does not say where its sounds are: spans that are heard stand for them. */
function soundsOf(samples: Float32Array, sampleRate: number): { start: number; end: number }[] {
  const length = Math.round(SPAN_SECONDS * sampleRate);
  const loudness = Array.from({ length: Math.ceil(samples.length / length) }, (_, at) => {
    const span = samples.subarray(at * length, (at + 1) * length);
    return Math.sqrt(span.reduce((sum, sample) => sum + sample * sample, 0) / span.length);
  });
  const loudest = loudness.reduce((most, each) => Math.max(most, each), 0);
  return loudness.flatMap((each, at) =>
    each > PAUSE * loudest
      ? [
          {
            start: (at * length) / sampleRate,
            end: Math.min((at + 1) * length, samples.length) / sampleRate,
          },
        ]
      : [],
  );
}

/**
 * sherpa-onnx reads about a voice from the model itself, and its sounds from `tokens.txt`: both are made of what Piper
 * writes beside the model, once for each file.
 * https://github.com/k2-fsa/sherpa-onnx/blob/master/scripts/piper/add_meta_data.py
 */
async function sherpaFiles(
  { model, settings: path }: PiperFiles,
  cacheDir: string,
  settings: PiperSettings,
) {
  const [{ size, mtimeMs }, described] = await Promise.all([stat(model), stat(path)]);
  const voices = join(cacheDir, "voices");
  const stamp = `${size}-${Math.round(mtimeMs)}-${Math.round(described.mtimeMs)}`;
  const folder = join(voices, `${basename(model, ".onnx")}@${stamp}`);
  if (await stat(folder).catch(() => undefined)) return folder;
  await mkdir(voices, { recursive: true, mode: 0o700 });
  const fresh = await mkdtemp(join(voices, ".making-"));
  await copyFile(model, join(fresh, "model.onnx"));
  await appendFile(
    join(fresh, "model.onnx"),
    metadataProps({
      model_type: "vits",
      comment: "piper",
      language: settings.language?.code ?? settings.espeak.voice,
      voice: settings.espeak.voice,
      has_espeak: 1,
      n_speakers: settings.num_speakers,
      sample_rate: settings.audio.sample_rate,
    }),
  );
  const tokens = Object.entries(settings.phoneme_id_map)
    .filter(([sound]) => sound !== "\n")
    .map(([sound, [id]]) => `${sound} ${id}\n`);
  await writeFile(join(fresh, "tokens.txt"), tokens.join(""));
  return settle(fresh, folder);
}

const PACKED = /filename:"\/usr\/share\/espeak-ng-data\/([\w./-]+)",start:(\d+),end:(\d+)/g;

/**
 * Piper is given sounds and not letters, which espeak finds: its data come with our own espeak, packed into one file
 * (emscripten's file_packager), and sherpa-onnx wants them as files.
 */
async function espeakData(cacheDir: string) {
  const script = createRequire(import.meta.url).resolve("@echogarden/espeak-ng-emscripten");
  const packed = join(dirname(script), "espeak-ng.data");
  const folder = join(cacheDir, `espeak-ng-data-${(await stat(packed)).size}`);
  if (await stat(join(folder, "phontab")).catch(() => undefined)) return folder;
  const [code, data] = await Promise.all([readFile(script, "utf8"), readFile(packed)]);
  await mkdir(cacheDir, { recursive: true, mode: 0o700 });
  const fresh = await mkdtemp(join(cacheDir, ".making-"));
  for (const [, name, start, end] of code.matchAll(PACKED)) {
    await mkdir(dirname(join(fresh, name!)), { recursive: true });
    await writeFile(join(fresh, name!), data.subarray(Number(start), Number(end)));
  }
  return settle(fresh, folder);
}

/** Another process may have been quicker: what it made is as good. */
async function settle(fresh: string, folder: string) {
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }));
  return folder;
}
