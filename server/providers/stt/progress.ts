/** Seconds done of seconds total, told as they are known: never back, and never more than the whole. */
import type { AudioDecoder } from "#server/providers/audio/contract.ts";
import type { TranscribeRequest } from "./contract.ts";
import { hearSpeech } from "./voice-activity.ts";

export interface Progress {
  /** The decoder has got this far. */
  heard(seconds: number): void;
  /** Everything before this second has been given to onSegment. */
  reach(seconds: number): Promise<void>;
  /** The whole recording has been heard. Resolves to its length in seconds. */
  finish(): Promise<number>;
}

/**
 * The speech in a recording from the second where the request begins. The file is probed while the detector starts,
 * which is 0.1 s of the 8 s that five minutes take. A file that is not audio fails in `heard`, with `audio-unreadable`.
 */
export function hearRecording(decoder: AudioDecoder, request: TranscribeRequest) {
  const from = { fromSeconds: request.fromSeconds ?? 0 };
  const progress = followProgress(decoder, request);
  // Awaited below; until then a rejection is not "unhandled".
  progress.catch(() => {});
  async function* chunks() {
    await progress;
    yield* decoder.decode(request.path, {
      ...from,
      signal: request.signal,
      ...(request.track !== undefined && { track: request.track }),
    });
  }
  async function* heard() {
    for await (const each of hearSpeech(chunks(), from)) {
      (await progress).heard(each.heardUntil);
      yield each;
    }
  }
  return { progress, heard: heard() };
}

async function followProgress(
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
