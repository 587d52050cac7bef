import { placesOf } from "./find-in-text.ts";

/** Words that are said more than half a minute away are other words. */
const REACH_SECONDS = 30;

/**
 * Where a quotation stands in another transcript of the same sound: the place nearest to its second.
 * @param secondsAt never falls as offsets grow.
 */
export function nearestInTime(
  text: string,
  quote: string,
  seconds: number,
  secondsAt: (offset: number) => number,
): number | undefined {
  const from = firstOffset(text.length, (at) => secondsAt(at) >= seconds - REACH_SECONDS);
  const to = firstOffset(text.length, (at) => secondsAt(at) > seconds + REACH_SECONDS);
  let best: { at: number; apart: number } | undefined;
  for (const place of placesOf(text.slice(from, to + quote.length), quote)) {
    const at = from + place;
    const apart = Math.abs(secondsAt(at) - seconds);
    if (apart <= REACH_SECONDS && (!best || apart < best.apart)) best = { at, apart };
  }
  return best?.at;
}

/** The first from which on it holds. */
function firstOffset(length: number, holds: (offset: number) => boolean) {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
