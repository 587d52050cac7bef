/** What is asked of the process that speaks, and what it answers. */
import type { SpeechFormat } from "./contract.ts";

export type SpeechRequest =
  | { kind: "voices" }
  | {
      kind: "open";
      format: SpeechFormat;
      /** Left out: only to encode samples of `sampleRate`. */
      engine?: "espeak" | "flite" | "sherpa";
      /** Where the voice is one of sherpa-onnx. */
      files?: VoiceFiles;
      sampleRate?: number;
      voice?: string;
      /** How many times the voice's own pace. */
      speed?: number;
    }
  | { kind: "speak"; text: string }
  | { kind: "encode"; samples: Float32Array }
  | { kind: "finish" };

/** A voice of sherpa-onnx on disk; the numbers of speakers are from 0. */
export type VoiceFiles = (PiperFiles | KokoroFiles) & {
  speaker: number;
  /** A folder of ours for what is made of them. */
  cacheDir: string;
};

/** Paths of the model and of what Piper says about it. */
export interface PiperFiles {
  kind: "piper";
  model: string;
  settings: string;
}

export interface KokoroFiles {
  kind: "kokoro";
  model: string;
  voices: string;
  tokens: string;
  /** eSpeak's name of the language, or pronunciations. */
  espeak?: string;
  lexicon?: string;
  /** What numbers and dates are said as. */
  rules: string[];
}

export interface ChildVoice {
  id: string;
  name: string;
}

export interface Spoken {
  audio: Uint8Array;
  seconds: number;
  /** Where each word begins: code points into the text, seconds into this piece. */
  words: { position: number; seconds: number }[];
  /** Of an engine that says not where its words are: its sounds in seconds, without the pauses. */
  phones?: { start: number; end: number }[];
}

/** A voice that says a piece at once. */
export interface OpenVoice {
  sampleRate: number;
  say(text: string): Promise<Said> | Said;
}

export interface Said {
  samples: Float32Array;
  words: Spoken["words"];
  phones?: Spoken["phones"];
}
