/**
 * Decoding: any common audio or video container becomes a stream of 16 kHz mono samples.
 *
 * - **Samples** are 32-bit floats from -1 to 1, 16,000 a second, one channel.
 * - **Chunk**: a bounded span of samples; no file is ever held whole in memory.
 */
export const SAMPLE_RATE = 16_000;

export interface AudioInfo {
  /** Seconds of the longest audio track; undefined where the container does not say without decoding all of it. */
  durationSeconds?: number;
  /** IANA media type decided by the content. */
  mimeType: string;
  /** Where there are several: all of them, and the one that is heard unless another is asked for. */
  tracks?: AudioTrack[];
  track?: number;
}

export interface AudioTrack {
  /** From 0, in the order of the file. */
  number: number;
  codec: string;
  readable: boolean;
  name?: string;
  /** ISO 639, as the file says. */
  language?: string;
}

export interface AudioDecoder {
  /** `ffmpeg` when it is on PATH, else `embedded` (WebAssembly). */
  name: "ffmpeg" | "embedded";
  /** File extensions of what it reads, without the dot: what a student can be told. */
  formats: readonly string[];
  /** @throws Failure `audio-unreadable` (not audio, empty, truncated beyond use), with a sentence for the student. */
  probe(path: string): Promise<AudioInfo>;
  /**
   * Chunks of at most 30 s, in order.
   * @throws Failure `audio-unreadable`; the abort reason when `signal` aborts (the decoding process is then gone).
   */
  decode(
    path: string,
    options?: { fromSeconds?: number; signal?: AbortSignal; track?: number },
  ): AsyncIterable<Float32Array>;
}
