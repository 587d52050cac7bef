/**
 * Speech services on the Internet, through the AI SDK: https://ai-sdk.dev/docs/ai-sdk-core/transcription
 * Deepgram (https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded), AssemblyAI
 * (https://www.assemblyai.com/docs/api-reference/transcripts/submit), ElevenLabs
 * (https://elevenlabs.io/docs/api-reference/speech-to-text/convert).
 */
import type { TranscriptionModel } from "ai";
import { Failure } from "#server/failures.ts";
import { httpStatusOf } from "#server/providers/ai-sdk-failure.ts";
import { SAMPLE_RATE, type AudioDecoder } from "#server/providers/audio/contract.ts";
import { withoutEnd } from "#server/without-end.ts";
import type { Segment, SttEngine, TranscribeRequest, Word } from "./contract.ts";
import { primaryLanguage } from "./languages.ts";
import { transcribeElsewhere, withinPiece } from "./pieces.ts";
import { plausible } from "./plausible.ts";
import type { Speech } from "./voice-activity.ts";
import { encodeWav } from "./wav.ts";
import { cutAtPauses, segmentOf, spreadWords } from "./words.ts";

export type CloudService = "deepgram" | "assemblyai" | "elevenlabs";

export interface CloudOptions {
  service: CloudService;
  apiKey: string;
  model?: string | undefined;
  /** Another origin with the same paths: a service's European one, or a proxy. */
  baseUrl?: string | undefined;
}

const LABELS = { deepgram: "Deepgram", assemblyai: "AssemblyAI", elevenlabs: "ElevenLabs" };
const MODELS = { deepgram: "nova-3", assemblyai: "universal-3-5-pro", elevenlabs: "scribe_v1" };
/** AssemblyAI answers in no less than some seconds, however short the piece; 5.8 MB of WAV. */
const PIECE_SECONDS = 180;
const SENTENCE_END = /[.!?…。！？]["”’)]*$/u;

export function createCloudEngine(
  options: CloudOptions & { decoder: AudioDecoder; concurrency: number },
): SttEngine {
  const label = LABELS[options.service];

  async function send(piece: Speech, request: TranscribeRequest, modelId: string) {
    const hotWords = keyterms(options.service, modelId, request.hotWords ?? []);
    const { experimental_transcribe: transcribe, NoTranscriptGeneratedError } = await import("ai");
    try {
      return await transcribe({
        model: await openModel(options, modelId, hotWords),
        audio: encodeWav(piece.samples, SAMPLE_RATE),
        providerOptions: {
          [options.service]: {
            ...languageOptions(options.service, primaryLanguage(request.language)),
            ...(options.service === "assemblyai" && hotWords.length > 0
              ? { keytermsPrompt: hotWords }
              : {}),
          },
        },
        maxRetries: 3,
        abortSignal: request.signal,
      });
    } catch (error) {
      request.signal.throwIfAborted();
      if (NoTranscriptGeneratedError.isInstance(error)) return undefined;
      throw asFailure(error, label);
    }
  }

  return {
    name: options.service,
    label,
    rough: false,
    async availability() {
      const defaultModel = options.model ?? MODELS[options.service];
      return { available: true, models: [defaultModel], defaultModel };
    },
    async transcribe(request) {
      const model = request.model ?? options.model ?? MODELS[options.service];
      return transcribeElsewhere(options, request, model, PIECE_SECONDS, async (piece) => {
        const answer = await send(piece, request, model);
        return { segments: answer ? toSegments(answer, piece) : [], language: answer?.language };
      });
    },
  };
}

/** Loaded when it is used: a server that has no such service does not pay for its library. */
async function openModel(
  { service, apiKey, baseUrl }: CloudOptions,
  model: string,
  hotWords: string[],
): Promise<Exclude<TranscriptionModel, string>> {
  const settings = { apiKey, fetch: throughOrigin(service, baseUrl, hotWords) };
  switch (service) {
    case "deepgram":
      return (await import("@ai-sdk/deepgram")).createDeepgram(settings).transcription(model);
    case "assemblyai":
      return (await import("@ai-sdk/assemblyai"))
        .createAssemblyAI(settings)
        .transcription(model as "universal-3-5-pro");
    case "elevenlabs":
      return (await import("@ai-sdk/elevenlabs")).createElevenLabs(settings).transcription(model);
  }
}

/**
 * The libraries know one origin each, and two of them no terms: path and query stay as they are, and the terms are
 * added. https://developers.deepgram.com/docs/keyterm, https://elevenlabs.io/docs/api-reference/speech-to-text/convert
 */
function throughOrigin(
  service: CloudService,
  baseUrl: string | undefined,
  hotWords: string[],
): typeof fetch {
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (service === "deepgram")
      for (const word of hotWords) url.searchParams.append("keyterm", word);
    if (service === "elevenlabs" && init?.body instanceof FormData)
      for (const word of hotWords) init.body.append("keyterms", word);
    const base = baseUrl === undefined ? url.origin : withoutEnd(baseUrl, "/");
    return fetch(`${base}${url.pathname}${url.search}`, init);
  };
}

