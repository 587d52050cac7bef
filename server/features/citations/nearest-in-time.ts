/** Words that are said more than half a minute away are other words. */
const REACH_SECONDS = 30;

/** Where a quotation stands in another transcript of the same sound: the place nearest to its second. */
export function nearestInTime(
  text: string,
  quote: string,
  seconds: number,
  secondsAt: (offset: number) => number,
): number | undefined {
  let best: { at: number; apart: number } | undefined;
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    const apart = Math.abs(secondsAt(at) - seconds);
    if (apart <= REACH_SECONDS && (!best || apart < best.apart)) best = { at, apart };
  }
  return best?.at;
}
