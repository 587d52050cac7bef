/**
 * Servers that speak OpenAI's API: OpenAI, Kokoro-FastAPI, openedai-speech and the like.
 * https://platform.openai.com/docs/api-reference/audio/createSpeech
 */
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { fail } from "#server/failures.ts";
import {
  ChildDied,
  ChildError,
  forkChild,
  type ForkedChild,
} from "#server/providers/processes/forked-child.ts";
import type { SpeakRequest, TtsEngine, Voice } from "./contract.ts";
import { mp3Seconds } from "./mp3-duration.ts";
import type { Spoken, SpeechRequest } from "./speech-messages.ts";
import { inTextPieces } from "./text-pieces.ts";
import { readWav } from "./wav.ts";

export interface OpenAiSpeechOptions {
  /** Up to and without `/audio/speech`, such as `https://api.openai.com/v1`. */
  baseUrl: string;
  apiKey?: string | undefined;
  model: string;
}

/** The service takes 4,096 characters; less lets the sound begin earlier. */
const PIECE_LENGTH = 1500;
const TRIES = 3;
const VOICES = [
  "alloy",
  "ash",
  "ballad",
  "coral",
  "echo",
  "fable",
  "nova",
  "onyx",
  "sage",
  "shimmer",
  "verse",
];

export function createOpenAiSpeech(options: OpenAiSpeechOptions): TtsEngine {
  const base = options.baseUrl.replace(/\/+$/, "");
  const headers = {
    "content-type": "application/json",
    ...(options.apiKey && { authorization: `Bearer ${options.apiKey}` }),
  };
  let known: Promise<Voice[]> | undefined;

  async function post(request: SpeakRequest, text: string): Promise<Buffer> {
    const body = JSON.stringify({
      model: options.model,
      voice: request.voice,
      input: text,
      speed: request.speed,
      // MP3 passes through; the others are encoded here from WAV, which every server gives.
      response_format: request.format === "mp3" ? "mp3" : "wav",
    });
    for (let attempt = 1; ; attempt += 1) {
      try {
        const signal = AbortSignal.any([request.signal, AbortSignal.timeout(300_000)]);
        const response = await fetch(`${base}/audio/speech`, {
          method: "POST",
          headers,
          body,
          signal,
        });
        if (response.ok) return Buffer.from(await response.arrayBuffer());
        const said = (await response.text()).slice(0, 500);
        const cause = new Error(`The voice server answered ${response.status}: ${said}`);
        if (response.status === 401 || response.status === 403)
          fail("engine-unavailable", {
            message:
              "The voice server refused our key. Whoever runs this server can correct LM_TTS_OPENAI_KEY.",
            cause,
          });
        if (response.status < 500 && response.status !== 429) {
          if (/voice/i.test(said))
            fail("voice-unknown", {
              message: `The voice server has no voice "${request.voice}".`,
              cause,
            });
          fail("engine-failed", {
            message: `The voice server refused the text (${response.status}).`,
            cause,
          });
        }
        if (attempt === TRIES)
          fail("engine-failed", {
            message: `The voice server failed (${response.status}). Please try again.`,
            cause,
          });
      } catch (error) {
        request.signal.throwIfAborted();
        if (
          !(
            error instanceof TypeError ||
            (error instanceof DOMException && error.name === "TimeoutError")
          )
        )
          throw error;
        if (attempt === TRIES)
          fail("engine-failed", {
            message: "The voice server could not be reached. Please try again.",
            cause: error,
          });
      }
      await wait(250 * 2 ** attempt, undefined, { signal: request.signal }).catch(() =>
        request.signal.throwIfAborted(),
      );
    }
  }

  async function* speak(
    request: SpeakRequest,
    first: Buffer,
    onSeconds: (seconds: number) => void,
  ): AsyncGenerator<Buffer> {
    const pieces = inTextPieces(request.text, PIECE_LENGTH).filter(
      (piece) => piece.text.trim() !== "",
    );
    let encoder: ForkedChild | undefined;
    try {
      for (const [index, piece] of pieces.entries()) {
        const sound = index === 0 ? first : await post(request, piece.text);
        if (request.format === "mp3") {
          onSeconds(mp3Seconds(sound));
          yield sound;
        } else {
          const wav = readWav(sound);
          if (!wav)
            fail("engine-failed", {
              message: "The voice server gave a sound that could not be understood.",
            });
          if (!encoder) {
            encoder = forkChild(new URL("speech-child.ts", import.meta.url));
            await ask(encoder, {
              kind: "open",
              format: request.format,
              sampleRate: wav.sampleRate,
            });
          }
          const { audio, seconds } = await ask<Spoken>(encoder, {
            kind: "encode",
            samples: wav.samples,
          });
          onSeconds(seconds);
          if (audio.length > 0) yield Buffer.from(audio);
        }
        request.onProgress?.(Math.min(1, (piece.offset + piece.text.length) / request.text.length));
        request.signal.throwIfAborted();
      }
      if (encoder) yield Buffer.from(await ask<Uint8Array>(encoder, { kind: "finish" }));
    } finally {
      encoder?.kill();
    }
  }

  /** Not OpenAI's own, but Kokoro-FastAPI and others tell their voices here. */
  async function askVoices(): Promise<Voice[]> {
    const response = await fetch(`${base}/audio/voices`, {
      headers,
      signal: AbortSignal.timeout(5000),
    }).catch(() => undefined);
    const body = response?.ok
      ? ((await response.json().catch(() => undefined)) as { voices?: unknown[] } | undefined)
      : undefined;
    const ids = (body?.voices ?? []).flatMap((voice) => {
      const id =
        typeof voice === "string"
          ? voice
          : ((voice as { id?: unknown; name?: unknown })?.id ??
            (voice as { name?: unknown })?.name);
      return typeof id === "string" ? [id] : [];
    });
    // Its voices speak whatever language the text is in: "mul", several languages (ISO 639-2).
    return (ids.length > 0 ? ids : VOICES).map((id) => ({ id, label: id, language: "mul" }));
  }
  const voices = () => (known ??= askVoices());

  return {
    name: "openai",
    label: `Voice server ${new URL(base).host}`,
    async availability() {
      return { available: true };
    },
    voices,
    // As the service documents it.
    speeds: { slowest: 0.25, fastest: 4 },
    async defaultVoice() {
      return (await voices())[0]?.id ?? "alloy";
    },
    async speak(request) {
      request.signal.throwIfAborted();
      // The first piece is awaited, so that a refusal is an error of this call and not of the stream.
      const [head] = inTextPieces(request.text, PIECE_LENGTH).filter(
        (piece) => piece.text.trim() !== "",
      );
      const first = head ? await post(request, head.text) : Buffer.alloc(0);
      const {
        promise: finished,
        resolve,
        reject,
      } = Promise.withResolvers<{ durationSeconds: number }>();
      finished.catch(() => {});
      let durationSeconds = 0;
      async function* told() {
        try {
          yield* speak(request, first, (seconds) => (durationSeconds += seconds));
          resolve({ durationSeconds });
        } catch (error) {
          reject(error);
          throw error;
        } finally {
          reject(new Error("The sound was not read to its end."));
        }
      }
      return { audio: Readable.from(told(), { objectMode: false }), finished };
    },
  };
}

async function ask<Answer>(child: ForkedChild, request: SpeechRequest): Promise<Answer> {
  try {
    return await child.request<Answer>(request);
  } catch (error) {
    if (!(error instanceof ChildDied || error instanceof ChildError)) throw error;
    return fail("engine-failed", {
      message: "The sound could not be encoded. Please try again.",
      cause: error,
    });
  }
}
