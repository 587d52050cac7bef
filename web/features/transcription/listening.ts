/** Ways of listening: one sentence again and again, and without the silence. */
import { useEffect, useState } from "react";
import type { Segment } from "#server/features/transcription/shapes.ts";
import type { Playback } from "./playback.ts";
import { indexAtTime, placeWords, SENTENCE_END } from "./words.ts";

/** Seconds. */
export interface Span {
  start: number;
  end: number;
}

/** Shorter pauses belong to speech. */
const SILENCE_SECONDS = 2;
/** A breath is left before the next word. */
const LEAD_SECONDS = 0.4;
/** Captions without full stops would else be one sentence. */
const LONGEST_SENTENCE_SECONDS = 40;

/** Where nobody speaks, in order; the last one has no end. */
function silencesOf(segments: Segment[]): Span[] {
  const silences: Span[] = [];
  let spoken = 0;
  for (const segment of segments) {
    for (const { start, end } of placeWords(segment)) {
      if (start - spoken >= SILENCE_SECONDS)
        silences.push({ start: spoken + LEAD_SECONDS, end: start - LEAD_SECONDS });
      spoken = Math.max(spoken, end);
    }
  }
  return silences;
}

/** The sentence that is heard at this second, over as many segments as it takes. */
function sentenceAt(segments: Segment[], seconds: number): Span | undefined {
  const at = indexAtTime(segments, seconds);
  const heard = segments[at];
  if (!heard) return undefined;
  let first = at;
  while (
    first > 0 &&
    !SENTENCE_END.test(segments[first - 1]!.text) &&
    heard.end - segments[first - 1]!.start <= LONGEST_SENTENCE_SECONDS
  )
    first -= 1;
  const { start } = segments[first]!;
  let last = at;
  while (
    last < segments.length - 1 &&
    !SENTENCE_END.test(segments[last]!.text) &&
    segments[last + 1]!.end - start <= LONGEST_SENTENCE_SECONDS
  )
    last += 1;
  return { start, end: segments[last]!.end };
}

export function useListening(playback: Playback, segments: Segment[]) {
  const [loop, setLoop] = useState<Span>();
  const [skipping, setSkipping] = useState(false);
  useEffect(() => {
    if (!loop) return;
    return playback.onTime((seconds) => {
      // Whoever jumps elsewhere wants to be there.
      if (seconds < loop.start - 1 || seconds > loop.end + 1) setLoop(undefined);
      else if (seconds >= loop.end) playback.seek(loop.start, { play: true });
    });
  }, [playback, loop]);
  useEffect(() => {
    if (!skipping) return;
    const silences = silencesOf(segments);
    return playback.onTime((seconds) => {
      if (playback.audio.paused) return;
      const silence = silences.findLast(({ start }) => start <= seconds);
      if (silence && silence.end - seconds > LEAD_SECONDS) playback.seek(silence.end);
    });
  }, [playback, segments, skipping]);
  return {
    loop,
    skipping,
    toggleLoop: () => setLoop(loop ? undefined : sentenceAt(segments, playback.audio.currentTime)),
    toggleSkipping: () => setSkipping(!skipping),
  };
}

export type Listening = ReturnType<typeof useListening>;
