/**
 * Servers that speak OpenAI's API: OpenAI, Groq, speaches (faster-whisper), whisper.cpp and the like.
 * https://platform.openai.com/docs/api-reference/audio/createTranscription
 */
import { z } from "zod";
import { fail, Failure } from "#server/failures.ts";
import { SAMPLE_RATE, type AudioDecoder } from "#server/providers/audio/contract.ts";
import { NotReached, post, Refused } from "#server/providers/openai-servers/post.ts";
import { withoutEnd } from "#server/without-end.ts";
import type { Segment, SttEngine, TranscribeRequest, Word } from "./contract.ts";
import { primaryLanguage } from "./languages.ts";
import { transcribeElsewhere, withinPiece } from "./pieces.ts";
import { plausible } from "./plausible.ts";
import type { Speech } from "./voice-activity.ts";
import { encodeWav } from "./wav.ts";
import { round, spreadWords } from "./words.ts";

export interface OpenAiOptions {
  /** Up to and without `/audio/transcriptions`, such as `https://api.openai.com/v1`. */
  baseUrl: string;
  apiKey?: string | undefined;
  model: string;
}

/** 90 s of 16-bit WAV are 2.9 MB (the service takes 25 MB): early first words, and a failure repeats little. */
const PIECE_SECONDS = 90;
/** Whisper's own rule for "nobody spoke": https://github.com/openai/whisper/blob/main/whisper/transcribe.py */
const NO_SPEECH_PROBABILITY = 0.6;
const NO_SPEECH_LOG_PROBABILITY = -1;
/** Text that compresses better than this repeats itself. */
const COMPRESSION_RATIO = 2.4;

const timedWord = z.object({
  word: z.string(),
  start: z.number(),
  end: z.number(),
  probability: z.number().optional(),
});
const timedSegment = z.object({
  start: z.number(),
  end: z.number(),
  text: z.string(),
  avg_logprob: z.number().nullish(),
  no_speech_prob: z.number().nullish(),
  compression_ratio: z.number().nullish(),
  words: z.array(timedWord).nullish(),
});
const answerShape = z.object({
  text: z.string().default(""),
  language: z.string().nullish(),
  segments: z.array(timedSegment).nullish(),
  words: z.array(timedWord).nullish(),
});
type Answer = z.infer<typeof answerShape>;

export function createOpenAiEngine(
  options: OpenAiOptions & { decoder: AudioDecoder; concurrency: number },
): SttEngine {
  const url = `${withoutEnd(options.baseUrl, "/")}/audio/transcriptions`;
  /** Newer models of OpenAI refuse `verbose_json`; once a server has, it is not asked again. */
  let plainOnly = false;

  async function send(piece: Speech, request: TranscribeRequest, model: string): Promise<Answer> {
    try {
      const response = await post(url, {
        body: formOf(piece, request, model, plainOnly),
        headers: options.apiKey ? { authorization: `Bearer ${options.apiKey}` } : {},
        signal: request.signal,
        retries: 3,
        // A server on an old laptop may need minutes for 90 s of sound.
        timeoutMs: 600_000,
      });
      return readAnswer(response);
    } catch (error) {
      if (
        error instanceof Refused &&
        error.status === 400 &&
        !plainOnly &&
        /response_format|verbose_json|timestamp_granularities/.test(error.said)
      ) {
        plainOnly = true;
        return send(piece, request, model);
      }
      throw asFailure(error);
    }
  }

  return {
    name: "openai",
    label: `Speech server ${new URL(options.baseUrl).host}`,
    rough: false,
    async availability() {
      // Asking costs a request each time: whether the server is up shows when it is used.
      return { available: true, models: [options.model], defaultModel: options.model };
    },
    async transcribe(request) {
      const model = request.model ?? options.model;
      return transcribeElsewhere(options, request, model, PIECE_SECONDS, async (piece) => {
        const answer = await send(piece, request, model);
        return { segments: toSegments(answer, piece), language: answer.language ?? undefined };
      });
    },
  };
}

/**
 * Whisper reads the last 224 tokens of its prompt (https://platform.openai.com/docs/guides/speech-to-text#prompting):
 * 500 letters are fewer in any language.
 */
const PROMPT_LETTERS = 500;

