/** Which of several sound tracks is heard: the one in which somebody speaks. */
import { speechLikeness } from "./speech-likeness.ts";

/** Spans of a track that are listened to, as shares of its length. */
const LISTEN_AT = [0.02, 0.35, 0.65, 0.9];
export const LISTEN_SECONDS = 12;
const UNKNOWN_SECONDS = 60;

/** The first of those that sound most like speech. @param hear at most LISTEN_SECONDS from a second on */
export async function mostLikeSpeech<Track extends object>(
  tracks: Track[],
  durationSeconds = UNKNOWN_SECONDS,
  hear: (
    track: Track,
    fromSeconds: number,
  ) => Promise<{ samples: Float32Array; sampleRate: number } | undefined>,
): Promise<Track> {
  let best = { track: tracks[0]!, likeness: -1 };
  for (const track of tracks) {
    let likeness = 0;
    for (const share of LISTEN_AT) {
      const heard = await hear(track, durationSeconds * share).catch(() => undefined);
      if (heard) likeness += speechLikeness(heard.samples, heard.sampleRate);
      if (durationSeconds < LISTEN_SECONDS * 2) break;
    }
    if (likeness > best.likeness * 1.1) best = { track, likeness };
  }
  return best.track;
}
