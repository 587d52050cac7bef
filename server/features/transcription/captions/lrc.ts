/**
 * LRC: `[mm:ss.xx]` before each line, several where it is sung again; `<mm:ss.xx>` before words.
 * https://en.wikipedia.org/wiki/LRC_(file_format)
 */
import type { RawCues } from "./timed-lines.ts";

const TIMES = /^(?:\[\d{1,4}:\d{1,2}(?:[.:]\d{1,3})?\]\s*)+/;

/** Undefined when fewer than half of the lines begin with a time. */
export function readLrc(text: string): RawCues | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const entries: { start: number; text: string }[] = [];
  let offset = 0;
  let other = 0;
  let language: string | undefined;
  for (const line of lines) {
    const found = TIMES.exec(line.trim());
    if (found) {
      for (const [, minutes, seconds] of found[0].matchAll(/\[(\d+):(\d+(?:[.:]\d+)?)\]/g))
        entries.push({
          start: Number(minutes) * 60 + Number(seconds!.replace(":", ".")),
          // The marks of words are WebVTT's with two numbers.
          text: line.trim().slice(found[0].length),
        });
      continue;
    }
    const tag = /^\[([a-z]+):(.*)\]$/i.exec(line.trim());
    if (tag?.[1]!.toLowerCase() === "offset") offset = Number(tag[2]) / 1000 || 0;
    else if (tag?.[1]!.toLowerCase() === "la") language = tag[2]!.trim();
    else if (!tag) other += 1;
  }
  if (entries.length === 0 || other > entries.length) return undefined;
  const sorted = entries.toSorted((a, b) => a.start - b.start);
  return {
    format: "lrc",
    // A line without text ends the one before.
    cues: sorted.map((entry, at) => ({
      start: Math.max(0, entry.start - offset),
      end: sorted[at + 1] && Math.max(0, sorted[at + 1]!.start - offset),
      lines: [entry.text],
    })),
    untimed: other,
    ...(language && /^[a-z]{2,3}(?:-\w{2,8})*$/i.test(language) && { language }),
  };
}
