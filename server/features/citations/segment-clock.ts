export interface TimedSegment {
  text: string;
  start_seconds: number;
  end_seconds: number;
}

/** Seconds from the first to the last segment that a span of the joined text touches. */
export function segmentClock(segments: TimedSegment[]) {
  const starts: number[] = [];
  let offset = 0;
  for (const { text } of segments) {
    starts.push(offset);
    offset += text.length + 1;
  }
  return (start: number, end: number) => {
    const first = segments[lastAtOrBefore(starts, start)];
    const last = segments[lastAtOrBefore(starts, Math.max(start, end - 1))];
    return first && last
      ? {
          start_seconds: first.start_seconds,
          end_seconds: Math.max(first.start_seconds, last.end_seconds),
        }
      : {};
  };
}

function lastAtOrBefore(sorted: number[], value: number) {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sorted[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
