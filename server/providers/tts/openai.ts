/**
 * Servers that speak OpenAI's API: OpenAI, Kokoro-FastAPI, openedai-speech and the like.
 * https://platform.openai.com/docs/api-reference/audio/createSpeech
 */
import { Readable } from "node:stream";
import { fail, Failure } from "#server/failures.ts";
import { NotReached, post, Refused } from "#server/providers/openai-servers/post.ts";
import { forkChild, type ForkedChild } from "#server/providers/processes/forked-child.ts";
import { withoutEnd } from "#server/without-end.ts";
import { askChild } from "./ask-child.ts";
import type { SpeakRequest, SpokenAudio, TtsEngine, Voice } from "./contract.ts";
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
  const server = {
    base: withoutEnd(options.baseUrl, "/"),
    model: options.model,
    headers: {
      "content-type": "application/json",
      ...(options.apiKey && { authorization: `Bearer ${options.apiKey}` }),
    },
  };
  let known: Promise<Voice[]> | undefined;
  const voices = () => (known ??= askVoices(server));
  return {
    name: "openai",
    label: `Voice server ${new URL(server.base).host}`,
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
      const [head] = piecesOf(request.text);
      const first = head ? await askSound(server, request, head.text) : Buffer.alloc(0);
      return streamOf(server, request, first);
    },
  };
}

interface Server {
  base: string;
  model: string;
  headers: Record<string, string>;
}

function piecesOf(text: string) {
  return inTextPieces(text, PIECE_LENGTH).filter((piece) => piece.text.trim() !== "");
}

async function askSound(server: Server, request: SpeakRequest, text: string): Promise<Buffer> {
  try {
    const response = await post(`${server.base}/audio/speech`, {
      body: JSON.stringify({
        model: server.model,
        voice: request.voice,
        input: text,
        speed: request.speed,
        // MP3 passes through; the others are encoded here from WAV, which every server gives.
        response_format: request.format === "mp3" ? "mp3" : "wav",
      }),
      headers: server.headers,
      signal: request.signal,
      retries: 2,
      timeoutMs: 300_000,
    });
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    request.signal.throwIfAborted();
    throw asFailure(error, request.voice);
  }
}

function asFailure(error: unknown, voice: string) {
  // A TypeError is a connection that broke within the sound.
  if (error instanceof NotReached || error instanceof TypeError)
    return new Failure("engine-failed", {
      message: "The voice server could not be reached. Please try again.",
      cause: error,
    });
  if (!(error instanceof Refused)) return error;
  const { status, said } = error;
  if (status === 401 || status === 403)
    return new Failure("engine-unavailable", {
      message:
        "The voice server refused our key. Whoever runs this server can correct LM_TTS_OPENAI_KEY.",
      cause: error,
    });
  if (status >= 500 || status === 429)
    return new Failure("engine-failed", {
      message: `The voice server failed (${status}). Please try again.`,
      cause: error,
    });
  return /voice/i.test(said)
    ? new Failure("voice-unknown", {
        message: `The voice server has no voice "${voice}".`,
        cause: error,
      })
    : new Failure("engine-failed", {
        message: `The voice server refused the text (${status}).`,
        cause: error,
      });
}

function streamOf(server: Server, request: SpeakRequest, first: Buffer): SpokenAudio {
  const {
    promise: finished,
    resolve,
    reject,
  } = Promise.withResolvers<{ durationSeconds: number }>();
  // Whoever reads the sound sees the error there, too.
  finished.catch(() => {});
  let durationSeconds = 0;
  async function* told() {
    try {
      yield* sound(server, request, first, (seconds) => (durationSeconds += seconds));
      resolve({ durationSeconds });
    } catch (error) {
      reject(error);
      throw error;
    } finally {
      reject(new Error("The sound was not read to its end."));
    }
  }
  return { audio: Readable.from(told(), { objectMode: false }), finished };
}

async function* sound(
  server: Server,
  request: SpeakRequest,
  first: Buffer,
  onSeconds: (seconds: number) => void,
): AsyncGenerator<Buffer> {
  const encoder = createEncoder(request.format);
  try {
    for (const [index, piece] of piecesOf(request.text).entries()) {
      const given = index === 0 ? first : await askSound(server, request, piece.text);
      if (request.format === "mp3") {
        onSeconds(await mp3Seconds(given));
        yield given;
      } else {
        const { audio, seconds } = await encoder.encode(given);
        onSeconds(seconds);
        if (audio.length > 0) yield Buffer.from(audio);
      }
      request.onProgress?.(Math.min(1, (piece.offset + piece.text.length) / request.text.length));
      request.signal.throwIfAborted();
    }
    const last = await encoder.finish();
    if (last) yield Buffer.from(last);
  } finally {
    encoder.close();
  }
}

/** The server's WAV in the wanted format, in a process that is started with the first piece. */
function createEncoder(format: SpeakRequest["format"]) {
  let child: ForkedChild | undefined;
  return {
    async encode(bytes: Buffer) {
      const wav = readWav(bytes);
      if (!wav)
        fail("engine-failed", {
          message: "The voice server gave a sound that could not be understood.",
        });
      if (!child) {
        child = forkChild(new URL("speech-child.ts", import.meta.url));
        await ask(child, { kind: "open", format, sampleRate: wav.sampleRate });
      }
      return ask<Spoken>(child, { kind: "encode", samples: wav.samples });
    },
    async finish() {
      return child && ask<Uint8Array>(child, { kind: "finish" });
    },
    close() {
      child?.kill();
    },
  };
}

/** Not OpenAI's own, but Kokoro-FastAPI and others tell their voices here. */
async function askVoices({ base, headers }: Server): Promise<Voice[]> {
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
        : ((voice as { id?: unknown; name?: unknown })?.id ?? (voice as { name?: unknown })?.name);
    return typeof id === "string" ? [id] : [];
  });
  // Its voices speak whatever language the text is in: "mul", several languages (ISO 639-2).
  return (ids.length > 0 ? ids : VOICES).map((id) => ({ id, label: id, language: "mul" }));
}

function ask<Answer>(child: ForkedChild, request: SpeechRequest): Promise<Answer> {
  return askChild(child, request, "The sound could not be encoded. Please try again.");
}