/**
 * As many as the service takes, none where its model refuses them:
 * https://www.assemblyai.com/docs/pre-recorded-audio/keyterms-prompting
 */
function keyterms(service: CloudService, model: string, hotWords: string[]) {
  const fits = (letters: number, words: number) =>
    hotWords.filter((word) => word.length <= letters && word.split(" ").length <= words);
  switch (service) {
    case "deepgram":
      // 500 tokens in all.
      return /^nova-3|^flux/.test(model) ? fits(50, 4).slice(0, 80) : [];
    case "assemblyai":
      return /^(?:universal-3|slam-1)/.test(model) ? fits(100, 6).slice(0, 200) : [];
    case "elevenlabs":
      return model.startsWith("scribe_v2") ? fits(49, 5).slice(0, 100) : [];
  }
}

function languageOptions(service: CloudService, language: string | undefined) {
  switch (service) {
    case "deepgram":
      return { smartFormat: true, ...(language ? { language } : { detectLanguage: true }) };
    case "assemblyai":
      return language ? { languageCode: language } : { languageDetection: true };
    case "elevenlabs":
      return {
        timestampsGranularity: "word",
        diarize: false,
        ...(language ? { languageCode: language } : {}),
      };
  }
}

interface Answer {
  text: string;
  /** One for each word. */
  segments: { text: string; startSecond: number; endSecond: number }[];
}

function toSegments(answer: Answer, piece: Speech): Segment[] {
  const within = withinPiece(piece);
  const timed = answer.segments.filter(({ text }) => text.trim() !== "");
  const written = answer.text.split(/\s+/).filter(Boolean);
  const words: Word[] =
    timed.length === 0
      ? spreadWords(answer.text, piece.start, piece.end)
      : timed.map(({ text, startSecond, endSecond }, i) => ({
          // Deepgram's words lack the capitals and full stops that its text has.
          text: timed.length === written.length ? written[i]! : text.trim(),
          start: within(startSecond),
          end: within(Math.max(startSecond, endSecond)),
        }));
  return sentences(words)
    .flatMap((sentence) => cutAtPauses(sentence))
    .flatMap((part) => plausible(segmentOf(part)) ?? []);
}

function sentences(words: Word[]): Word[][] {
  const found: Word[][] = [];
  let open: Word[] = [];
  for (const word of words) {
    open.push(word);
    if (!SENTENCE_END.test(word.text)) continue;
    found.push(open);
    open = [];
  }
  return open.length > 0 ? [...found, open] : found;
}

function asFailure(error: unknown, label: string): Failure {
  const status = httpStatusOf(error);
  if (status === 401 || status === 403)
    return new Failure("engine-unavailable", {
      message: `${label} refused our key. Whoever runs this server can correct LM_STT_CLOUD_KEY.`,
      cause: error,
    });
  if (status === 402 || status === 429)
    return new Failure("engine-failed", {
      message: `${label} takes no more requests at the moment. Please try again later.`,
      cause: error,
    });
  return new Failure("engine-failed", {
    message: `${label} could not be reached or failed. Your recording is kept; please try again.`,
    cause: error,
  });
}
