/**
 * Speech to text.
 *
 * - **Engine**: one way to recognise speech (`sherpa`, `openai`, `pocketsphinx`).
 * - **Model**: the weights an engine runs; an engine may have several, or none to choose from.
 * - **Segment**: a timed span of text, in order, not overlapping; seconds from the start of the recording.
 */
import type { JobPriority } from "#server/vocabulary.ts";

/** Times in seconds from the beginning of the recording. */
export interface Word {
  text: string;
  start: number;
  end: number;
  /** 0 to 1; left out where the engine gives none. */
  confidence?: number;
}

/** Times in seconds from the beginning of the recording. */
export interface Segment {
  start: number;
  end: number;
  text: string;
  words?: Word[];
  confidence?: number;
}

export interface TranscribeRequest {
  /** A file on this machine in any container that the audio decoder reads. */
  path: string;
  /** BCP 47; left out means detect. */
  language?: string;
  model?: string;
  /** Of a file with several sound tracks, from 0; left out means the one with speech. */
  track?: number;
  /** Continue here: no segment that starts before this second is given again. */
  fromSeconds?: number;
  /**
   * Terms and names that may be spoken, the likeliest first: for engines that can be told what to listen for, each of
   * which takes as many as it can.
   */
  hotWords?: string[];
  /** Aborting kills the engine's processes and rejects with the signal's reason. */
  signal: AbortSignal;
  /** Called in order of time, and awaited: a segment is saved before the next one is given. */
  onSegment(segment: Segment): Promise<void>;
  /** Seconds of audio done; never goes back. Everything before it has been given to onSegment. */
  onProgress(secondsDone: number, secondsTotal: number | undefined): Promise<void>;
}

export interface TranscribeResult {
  model: string | undefined;
  language: string | undefined;
  durationSeconds: number;
}

export type Availability =
  | { available: true; models: string[]; defaultModel?: string }
  /** `remedy`: one sentence that tells the person what to do. */
  | { available: false; remedy: string };

export interface SttEngine {
  name: string;
  label: string;
  /** True where the words are known to be unreliable; the student is told so. */
  rough: boolean;
  availability(): Promise<Availability>;
  /** @throws Failure `engine-unavailable`, `audio-unreadable`, `engine-failed` (may be retried). */
  transcribe(request: TranscribeRequest): Promise<TranscribeResult>;
}

export interface SpeechToText {
  /** In order of preference: `auto` takes the first that is available. */
  engines: SttEngine[];
  /**
   * The engine of that name; with `auto` or nothing the one for jobs of this priority, with its model; where none is
   * set for it the ordinary one, or the best present.
   * @throws Failure `engine-unavailable` whose sentence says what to do.
   */
  choose(name?: string, priority?: JobPriority): Promise<SttEngine>;
}
