/**
 * Servers that speak OpenAI's API: OpenAI, Groq, speaches (faster-whisper), whisper.cpp and the like.
 * https://platform.openai.com/docs/api-reference/audio/createTranscription
 */
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { fail, Failure } from "#server/failures.ts";
import { SAMPLE_RATE, type AudioDecoder } from "#server/providers/audio/contract.ts";
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
const TRIES = 4;
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
  const url = `${options.baseUrl.replace(/\/+$/, "")}/audio/transcriptions`;
  /** Newer models of OpenAI refuse `verbose_json`; once a server has, it is not asked again. */
  let plainOnly = false;

  async function send(piece: Speech, request: TranscribeRequest, model: string): Promise<Answer> {
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
    const response = await post(form, request.signal);
    if (
      response.status === 400 &&
      !plainOnly &&
      /response_format|verbose_json|timestamp_granularities/.test(await response.clone().text())
    ) {
      plainOnly = true;
      return send(piece, request, model);
    }
    if (!response.ok) await refuse(response);
    const answer = answerShape.safeParse(await response.json().catch(() => undefined));
    if (!answer.success)
      fail("engine-failed", {
        message: "The speech server gave an answer that could not be understood.",
        cause: answer.error,
      });
    return answer.data;
  }

  async function post(form: FormData, signal: AbortSignal): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      let response: Response | undefined;
      let cause: unknown;
      try {
        response = await fetch(url, {
          method: "POST",
          body: form,
          headers: options.apiKey ? { authorization: `Bearer ${options.apiKey}` } : {},
          // A server on an old laptop may need minutes for 90 s of sound.
          signal: AbortSignal.any([signal, AbortSignal.timeout(600_000)]),
        });
      } catch (error) {
        signal.throwIfAborted();
        cause = error;
      }
      if (response && response.status !== 429 && response.status < 500) return response;
      if (attempt === TRIES) {
        if (response) return response;
        fail("engine-failed", {
          message:
            "The speech server could not be reached. Your recording is kept; please try again.",
          cause,
        });
      }
      const asked = Number(response?.headers.get("retry-after"));
      await response?.body?.cancel();
      await wait(
        Number.isFinite(asked) && asked > 0 ? Math.min(asked, 30) * 1000 : 250 * 2 ** attempt,
        undefined,
        { signal },
      ).catch(() => signal.throwIfAborted());
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

/** Whisper reads the last 224 tokens of its prompt (https://platform.openai.com/docs/guides/speech-to-text#prompting): 500 letters are fewer in any language. */
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

async function refuse(response: Response): Promise<never> {
  const said = (await response.text().catch(() => "")).slice(0, 1000);
  const cause = new Error(`The speech server answered ${response.status}: ${said}`);
  if (response.status === 401 || response.status === 403) {
    throw new Failure("engine-unavailable", {
      message:
        "The speech server refused our key. Whoever runs this server can correct LM_STT_OPENAI_KEY.",
      cause,
    });
  }
  if (response.status === 404) {
    throw new Failure("engine-unavailable", {
      message:
        "The speech server does not know this address or model. Whoever runs this server can correct LM_STT_OPENAI_URL and LM_STT_OPENAI_MODEL.",
      cause,
    });
  }
  if (response.status === 429)
    throw new Failure("engine-failed", {
      message: "The speech server takes no more requests at the moment. Please try again later.",
      cause,
    });
  throw new Failure("engine-failed", {
    message: `The speech server failed (${response.status}). Your recording is kept; please try again.`,
    cause,
  });
}
