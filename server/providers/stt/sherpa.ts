/**
 * Neural models on this machine: sherpa-onnx in processes of its own, over spans of speech that Silero VAD finds.
 * https://k2-fsa.github.io/sherpa/onnx/javascript-api/index.html
 */
import { readFile } from "node:fs/promises";
import { fail } from "#server/failures.ts";
import type { AudioDecoder } from "#server/providers/audio/contract.ts";
import {
  canLoadSherpa,
  listSpeechModels,
  verifyModel,
  type LocalModel,
} from "#server/providers/models/models.ts";
import type { Segment, SttEngine } from "./contract.ts";
import { inOrder } from "./in-order.ts";
import { primaryLanguage, SENSE_VOICE_LANGUAGES, WHISPER_LANGUAGES } from "./languages.ts";
import { plausible } from "./plausible.ts";
import { hearRecording } from "./progress.ts";
import { createRecogniserPool, type Recognised } from "./recogniser-pool.ts";
import type { Heard, Speech } from "./voice-activity.ts";
import { mean, spreadWords, wordsFromTokens } from "./words.ts";

export interface SherpaOptions {
  decoder: AudioDecoder;
  modelsDirs: string[];
  /** Processes that recognise, for all transcriptions of this worker together. */
  concurrency: number;
}

export function createSherpaEngine(options: SherpaOptions): SttEngine {
  const pool = createRecogniserPool(options.concurrency);

  return {
    name: "sherpa",
    label: "On this machine",
    rough: false,
    async availability() {
      if (!canLoadSherpa())
        return {
          available: false,
          remedy:
            "The speech engine has no build for this kind of machine; set LM_STT_OPENAI_URL " +
            "to a speech server instead.",
        };
      const models = await listSpeechModels(options.modelsDirs);
      const [best] = models;
      if (!best)
        return {
          available: false,
          remedy:
            'Fetch a speech model with "lm models pull moonshine-base-en" ("lm models list" shows others).',
        };
      return { available: true, models: models.map((model) => model.id), defaultModel: best.id };
    },

    async transcribe(request) {
      const language = primaryLanguage(request.language);
      const model = chooseModel(
        await listSpeechModels(options.modelsDirs),
        request.model,
        language,
      );
      await verifyModel(model);
      const config = withLanguage(model, language);
      const hotWords = await hotWordsFor(model, request.hotWords ?? []);
      const hearing = hearRecording(options.decoder, request);
      let detected: string | undefined;

      const recognise = async (speech: Speech) => {
        const recognised = await pool.recognise({
          modelId: model.id,
          config,
          ...(hotWords && { hotWords }),
          samples: speech.samples,
          signal: request.signal,
        });
        detected ??= recognised.language;
        return toSegment(speech, recognised);
      };
      // Enough that no process waits for us, the silent steps counted; 20 s of sound are 1.3 MB.
      for await (const step of inOrder(
        steps(hearing.heard),
        options.concurrency * 4 + 2,
        async (piece) => ({
          clearedUntil: piece.clearedUntil,
          segment: piece.speech && (await recognise(piece.speech)),
        }),
      )) {
        request.signal.throwIfAborted();
        if (step.segment) await request.onSegment(step.segment);
        await (await hearing.progress).reach(step.clearedUntil);
      }
      const durationSeconds = await (await hearing.progress).finish();
      return {
        model: model.id,
        language: language ?? detected ?? onlyLanguage(model),
        durationSeconds,
      };
    },
  };
}

/** One step for each span of speech, and one for each chunk without. */
async function* steps(heard: AsyncIterable<Heard>) {
  for await (const { speech, clearedUntil } of heard) {
    for (const part of speech) yield { speech: part, clearedUntil: part.end };
    yield { speech: undefined, clearedUntil };
  }
}

function toSegment(speech: Speech, recognised: Recognised): Segment | undefined {
  const { start, end } = speech;
  const words = recognised.timed ? wordsFromTokens(recognised.timed, start, end) : [];
  const confidences = words.flatMap((word) =>
    word.confidence === undefined ? [] : [word.confidence],
  );
  return plausible({
    start,
    end,
    text: recognised.text,
    words: words.length > 0 ? words : spreadWords(recognised.text, start, end),
    ...(confidences.length > 0 && { confidence: mean(confidences) }),
  });
}

function chooseModel(
  models: LocalModel[],
  wanted: string | undefined,
  language: string | undefined,
): LocalModel {
  if (wanted !== undefined) {
    const model = models.find((each) => each.id === wanted);
    return (
      model ??
      fail("engine-unavailable", {
        message: `The speech model ${wanted} is not on this machine. Fetch it with "lm models pull ${wanted}".`,
      })
    );
  }
  const [best] = models;
  if (!best)
    fail("engine-unavailable", {
      message:
        'No speech model is on this machine. Fetch one with "lm models pull moonshine-base-en".',
    });
  if (language === undefined) return best;
  const model = models.find(
    (each) => each.languages === undefined || each.languages.includes(language),
  );
  return (
    model ??
    fail("engine-unavailable", {
      message:
        `None of the speech models on this machine knows the language "${language}". Fetch one ` +
        `that does with "lm models pull whisper-base".`,
    })
  );
}

function withLanguage(model: LocalModel, language: string | undefined) {
  const known =
    model.kind === "whisper"
      ? WHISPER_LANGUAGES
      : model.kind === "sense-voice"
        ? SENSE_VOICE_LANGUAGES
        : undefined;
  if (!known) return model.config;
  const code = language !== undefined && known.has(language) ? language : "";
  const key = model.kind === "whisper" ? "whisper" : "senseVoice";
  return { ...model.config, [key]: { ...(model.config[key] as object), language: code } };
}

const MOST_HOT_WORDS = 100;

/**
 * As sherpa-onnx reads them: only transducers listen for words, and only those whose pieces are there can cut them.
 * https://k2-fsa.github.io/sherpa/onnx/hotwords/index.html
 */
async function hotWordsFor(model: LocalModel, hotWords: string[]) {
  if (model.kind !== "transducer" || !model.config["bpeVocab"] || hotWords.length === 0)
    return undefined;
  const written = inLettersOf(await readFile(model.config["tokens"] as string, "utf8"));
  const plain = hotWords
    .map((word) => written(word).replaceAll(/[/:]/g, " ").replaceAll(/\s+/g, " ").trim())
    .filter((word) => word !== "");
  return plain.length > 0 ? plain.slice(0, MOST_HOT_WORDS).join("/") : undefined;
}

/**
 * Many models know large letters only, some only small ones: a word in others is no word to them, and is passed over.
 */
function inLettersOf(tokens: string): (word: string) => string {
  const pieces = tokens.replaceAll(/<[^<>]*>/g, "");
  if (!/\p{Ll}/u.test(pieces)) return (word) => word.toUpperCase();
  return /\p{Lu}/u.test(pieces) ? (word) => word : (word) => word.toLowerCase();
}

function onlyLanguage(model: LocalModel) {
  return model.languages?.length === 1 ? model.languages[0] : undefined;
}
