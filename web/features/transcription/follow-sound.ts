import { useEffect, type RefObject } from "react";
import type { Segment } from "#server/features/transcription/shapes.ts";
import { scrollBehavior, topOfSight } from "../../ui/scroll.ts";
import type { Playback } from "./playback.ts";
import { elementOf, highlight } from "./word-highlights.ts";
import { indexAtTime, wordAtTime } from "./words.ts";

/** After scrolling by hand the text does not run away under the reader's eyes. */
const HANDS_OFF_MS = 6000;

/** Lights up the segment and the word that are heard, and keeps them in sight. */
export function useFollowing(
  container: RefObject<HTMLDivElement | null>,
  playback: Playback,
  segments: Segment[],
  handsAt: RefObject<number>,
) {
  useEffect(() => {
    let lit: HTMLElement | undefined;
    let litWord: unknown;
    const stop = playback.onTime((seconds) => {
      const root = container.current;
      if (!root) return;
      const segment = segments[indexAtTime(segments, seconds)];
      const element = (segment && elementOf(root, segment)) ?? undefined;
      if (element !== lit) {
        lit?.removeAttribute("data-playing");
        element?.setAttribute("data-playing", "");
        lit = element;
        if (element && !playback.audio.paused && performance.now() - handsAt.current > HANDS_OFF_MS)
          keepInSight(element);
      }
      const word = segment && wordAtTime(segment, seconds);
      if (word === litWord) return;
      litWord = word;
      highlight(
        "lm-playing",
        root,
        segment && word?.timed && seconds < segment.end + 1
          ? [{ segment, from: word.from, to: word.to }]
          : [],
      );
    });
    return () => {
      stop();
      lit?.removeAttribute("data-playing");
    };
  }, [container, playback, segments, handsAt]);
}

function keepInSight(element: HTMLElement) {
  const { top, bottom } = element.getBoundingClientRect();
  if (top < topOfSight() + 20 || bottom > innerHeight - 120)
    element.scrollIntoView({ block: "center", behavior: scrollBehavior() });
}
