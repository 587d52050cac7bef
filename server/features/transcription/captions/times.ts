/** Times of captions in every way that tools write them, and the lines that hold two of them. */

/**
 * Hours, minutes, seconds, fraction: `1:02:03,500`, `02:03.5`, `00:00:01`; a negative one where an editor moved the
 * file.
 */
const CLOCK = String.raw`-?(?:\d{1,6}:)?-?\d{1,4}:-?\d{1,2}(?:\s?[.,:;]\s?\d{1,9})?`;
const ARROW = String.raw`\s*(?:-{1,3}\s?>|—>|–>|→|⟶|=>)\s*`;
const ARROW_LINE = new RegExp(`^\\s*(${CLOCK})${ARROW}(${CLOCK})?(.*)$`);
const COMMA_LINE = /^\s*(\d{1,6}:\d{1,2}:\d{1,2}\.\d{1,3}),(\d{1,6}:\d{1,2}:\d{1,2}\.\d{1,3})\s*$/;
/** Settings of WebVTT and coordinates of SubRip. */
const SETTINGS = /^\s*(?:[A-Za-z]\w*:\S+(?:\s+|$))*$/;

/** Times in seconds. */
export interface Timing {
  start: number;
  end: number | undefined;
  /** Text that a tool put behind the times. */
  rest: string;
  separator: "arrow" | "comma";
}

/** Undefined for a line that holds no times; `broken` for one that was meant to and cannot be read. */
export function timingOf(line: string): Timing | "broken" | undefined {
  if (line.length > 2000) return undefined;
  // Machine translation turns the signs of times into those of its language.
  const plain = (/[０-９：．，]/.test(line) ? line.normalize("NFKC") : line).replace(
    /(?<=\d[:.,]) (?=\d)/g,
    "",
  );
  const comma = COMMA_LINE.exec(plain);
  if (comma) {
    const [, from, to] = comma;
    return { start: secondsOf(from!)!, end: secondsOf(to!), rest: "", separator: "comma" };
  }
  if (!/[>→⟶]/.test(plain)) return undefined;
  const found = ARROW_LINE.exec(plain);
  const start = found ? secondsOf(found[1]!) : undefined;
  if (!found || start === undefined)
    return /^\s*[\d:.,;-]+\s*-->|-->\s*[\d:.,;-]+\s*$/.test(plain) ? "broken" : undefined;
  const rest = found[3]!;
  return {
    start,
    end: found[2] === undefined ? undefined : secondsOf(found[2]),
    rest: SETTINGS.test(rest) || found[2] === undefined ? "" : rest.trim(),
    separator: "arrow",
  };
}

/**
 * @returns seconds, to the millisecond; undefined for minutes or seconds that no clock shows and for hours beyond
 * eleven years.
 */
export function secondsOf(clock: string): number | undefined {
  const found = /^(?:(\d+):)?(\d+):(\d+)(?:\s?[.,:;]\s?(\d+))?$/.exec(clock.replaceAll("-", ""));
  if (!found) return undefined;
  const [, hours = "0", minutes, seconds, fraction = "0"] = found;
  if (Number(seconds) > 59 || Number(hours) > 99_999) return undefined;
  if (found[1] !== undefined && Number(minutes) > 59) return undefined;
  const ms = Math.round(Number(`0.${fraction}`) * 1000);
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + ms / 1000;
  return clock.includes("-") ? -total : total;
}
