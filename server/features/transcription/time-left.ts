/** How long a run will still take, measured from this run alone, with how far that may be off. */
export interface TimeLeft {
  seconds: number;
  /** Two of three estimates are within this many seconds of what comes. */
  margin_seconds: number;
}

/** Fewer measurements than this say nothing: the first seconds go into loading the model. */
const FEWEST = 4;
/** Only the last steps count: another job on the machine may have come or gone. */
const REMEMBERED = 60;
/** Earlier forecasts that are compared with what came; every other one goes when there are more. */
const FORECASTS = 128;
/**
 * As long as a run has no forecasts to be judged by: the natural logarithm of how far off the pace is that two of three
 * stay within, as measured in runs on a machine that others used too (recorded-runs.json).
 */
const UNKNOWN = 0.35;
/**
 * Of the forecasts so far, so many were no further off; what is further ahead is allowed more (`offBy`). Chosen by
 * time-left.test.ts.
 */
const SHARE = 0.55;

interface Point {
  audio: number;
  wall: number;
}

/**
 * The steps of a run are not independent: a machine that is slow now is likely to be slow for the next minutes, so that
 * a spread of steps, divided by the root of their number, promises far too much. What is promised is what this run's
 * own earlier forecasts would have kept: each is compared with the pace that came after it.
 */
export function createTimeLeft(now: () => number = () => performance.now() / 1000) {
  const points: Point[] = [];
  let forecasts: (Point & { pace: number })[] = [];
  return (done: number, total: number | undefined): TimeLeft | undefined => {
    const here = { audio: done, wall: now() };
    const last = points.at(-1);
    if (!last || done > last.audio) points.push(here);
    if (points.length > REMEMBERED + 1) points.shift();
    if (total === undefined || points.length <= FEWEST) return undefined;
    const first = points[0]!;
    const newest = points.at(-1)!;
    const pace = (newest.wall - first.wall) / (newest.audio - first.audio);
    const left = Math.max(0, total - done);
    const off = offBy(forecasts, here, left);
    if (!last || done > last.audio) {
      forecasts.push({ ...here, pace });
      if (forecasts.length > FORECASTS) forecasts = forecasts.filter((_, at) => at % 2 === 1);
    }
    const seconds = left * pace;
    return {
      seconds: Math.round(seconds * 10) / 10,
      margin_seconds: Math.round(seconds * (Math.exp(off) - 1) * 10) / 10,
    };
  };
}

/** The natural logarithm of how far off, by a factor, a forecast for `left` seconds of audio is. */
function offBy(forecasts: (Point & { pace: number })[], here: Point, left: number) {
  let judged = 0;
  const kept = forecasts.flatMap(({ audio, wall, pace }) => {
    const ahead = here.audio - audio;
    if (ahead <= 0 || here.wall <= wall) return [];
    judged = Math.max(judged, ahead);
    // What is further ahead is less certain; one load of the machine does not last for ever, so that this has an end.
    const further = Math.min(1.5, Math.max(1, Math.sqrt(left / ahead)));
    return [Math.abs(Math.log((here.wall - wall) / ahead / pace)) * further];
  });
  if (kept.length === 0) return UNKNOWN;
  const seen = kept.toSorted((a, b) => a - b)[Math.floor((kept.length - 1) * SHARE)]!;
  // Forecasts that looked as far ahead as this one count in full.
  const weight = Math.min(1, judged / Math.max(left, 1e-9));
  return weight * seen + (1 - weight) * Math.max(seen, UNKNOWN);
}
