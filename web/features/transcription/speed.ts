/** How fast is spoken, with the pitch kept; remembered on this device. */
import { useCallback, useEffect, useState } from "react";
import type { Playback } from "./playback.ts";

export const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];

export function useSpeed({ audio }: Pick<Playback, "audio">) {
  const [rate, setRate] = useState(remembered);
  useEffect(() => {
    audio.preservesPitch = true;
    audio.defaultPlaybackRate = rate;
    audio.playbackRate = rate;
  }, [audio, rate]);
  const set = useCallback((next: number) => {
    setRate(next);
    try {
      localStorage.setItem("lm-speed", String(next));
    } catch {
      // Storage may be blocked; then it lasts until the page is closed.
    }
  }, []);
  const step = (by: 1 | -1) => {
    const at = Math.max(0, SPEEDS.indexOf(rate)) + by;
    set(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at))]!);
  };
  return { rate, set, step };
}

export type Speed = ReturnType<typeof useSpeed>;

function remembered() {
  try {
    const kept = Number(localStorage.getItem("lm-speed"));
    return SPEEDS.includes(kept) ? kept : 1;
  } catch {
    return 1;
  }
}
