/**
 * Text to speech.
 *
 * - **Voice**: what the engine calls it (`en-us`, `alloy`); shown with its language.
 * - **Read-along word**: where a word stands in the text (UTF-16 offsets) and in the sound (seconds).
 */
import type { Readable } from "node:stream";

export interface Voice {
  id: string;
  label: string;
  /** BCP 47. */
  language: string;
}

/** `start` and `end` in seconds of the sound; the offsets (UTF-16) in the text. */
export interface SpokenWord {
  start: number;
  end: number;
  start_offset: number;
  end_offset: number;
}

export type SpeechFormat = "mp3" | "ogg" | "wav";

export interface SpeakRequest {
  text: string;
  voice: string;
  /** How many times the voice's own pace, which is 1; within the engine's `speeds`. */
  speed: number;
  format: SpeechFormat;
  signal: AbortSignal;
  /** Fraction of the text done, 0 to 1. */
  onProgress?(fraction: number): void;
}

export interface SpokenAudio {
  /** Encoded audio as it is made. */
  audio: Readable;
  /** Known once `audio` has ended. */
  finished: Promise<{ durationSeconds: number; words?: SpokenWord[] }>;
}

export interface TtsEngine {
  name: string;
  label: string;
  /** BCP 47 without region, the only ones it speaks now; left out: nearly all. */
  languages?(): Promise<string[]>;
  availability(): Promise<{ available: true } | { available: false; remedy: string }>;
  voices(): Promise<Voice[]>;
  /** What it really speaks at: nothing beyond is clamped. */
  speeds: { slowest: number; fastest: number };
  /** The voice for a language (BCP 47) when the student chose none. */
  defaultVoice(language?: string): Promise<string>;
  /** @throws Failure `engine-unavailable`, `engine-failed`, `voice-unknown`. */
  speak(request: SpeakRequest): Promise<SpokenAudio>;
}

export interface TextToSpeech {
  engines: TtsEngine[];
  /**
   * The first that speaks the language (BCP 47) where none is named; one that speaks only some is not chosen for what
   * nobody knows.
   * @throws Failure `engine-unavailable`.
   */
  choose(name?: string, language?: string): Promise<TtsEngine>;
}
