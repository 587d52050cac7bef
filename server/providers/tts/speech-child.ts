/**
 * The process that speaks (espeak-ng in WebAssembly) and encodes.
 * https://github.com/echogarden-project/espeak-ng-emscripten, https://github.com/arseneyr/wasm-media-encoders
 */
import { createMp3Encoder, createOggEncoder } from "wasm-media-encoders";
import { answerRequests } from "#server/providers/processes/forked-child.ts";
import type { SpeechFormat } from "./contract.ts";
import { wavHeader } from "./wav.ts";

export type SpeechRequest =
  | { kind: "voices" }
  | {
      kind: "open";
      format: SpeechFormat;
      sampleRate?: number;
      voice?: string;
      wordsPerMinute?: number;
    }
  | { kind: "speak"; text: string }
  | { kind: "encode"; samples: Float32Array }
  | { kind: "finish" };

export interface ChildVoice {
  id: string;
  name: string;
}

export interface Spoken {
  audio: Uint8Array;
  seconds: number;
  /** Where each word begins: code points into the text, seconds into this piece. */
  words: { position: number; seconds: number }[];
}

interface Espeak {
  samplerate: number;
  rate: number;
  set_voice(name: string): number;
  list_voices(): { name: string; identifier: string; languages: { name: string }[] }[];
  synthesize(
    text: string,
    onAudio: (
      audio: Int16Array,
      events: { type: string; text_position: number; audio_position: number }[],
    ) => boolean,
  ): void;
}

let espeak: Espeak | undefined;
let encode: ((samples: Float32Array) => Uint8Array) | undefined;
let finalize: (() => Uint8Array) | undefined;
let sampleRate = 0;

answerRequests(async (request: SpeechRequest): Promise<unknown> => {
  switch (request.kind) {
    case "voices": {
      const voices = (await loadEspeak()).list_voices();
      return voices.map(({ name, languages }): ChildVoice => ({ id: languages[0]!.name, name }));
    }
    case "open": {
      sampleRate = request.sampleRate ?? (await loadEspeak()).samplerate;
      if (request.voice !== undefined) {
        const { voice: id } = request;
        // By its file: espeak itself finds "en-gb" and "fr-fr" under no other name.
        const voice = espeak!.list_voices().find(({ languages }) => languages[0]!.name === id);
        if (!voice || espeak!.set_voice(voice.identifier) !== 0) return { voiceKnown: false };
        espeak!.rate = request.wordsPerMinute ?? 175;
      }
      await openEncoder(request.format);
      return { voiceKnown: true };
    }
    case "speak":
      return speak(request.text);
    case "encode":
      return {
        audio: encode!(request.samples),
        seconds: request.samples.length / sampleRate,
        words: [],
      } satisfies Spoken;
    case "finish":
      return finalize!();
  }
});

async function loadEspeak() {
  if (espeak) return espeak;
  const { default: init } = (await import("@echogarden/espeak-ng-emscripten" as string)) as {
    default: () => Promise<{ eSpeakNGWorker: new () => Espeak }>;
  };
  const { eSpeakNGWorker } = await init();
  espeak = new eSpeakNGWorker();
  return espeak;
}

function speak(text: string): Spoken {
  const pieces: Int16Array[] = [];
  const words: Spoken["words"] = [];
  espeak!.synthesize(text, (audio, events) => {
    pieces.push(audio);
    for (const event of events) {
      if (event.type === "word")
        words.push({ position: event.text_position - 1, seconds: event.audio_position / 1000 });
    }
    return false;
  });
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const samples = new Float32Array(length);
  let at = 0;
  for (const piece of pieces) {
    for (let i = 0; i < piece.length; i += 1) samples[at + i] = piece[i]! / 32_768;
    at += piece.length;
  }
  return {
    audio: length > 0 ? encode!(samples) : new Uint8Array(0),
    seconds: length / sampleRate,
    words,
  };
}

async function openEncoder(format: SpeechFormat) {
  if (format === "wav") {
    // The header says how long it is, so that WAV is held here until its end: 2.6 MB a minute.
    const held: Uint8Array[] = [];
    encode = (samples) => {
      const bytes = Buffer.alloc(samples.length * 2);
      samples.forEach((sample, index) =>
        bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), index * 2),
      );
      held.push(bytes);
      return new Uint8Array(0);
    };
    finalize = () => {
      const size = held.reduce((sum, piece) => sum + piece.length, 0);
      return Buffer.concat([wavHeader(size, sampleRate), ...held]);
    };
    return;
  }
  const encoder = format === "mp3" ? await createMp3Encoder() : await createOggEncoder();
  if (format === "mp3")
    (encoder as Awaited<ReturnType<typeof createMp3Encoder>>).configure({
      sampleRate,
      channels: 1,
      bitrate: 64,
    });
  else
    (encoder as Awaited<ReturnType<typeof createOggEncoder>>).configure({
      sampleRate,
      channels: 1,
      vbrQuality: 3,
    });
  // The encoder keeps the memory of what it returns. It takes 30 s at most at once.
  encode = (samples) => {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < samples.length; at += 30 * sampleRate) {
      parts.push(encoder.encode([samples.subarray(at, at + 30 * sampleRate)]).slice());
    }
    return Buffer.concat(parts);
  };
  finalize = () => encoder.finalize().slice();
}
