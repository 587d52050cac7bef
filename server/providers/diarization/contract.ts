/**
 * Who speaks when, by the sound of voices.
 *
 * - **Turn**: a span that one voice speaks, in seconds from the start of the recording; turns of two voices may
 *   overlap.
 * - **Voice**: a number from 1, in the order in which they are first heard; it is nobody's name.
 */
export interface Turn {
  start: number;
  end: number;
  voice: number;
}

export interface DiarizeRequest {
  /** A file on this machine in any container that the audio decoder reads. */
  path: string;
  /** Of a file with several sound tracks, from 0; left out means the one with speech. */
  track?: number;
  /** How many people speak; left out means find out. */
  voices?: number;
  /** Length of the recording, where it is known: without it nobody is told how far it is. */
  seconds?: number;
  /** 0 to 1. */
  onProgress?(fraction: number): void;
  /** Aborting kills the engine's process and rejects with the signal's reason. */
  signal: AbortSignal;
}

export interface Diarization {
  name: string;
  /** `remedy`: one sentence that tells the person what to do. */
  availability(): Promise<{ available: true } | { available: false; remedy: string }>;
  /**
   * Turns in order of their start.
   * @throws Failure `engine-unavailable`, `audio-unreadable`, `engine-failed` (may be retried).
   */
  diarize(request: DiarizeRequest): Promise<{ model: string; turns: Turn[] }>;
}
