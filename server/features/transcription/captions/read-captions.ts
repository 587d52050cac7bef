/**
 * A file of captions becomes segments: decoded, parsed, each word once, speakers named. Linear in the length of the
 * file.
 */
import { fail } from "#server/failures.ts";
import { decodeText, textual, type EncodingHints } from "#server/text-encoding/decode-text.ts";
import type { Cue, SuppliedCaptions, SuppliedSegment } from "./contract.ts";
import { readLine, withoutControls } from "./cue-text.ts";
import { readLrc } from "./lrc.ts";
import { unroll } from "./rolling.ts";
import { nameSpeakers } from "./speakers.ts";
import { readTimedLines, type RawCues } from "./timed-lines.ts";
import { readTtml } from "./ttml.ts";

/** As the column allows. */
const LONGEST_CUE = 100_000;
/** Forty hours of captions; a lecture of three hours has about 3,000. */
const MOST_CUES = 50_000;
/** A cue whose end is unknown is read at this speed, letters a second, and shown for a second at least. */
const READING_SPEED = 15;

/** @throws Failure `captions-unreadable` with a sentence that says what the file is instead. */
export function readCaptions(bytes: Uint8Array, hints: EncodingHints = {}): SuppliedCaptions {
  const { text, encoding, foundBy } = decodeText(bytes, { ...hints, markup: true });
  // Line by line and not by a pattern: "\r\r\n" is met, and ten megabytes of "\r" must not cost more than once each.
  const plain = text
    .normalize("NFC")
    .replaceAll("\r\r\n", "\n")
    .replaceAll("\r\n", "\n")
    .replaceAll("\r", "\n")
    .replaceAll("\0", "");
  refuseOtherKinds(bytes, text, plain);
  const ttml = /^\s*<(?:\?xml|!--|(?:\w+:)?tt[\s>])/.test(plain.slice(0, 1000))
    ? readTtml(plain)
    : undefined;
  const read = ttml ?? fromLines(readTimedLines(plain) ?? readLrc(plain));
  if (!read) unknownKind(plain);
  const spoken = unroll(read.cues.filter((cue) => cue.lines.length > 0));
  if (spoken.length === 0)
    fail("captions-unreadable", { message: "There is no text in this captions file." });
  if (spoken.length > MOST_CUES)
    fail("captions-unreadable", {
      message: `There are more than ${MOST_CUES.toLocaleString("en")} cues in this captions file.`,
    });
  return {
    format: read.format,
    segments: toSegments(spoken),
    untimed: read.untimed,
    language: read.language,
    encoding,
    foundBy,
  };
}

function fromLines(raw: RawCues | undefined) {
  if (!raw) return undefined;
  const marked = raw.cues.map((cue) => {
    const lines = cue.lines
      .flatMap((line) => (raw.format === "sbv" ? line.split("[br]") : [line]))
      .map((line) => readLine(withoutControls(line)))
      .filter((line) => line.text !== "");
    const plain = lines.map(({ text, words }) => ({ text, ...(words && { words }) }));
    return { cue: { start: cue.start, end: cue.end, lines: plain } as Cue, lines };
  });
  return { ...raw, cues: nameSpeakers(marked) };
}

function toSegments(cues: Cue[]): SuppliedSegment[] {
  const sorted = cues.toSorted((a, b) => a.start - b.start);
  return sorted.map((cue, at) => {
    const text = cue.lines.map((line) => line.text).join(" ");
    if (text.length > LONGEST_CUE)
      fail("captions-unreadable", {
        message: "One cue of this captions file has more than 100,000 letters.",
      });
    const start = round(Math.max(0, cue.start));
    const end = round(endOf(cue, start, text, sorted[at + 1]));
    const words = wordsOf(cue, start, end);
    const lineBreaks: number[] = [];
    for (const line of cue.lines.slice(0, -1))
      lineBreaks.push((lineBreaks.at(-1) ?? -1) + 1 + line.text.length);
    return {
      start,
      end,
      text,
      ...(words && { words }),
      ...(cue.speaker && { speaker: cue.speaker.slice(0, 200) }),
      ...(lineBreaks.length > 0 && { lineBreaks }),
    };
  });
}

/** An end that is missing or before its start: until it can have been read, or the next cue comes. */
function endOf(cue: Cue, start: number, text: string, next: Cue | undefined) {
  if (cue.end !== undefined && cue.end >= cue.start && cue.end > 0) return Math.max(start, cue.end);
  const read = start + Math.max(1, text.length / READING_SPEED);
  return next && next.start > start ? Math.min(read, next.start) : read;
}

function wordsOf(cue: Cue, start: number, end: number) {
  if (!cue.lines.some((line) => line.words)) return undefined;
  const words = cue.lines.flatMap(
    (line) => line.words ?? line.text.split(" ").map((text) => ({ text, start: Number.NaN })),
  );
  let last = start;
  const begun = words.map((word) => {
    if (word.start >= last && word.start <= end) last = round(word.start);
    return { text: word.text, start: last };
  });
  return begun.map((word, at) => ({ ...word, end: begun[at + 1]?.start ?? end }));
}

const round = (seconds: number) => Math.round(seconds * 1000) / 1000;

const OTHER_KINDS: [RegExp, string][] = [
  [/^\s*\[Script Info\]/i, "an Advanced SubStation (ASS or SSA) file"],
  [/^\s*<SAMI\b/i, "a SAMI file"],
  [/^\s*\{\d+\}\{\d+\}/, "a MicroDVD file, which counts pictures and not seconds"],
  [/^\s*Scenarist_SCC/i, "a Scenarist (SCC) file"],
  [/^\s*[{[][\s"{[]*"/, "a JSON file"],
  [/^\s*(?:<!doctype html|<html)/i, "a web page"],
  [/^\s*<\?xml[^>]*>\s*<(?:timedtext|transcript)\b/i, "a timed text of a video site"],
  [/^\{\\rtf/, "a rich-text (RTF) document"],
];
const READ = "SRT, WebVTT, SBV, TTML and LRC are read; most tools can export SRT.";

function refuseOtherKinds(bytes: Uint8Array, text: string, plain: string) {
  if (bytes.length === 0 || plain.trim() === "")
    fail("captions-unreadable", { message: "The captions file is empty." });
  const head = plain.slice(0, 4000);
  for (const [pattern, name] of OTHER_KINDS)
    if (pattern.test(head)) fail("captions-unreadable", { message: `This is ${name}. ${READ}` });
  if (!textual(text))
    fail("captions-unreadable", {
      message: `This is not a text, so it holds no captions. ${READ}`,
    });
}

function unknownKind(plain: string): never {
  fail("captions-unreadable", {
    message: /^\s*</.test(plain)
      ? `This is an XML file, but not one with captions (TTML). ${READ}`
      : `There are no times in this file, so it cannot be laid beside the recording. ${READ}`,
  });
}
