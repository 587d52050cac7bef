/** The process that speaks and encodes (https://github.com/arseneyr/wasm-media-encoders). */
import { createMp3Encoder, createOggEncoder } from "wasm-media-encoders";
import { speechFormat, wavHeader } from "#server/providers/audio/wav-header.ts";
import { answerRequests } from "#server/providers/processes/forked-child.ts";
import type { SpeechFormat } from "./contract.ts";
import { listEspeakVoices, openEspeakVoice } from "./espeak-voice.ts";
import { openFliteVoice } from "./flite-voice.ts";
import { openSherpaVoice } from "./sherpa-voice.ts";
import type { OpenVoice, Spoken, SpeechRequest } from "./speech-messages.ts";

type OpenRequest = Extract<SpeechRequest, { kind: "open" }>;

let voice: OpenVoice | undefined;
let encode: ((samples: Float32Array) => Uint8Array) | undefined;
let finalize: (() => Uint8Array) | undefined;
let sampleRate = 0;

answerRequests(async (request: SpeechRequest): Promise<unknown> => {
  switch (request.kind) {
    case "voices":
      return listEspeakVoices();
    case "open": {
      if (request.engine) {
        voice = await openVoice(request);
        if (!voice) return { voiceKnown: false };
      }
      sampleRate = request.sampleRate ?? voice!.sampleRate;
      await openEncoder(request.format);
      return { voiceKnown: true };
    }
    case "speak": {
      const { samples, words, phones } = await voice!.say(request.text);
      return {
        audio: samples.length > 0 ? encode!(samples) : new Uint8Array(0),
        seconds: samples.length / sampleRate,
        words,
        ...(phones ? { phones } : {}),
      } satisfies Spoken;
    }
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

function openVoice({ engine, files, voice: id = "", speed = 1 }: OpenRequest) {
  if (files) return openSherpaVoice(files, speed);
  return engine === "flite" ? openFliteVoice(id, speed) : openEspeakVoice(id, speed);
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
      return Buffer.concat([wavHeader(speechFormat(sampleRate), size), ...held]);
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
