/**
 * Days of study: they end at an hour of the student's own clock (04:00 where nothing else was chosen), so that a late
 * evening still belongs to its day, and have 23 or 25 hours when summer time begins or ends.
 *
 * - **Wall time**: what the student's clock shows, as a Date whose UTC fields are the clock's. FSRS counts days between
 *   two of them, so that a day is a day of this student and not of Greenwich.
 */
export interface StudyClock {
  /** What the clock shows, moved back by the hour at which a day begins: a study day then begins at midnight. */
  toWall(instant: Date): Date;
  toInstant(wall: Date): Date;
  /** Number of the study day since 1970-01-01. */
  dayOf(instant: Date): number;
  /** When a study day begins. */
  startOf(day: number): Date;
  /** Its date, `YYYY-MM-DD`. */
  dateOf(day: number): string;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export function isTimeZone(name: string) {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export function studyClock(timeZone: string, dayStartsAt: number): StudyClock {
  const offsetAt = zoneOffset(timeZone);
  const shift = dayStartsAt * HOUR_MS;
  const toWall = (instant: Date) =>
    new Date(instant.getTime() + offsetAt(instant.getTime()) - shift);
  const toInstant = (wall: Date) => {
    const shown = wall.getTime() + shift;
    // The offset before and after a change of the clocks: the first guess may be on the wrong side of it.
    const guess = shown - offsetAt(shown);
    return new Date(shown - offsetAt(guess));
  };
  return {
    toWall,
    toInstant,
    dayOf: (instant) => Math.floor(toWall(instant).getTime() / DAY_MS),
    startOf: (day) => toInstant(new Date(day * DAY_MS)),
    dateOf: (day) => new Date(day * DAY_MS).toISOString().slice(0, 10),
  };
}

/**
 * Milliseconds that a zone's clocks are ahead of UTC; asked once for each quarter of an hour, since Intl takes 2 µs an
 * answer.
 */
function zoneOffset(timeZone: string) {
  if (timeZone === "UTC") return () => 0;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const known = new Map<number, number>();
  const QUARTER = 900_000;
  return (instant: number) => {
    const quarter = Math.floor(instant / QUARTER);
    let offset = known.get(quarter);
    if (offset === undefined) {
      const at = quarter * QUARTER;
      const shown = Object.fromEntries(
        format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
      );
      offset =
        Date.UTC(
          shown["year"]!,
          shown["month"]! - 1,
          shown["day"],
          shown["hour"],
          shown["minute"],
          shown["second"],
        ) - at;
      if (known.size > 50_000) known.clear();
      known.set(quarter, offset);
    }
    return offset;
  };
}

export interface DayBounds {
  day: number;
  start: Date;
  end: Date;
}

export function dayBounds(clock: StudyClock, now: Date): DayBounds {
  const day = clock.dayOf(now);
  return { day, start: clock.startOf(day), end: clock.startOf(day + 1) };
}
