/**
 * A transcription as a file, made a little at a time while it is sent: there may be 50,000 cues, and ten megabytes.
 * SRT: https://docs.fileformat.com/video/srt/, VTT: https://www.w3.org/TR/webvtt1/
 */
import { Readable } from "node:stream";
import { clock } from "#server/clock.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Word } from "#server/providers/stt/contract.ts";
import { spreadWords } from "#server/providers/stt/words.ts";
import { inTurns, jsonWithList } from "#server/turns.ts";
import { cueText, cueTime } from "#server/webvtt.ts";
import { makeDocx } from "./docx.ts";
import { findTranscription, listSegments } from "./queries.ts";

export const EXPORT_FORMATS = ["txt", "srt", "vtt", "md", "docx", "json"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const EXPORT_TYPES: Record<ExportFormat, string> = {
  txt: "text/plain; charset=utf-8",
  srt: "application/x-subrip; charset=utf-8",
  vtt: "text/vtt; charset=utf-8",
  md: "text/markdown; charset=utf-8",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  json: "application/json",
};

/** `start` and `end` in seconds; `line_breaks` as UTF-16 offsets in `text`. */
export interface ExportedSegment {
  start: number;
  end: number;
  text: string;
  words: Word[] | null;
  speaker: string | null;
  line_breaks: number[] | null;
}

const NO_SPEECH = "No speech was found in this recording.";
const NOTHING_YET = "Nothing has been transcribed yet.";
/** Two lines of 42 letters and seven seconds are what a viewer can read: the usual limits of subtitles. */
const CUE_LETTERS = 84;
const LINE_LETTERS = 42;
const CUE_SECONDS = 7;
/** A pause this long, or a paragraph this long, begins a new one. */
const PARAGRAPH_PAUSE = 2;
const PARAGRAPH_LETTERS = 700;
/** Captions without full stops would be one paragraph. */
const LONGEST_PARAGRAPH_LETTERS = 2000;

/** @throws Failure `not-found`. */
export async function exportTranscription(
  context: Context,
  userId: string,
  id: string,
  format: ExportFormat,
) {
  const { database } = context;
  const transcription = (await findTranscription(database, userId, id)) ?? fail("not-found");
  const rows = await listSegments(database, userId, id);
  const { title, duration_seconds } = (await database
    .selectFrom("recordings")
    .select(["title", "duration_seconds"])
    .where("user_id", "=", userId)
    .where("id", "=", transcription.recording_id)
    .executeTakeFirst()) ?? { title: "Transcript", duration_seconds: null };
  const segments = rows.filter((row) => row.text !== "");
  const unfinished = transcription.completed_at
    ? null
    : sayUnfinished(segments.at(-1)?.end ?? 0, duration_seconds);
  const about = [
    transcription.source === "supplied"
      ? "Supplied captions"
      : `Transcribed by ${[transcription.engine, transcription.model].filter(Boolean).join(", ")}`,
    ...(transcription.language ? [`language ${transcription.language}`] : []),
    ...(transcription.edited_at ? ["edited"] : []),
    ...(unfinished ? [unfinished] : []),
  ].join("; ");
  const cuesOf = transcription.source === "supplied" ? suppliedCues : cues;
  const made: Record<Exclude<ExportFormat, "docx">, () => Iterable<string>> = {
    txt: () => asText(segments, unfinished),
    srt: () => asSrt(cuesOf(segments), unfinished),
    vtt: () => asVtt(cuesOf(segments), unfinished),
    md: () => asMarkdown(title, about, segments, unfinished),
    json: () => jsonWithList({ title, unfinished, ...transcription }, "segments", rows, "  "),
  };
  const body =
    format === "docx"
      ? Readable.from([
          await makeDocx(title, about, inClock(segments), unfinished ? NOTHING_YET : NO_SPEECH),
        ])
      : Readable.from(inTurns(made[format]()), { objectMode: false });
  return {
    body,
    contentType: EXPORT_TYPES[format],
    filename: `${
      title
        .replace(/[\p{C}/\\:*?"<>|]/gu, " ")
        .trim()
        .slice(0, 120) || "transcript"
    }${unfinished ? " (unfinished)" : ""}.${format}`,
  };
}

/**
 * Half a transcript looks like a whole one, so that each file says at its head (SubRip, which knows no remarks: in a
 * last cue) that it is half.
 */
function sayUnfinished(end: number, total: number | null) {
  const of = total !== null && total > end ? ` of ${clock(total, { hours: true })}` : "";
  return (
    `Unfinished: this transcript goes up to ${clock(end, { hours: true })}${of}, because its ` +
    "transcription has not ended"
  );
}

function* inClock(segments: ExportedSegment[]) {
  for (const { start, text } of paragraphs(segments))
    yield { time: clock(start, { hours: true }), text };
}

/** Blank lines between them, and a line feed at the end. */
function* apart(texts: Iterable<string>, whenEmpty: string) {
  let any = false;
  for (const text of texts) {
    yield any ? `\n\n${text}` : text;
    any = true;
  }
  yield any ? "\n" : `${whenEmpty}\n`;
}

function* asText(segments: ExportedSegment[], unfinished: string | null) {
  if (unfinished) yield `[${unfinished}.]\n\n`;
  const texts = paragraphs(segments).map(({ text }) => text);
  yield* apart(texts, unfinished ? NOTHING_YET : NO_SPEECH);
}

function* asMarkdown(
  title: string,
  about: string,
  segments: ExportedSegment[],
  unfinished: string | null,
) {
  // Letters that Markdown would take for its own.
  const plain = (text: string) => text.replace(/([\\`*_[\]<>#|])/g, "\\$1");
  yield `# ${plain(title)}\n\n*${plain(about)}*\n\n`;
  const texts = paragraphs(segments).map(
    ({ start, text }) => `**${clock(start, { hours: true })}** ${plain(text)}`,
  );
  yield* apart(texts, unfinished ? NOTHING_YET : NO_SPEECH);
}

function* asSrt(spans: Iterable<Span>, unfinished: string | null) {
  let number = 0;
  let last = 0;
  const write = ({ start, end, text, speaker }: Span) =>
    `${number > 1 ? "\n" : ""}${number}\n${cueTime(start, ",")} --> ${cueTime(end, ",")}\n` +
    `${speaker ? `${speaker}: ` : ""}${text}\n`;
  for (const span of spans) {
    number += 1;
    last = span.end;
    yield write(span);
  }
  number += 1;
  if (unfinished) yield write({ start: last, end: last + 5, text: `[${unfinished}.]` });
}

function* asVtt(spans: Iterable<Span>, unfinished: string | null) {
  yield "WEBVTT\n";
  if (unfinished) yield `\nNOTE ${unfinished}.\n`;
  for (const { start, end, text, speaker } of spans)
    yield `\n${cueTime(start)} --> ${cueTime(end)}\n${speaker ? `<v ${cueText(speaker)}>` : ""}${cueText(text)}\n`;
}

interface Span {
  start: number;
  end: number;
  text: string;
  speaker?: string | null;
}

const ENDS_SENTENCE = new Set(".!?…。！？");

/** Its parts are joined once: a text that grows by each of 50,000 segments would be read through by each of them. */
interface OpenParagraph {
  start: number;
  end: number;
  parts: string[];
  letters: number;
}

function* paragraphs(segments: ExportedSegment[]): Generator<Span> {
  let speaker: string | null = null;
  let open: OpenParagraph | undefined;
  const close = ({ start, end, parts }: OpenParagraph) => ({ start, end, text: parts.join(" ") });
  for (const { start, end, ...segment } of segments) {
    const changed = segment.speaker !== speaker;
    speaker = segment.speaker;
    const text = changed && speaker ? `${speaker}: ${segment.text}` : segment.text;
    if (open && !changed && !isFull(open) && start - open.end < PARAGRAPH_PAUSE) {
      open.end = end;
      open.parts.push(text);
      open.letters += 1 + text.length;
    } else {
      if (open) yield close(open);
      open = { start, end, parts: [text], letters: text.length };
    }
  }
  if (open) yield close(open);
}

function isFull({ parts, letters }: OpenParagraph) {
  if (letters > LONGEST_PARAGRAPH_LETTERS) return true;
  return letters > PARAGRAPH_LETTERS && ENDS_SENTENCE.has(parts.at(-1)!.at(-1)!);
}

/** As they came: each cue with its times and its lines. */
function* suppliedCues(segments: ExportedSegment[]): Generator<Span> {
  for (const { line_breaks, text, ...cue } of segments) {
    const lines: string[] = [];
    let from = 0;
    for (const at of line_breaks ?? []) {
      lines.push(text.slice(from, at));
      from = at + 1;
    }
    lines.push(text.slice(from));
    yield { ...cue, text: lines.join("\n") };
  }
}

/** Segments that are too long for a subtitle are cut between words. */
function* cues(segments: ExportedSegment[]): Generator<Span> {
  for (const segment of segments)
    for (const cue of shortCues(segment)) yield { ...cue, text: inLines(cue.text) };
}

function shortCues(segment: ExportedSegment): Span[] {
  if (segment.text.length <= CUE_LETTERS && segment.end - segment.start <= CUE_SECONDS)
    return [{ start: segment.start, end: segment.end, text: segment.text }];
  const words = segment.words?.length
    ? segment.words
    : spreadWords(segment.text, segment.start, segment.end);
  const parts: Span[] = [];
  for (const word of words) {
    const last = parts.at(-1);
    const fits =
      last &&
      last.text.length + 1 + word.text.length <= CUE_LETTERS &&
      word.end - last.start <= CUE_SECONDS;
    if (fits) Object.assign(last, { end: word.end, text: `${last.text} ${word.text}` });
    else parts.push({ start: word.start, end: word.end, text: word.text });
  }
  return parts;
}

function inLines(text: string) {
  if (text.length <= LINE_LETTERS) return text;
  // Near the middle reads best.
  const middle = text.length / 2;
  const spaces = [...text.matchAll(/ /g)].map((match) => match.index);
  const best = spaces.toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0];
  return best === undefined ? text : `${text.slice(0, best)}\n${text.slice(best + 1)}`;
}
