/** Seconds done of seconds total, told as they are known: never back, and never more than the whole. */
import type { AudioDecoder } from "../audio/contract.ts";
import type { TranscribeRequest } from "./contract.ts";

export interface Progress {
  /** The decoder has got this far. */
  heard(seconds: number): void;
  /** Everything before this second has been given to onSegment. */
  reach(seconds: number): Promise<void>;
  /** The whole recording has been heard. Resolves to its length in seconds. */
  finish(): Promise<number>;
}

/** @throws Failure `audio-unreadable` when the file is not audio. */
export async function followProgress(
  decoder: AudioDecoder,
  request: TranscribeRequest,
): Promise<Progress> {
  const { durationSeconds: total } = await decoder.probe(request.path);
  let done = request.fromSeconds ?? 0;
  let heardUntil = 0;
  await request.onProgress(done, total);
  return {
    heard: (seconds) => void (heardUntil = seconds),
    async reach(seconds) {
      const next = total === undefined ? seconds : Math.min(seconds, total);
      if (next <= done) return;
      done = next;
      await request.onProgress(done, total);
    },
    async finish() {
      request.signal.throwIfAborted();
      // A resumed run past the end hears nothing: then what the file says, or where we were, is the best there is.
      const length =
        heardUntil > 0 ? Math.max(heardUntil, request.fromSeconds ?? 0) : (total ?? done);
      await request.onProgress(Math.max(done, length), Math.max(done, length));
      return length;
    },
  };
}
