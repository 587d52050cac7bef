/**
 * SubRip, WebVTT and SubViewer: found by the lines that hold times, not by blank lines, which stand inside cues and are
 * missing between them. What stands between two such lines is the text of the first, but for the second one's number or
 * name. https://www.w3.org/TR/webvtt1/, https://en.wikipedia.org/wiki/SubRip
 */
import type { ReadCues } from "./contract.ts";
import { timingOf, type Timing } from "./times.ts";

/** Times in seconds. */
export interface RawCue {
  start: number;
  end: number | undefined;
  lines: string[];
}

export type RawCues = Omit<ReadCues, "cues"> & { cues: RawCue[] };

interface Found {
  line: number;
  timing: Timing | "broken";
}

/** Undefined when no line holds times. */
export function readTimedLines(text: string): RawCues | undefined {
  const isVtt = /^\s*WEBVTT(?:\s|$)/.test(text);
  const { lines, language } = isVtt
    ? withoutVttBlocks(text.split("\n"))
    : { lines: text.split("\n") };
  const found: Found[] = [];
  for (const [line, content] of lines.entries()) {
    const timing = timingOf(content);
    if (timing) found.push({ line, timing });
  }
  const usable = found.filter(({ timing }) => timing !== "broken");
  if (usable.length === 0) return undefined;
  const names = nameLines(lines, found, isVtt);
  const cues: RawCue[] = [];
  let untimed = countBlocks(lines.slice(0, names[0]));
  for (const [at, { line, timing }] of found.entries()) {
    const end = names[at + 1] ?? lines.length;
    const text = lines.slice(line + 1, end).filter((each) => each.trim() !== "");
    if (timing === "broken") {
      if (text.length > 0) untimed += 1;
      continue;
    }
    if (timing.rest) text.unshift(timing.rest);
    cues.push({ start: timing.start, end: timing.end, lines: text });
  }
  const isSbv = usable.every(({ timing }) => (timing as Timing).separator === "comma");
  return {
    format: isVtt ? "vtt" : isSbv ? "sbv" : "srt",
    cues,
    untimed,
    ...(language && { language }),
  };
}

/**
 * For each line of times, where its cue begins: at its number (SubRip) or name (WebVTT), where it has one.
 * A number belongs to the times under it where most cues of the file have one, so that a text that ends in "42" keeps
 * it.
 */
function nameLines(lines: string[], found: Found[], isVtt: boolean) {
  const above = (line: number, blanks: boolean) => {
    let at = line - 1;
    while (blanks && at >= 0 && lines[at]!.trim() === "") at -= 1;
    return at;
  };
  const isNumber = (at: number) => at >= 0 && /^\s*#?\d{1,9}[.:)]?\s*$/.test(lines[at]!);
  const touching = found.filter(({ line }) => isNumber(above(line, false))).length;
  const apart = found.filter(({ line }) => isNumber(above(line, true))).length;
  const numbered = touching > found.length / 2;
  const doubleSpaced = !numbered && apart > found.length / 2;
  return found.map(({ line }, index) => {
    const floor = index === 0 ? 0 : found[index - 1]!.line + 1;
    const at = above(line, doubleSpaced);
    if (at < floor || lines[at]!.trim() === "") return line;
    if (isNumber(at) && (numbered || doubleSpaced || at === 0)) return at;
    // A name stands alone between a blank line and its times.
    if (isVtt && (at === 0 || at === floor || lines[at - 1]!.trim() === "") && at > floor - 1)
      return isText(lines, at, floor) ? line : at;
    return line;
  });
}

/** Right under the times before it a line is their text, whatever stands below. */
const isText = (lines: string[], at: number, floor: number) =>
  at === floor && floor > 0 && timingOf(lines[at - 1]!) !== undefined;

function countBlocks(lines: string[]) {
  let blocks = 0;
  let inside = false;
  for (const line of lines) {
    const blank = line.trim() === "";
    if (!blank && !inside) blocks += 1;
    inside = !blank;
  }
  return blocks;
}

/**
 * Header, comments, styles and regions are for players; blocks reach to a blank line, or to times where that is
 * missing.
 */
function withoutVttBlocks(lines: string[]) {
  const kept: string[] = [];
  let language: string | undefined;
  let block: "header" | "other" | undefined;
  let previousBlank = true;
  for (const line of lines) {
    const blank = line.trim() === "";
    if (block && (blank || (block === "header" && timingOf(line)))) block = undefined;
    else if (!block && previousBlank) {
      if (/^\s*WEBVTT(?:\s|$)/.test(line)) block = "header";
      else if (/^(?:NOTE|STYLE|REGION)(?:\s|$)/.test(line)) block = "other";
    }
    if (block === "header")
      language ??= /^Language:\s*([A-Za-z]{2,3}(?:-\w{2,8})*)\s*$/.exec(line)?.[1];
    kept.push(block ? "" : line);
    previousBlank = blank;
  }
  return { lines: kept, language };
}