/** Whole terms, as many as fit. */
function promptOf(hotWords: string[]) {
  let prompt = "";
  for (const word of hotWords) {
    const longer = prompt === "" ? word : `${prompt}, ${word}`;
    if (longer.length > PROMPT_LETTERS) break;
    prompt = longer;
  }
  return prompt;
}

function formOf(piece: Speech, request: TranscribeRequest, model: string, plainOnly: boolean) {
  const form = new FormData();
  form.set(
    "file",
    new Blob([encodeWav(piece.samples, SAMPLE_RATE)], { type: "audio/wav" }),
    "piece.wav",
  );
  form.set("model", model);
  const language = primaryLanguage(request.language);
  if (language !== undefined) form.set("language", language);
  const prompt = promptOf(request.hotWords ?? []);
  if (prompt !== "") form.set("prompt", prompt);
  form.set("response_format", plainOnly ? "json" : "verbose_json");
  if (!plainOnly)
    for (const kind of ["word", "segment"]) form.append("timestamp_granularities[]", kind);
  return form;
}

async function readAnswer(response: Response): Promise<Answer> {
  const answer = answerShape.safeParse(await response.json().catch(() => undefined));
  if (!answer.success)
    fail("engine-failed", {
      message: "The speech server gave an answer that could not be understood.",
      cause: answer.error,
    });
  return answer.data;
}

function toSegments(answer: Answer, piece: Speech): Segment[] {
  const within = withinPiece(piece);
  if (!answer.segments || answer.segments.length === 0) {
    const text = answer.text.trim();
    const only =
      text &&
      plausible({
        start: piece.start,
        end: piece.end,
        text,
        words: timed(answer.words ?? [], within) ?? spreadWords(text, piece.start, piece.end),
      });
    return only ? [only] : [];
  }
  const words = answer.words ?? [];
  let earliest = piece.start;
  return answer.segments.flatMap((given) => {
    const silent =
      (given.no_speech_prob ?? 0) > NO_SPEECH_PROBABILITY &&
      (given.avg_logprob ?? 0) < NO_SPEECH_LOG_PROBABILITY;
    if (silent || (given.compression_ratio ?? 0) > COMPRESSION_RATIO * 2) return [];
    const start = Math.max(within(given.start), earliest);
    const end = Math.max(within(given.end), start);
    const inside =
      given.words ??
      words.filter(
        (word) =>
          (word.start + word.end) / 2 >= given.start && (word.start + word.end) / 2 < given.end,
      );
    const confidence =
      (given.compression_ratio ?? 0) > COMPRESSION_RATIO
        ? 0.2
        : given.avg_logprob == null
          ? undefined
          : Math.min(1, Math.exp(given.avg_logprob));
    const text = given.text.trim();
    const segment = plausible({
      start,
      end,
      text,
      words: timed(inside, within) ?? spreadWords(text, start, end),
      ...(confidence !== undefined && { confidence: round(confidence) }),
    });
    if (!segment) return [];
    earliest = segment.end;
    return [segment];
  });
}

function timed(
  words: z.infer<typeof timedWord>[],
  within: (seconds: number) => number,
): Word[] | undefined {
  if (words.length === 0) return undefined;
  return words.map(({ word, start, end, probability }) => ({
    text: word.trim(),
    start: within(start),
    end: Math.max(within(end), within(start)),
    ...(probability !== undefined && { confidence: round(probability) }),
  }));
}

function asFailure(error: unknown) {
  if (error instanceof NotReached)
    return new Failure("engine-failed", {
      message: "The speech server could not be reached. Your recording is kept; please try again.",
      cause: error.cause,
    });
  if (!(error instanceof Refused)) return error;
  const { status } = error;
  if (status === 401 || status === 403)
    return new Failure("engine-unavailable", {
      message:
        "The speech server refused our key. Whoever runs this server can correct LM_STT_OPENAI_KEY.",
      cause: error,
    });
  if (status === 404)
    return new Failure("engine-unavailable", {
      message:
        "The speech server does not know this address or model. Whoever runs this server can " +
        "correct LM_STT_OPENAI_URL and LM_STT_OPENAI_MODEL.",
      cause: error,
    });
  return new Failure("engine-failed", {
    message:
      status === 429
        ? "The speech server takes no more requests at the moment. Please try again later."
        : `The speech server failed (${status}). Your recording is kept; please try again.`,
    cause: error,
  });
}
