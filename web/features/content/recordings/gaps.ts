import { clock } from "#server/clock.ts";
import type { KeptRecording } from "./piece-store.ts";

/** "12:03 (14 s), 40:10 (3 s)": places in the recording, and how much is missing there. */
export function describeGaps({ gaps = [] }: Pick<KeptRecording, "gaps">) {
  return gaps
    .map(({ at_seconds, seconds }) => `${clock(at_seconds)} (${Math.round(seconds)} s)`)
    .join(", ");
}
