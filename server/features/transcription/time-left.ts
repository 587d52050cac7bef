/** How long a run will still take, measured from this run alone, with how far that may be off. */
export interface TimeLeft {
  seconds: number;
  /** Two of three runs end within this many seconds of the estimate. */
  margin_seconds: number;
}

/** Fewer measurements than this say nothing: the first seconds go into loading the model. */
const FEWEST = 4;
/** Only the last steps count: another job on the machine may have come or gone. */
const REMEMBERED = 60;

export function createTimeLeft(now: () => number = () => performance.now() / 1000) {
  const steps: { audio: number; wall: number }[] = [];
  let last: { audio: number; wall: number } | undefined;
  return (done: number, total: number | undefined): TimeLeft | undefined => {
    const wall = now();
    if (last && done > last.audio) {
      steps.push({ audio: done - last.audio, wall: wall - last.wall });
      if (steps.length > REMEMBERED) steps.shift();
    }
    if (!last || done > last.audio) last = { audio: done, wall };
    if (total === undefined || steps.length < FEWEST) return undefined;
    const audio = steps.reduce((sum, step) => sum + step.audio, 0);
    const pace = steps.reduce((sum, step) => sum + step.wall, 0) / audio;
    const left = Math.max(0, total - done);
    // The spread of the pace over the steps, weighted by their length, for as many such steps as are left.
    const variance =
      steps.reduce((sum, step) => sum + step.audio * (step.wall / step.audio - pace) ** 2, 0) /
      audio;
    const stepsLeft = Math.max(1, left / (audio / steps.length));
    const error = Math.sqrt(variance) * left * Math.sqrt(1 / stepsLeft + 1 / steps.length);
    return {
      seconds: Math.round(left * pace * 10) / 10,
      margin_seconds: Math.round(error * 10) / 10,
    };
  };
}
