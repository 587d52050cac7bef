/** A transcription as a file. SRT: https://docs.fileformat.com/video/srt/, VTT: https://www.w3.org/TR/webvtt1/ */
import { clock } from "#server/clock.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Word } from "#server/providers/stt/contract.ts";
import { spreadWords } from "#server/providers/stt/words.ts";
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
  const body = await {
    txt: () => asText(segments, unfinished),
    srt: () => asSrt(cuesOf(segments), unfinished),
    vtt: () => asVtt(cuesOf(segments), unfinished),
    md: () => asMarkdown(title, about, segments, unfinished),
    docx: () =>
      makeDocx(
        title,
        about,
        paragraphs(segments).map((each) => ({
          time: clock(each.start, { hours: true }),
          text: each.text,
        })),
        unfinished ? NOTHING_YET : NO_SPEECH,
      ),
    json: () => JSON.stringify({ title, unfinished, ...transcription, segments: rows }, null, 2),
  }[format]();
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

function asText(segments: ExportedSegment[], unfinished: string | null) {
  const text = paragraphs(segments)
    .map((paragraph) => paragraph.text)
    .join("\n\n");
  const head = unfinished ? `[${unfinished}.]\n\n` : "";
  return `${head}${text || (unfinished ? NOTHING_YET : NO_SPEECH)}\n`;
}

function asMarkdown(
  title: string,
  about: string,
  segments: ExportedSegment[],
  unfinished: string | null,
) {
  // Letters that Markdown would take for its own.
  const plain = (text: string) => text.replace(/([\\`*_[\]<>#|])/g, "\\$1");
  const text = paragraphs(segments)
    .map((paragraph) => `**${clock(paragraph.start, { hours: true })}** ${plain(paragraph.text)}`)
    .join("\n\n");
  return `# ${plain(title)}\n\n*${plain(about)}*\n\n${text || (unfinished ? NOTHING_YET : NO_SPEECH)}\n`;
}

function asSrt(spans: Span[], unfinished: string | null) {
  const end = spans.at(-1)?.end ?? 0;
  return (unfinished ? [...spans, { start: end, end: end + 5, text: `[${unfinished}.]` }] : spans)
    .map(
      ({ start, end: until, text, speaker }: Span, index) =>
        `${index + 1}\n${cueTime(start, ",")} --> ${cueTime(until, ",")}\n${speaker ? `${speaker}: ` : ""}${text}\n`,
    )
    .join("\n");
}

function asVtt(spans: Span[], unfinished: string | null) {
  return [
    "WEBVTT\n",
    ...(unfinished ? [`NOTE ${unfinished}.\n`] : []),
    ...spans.map(
      ({ start, end, text, speaker }) =>
        `${cueTime(start)} --> ${cueTime(end)}\n${speaker ? `<v ${cueText(speaker)}>` : ""}${cueText(text)}\n`,
    ),
  ].join("\n");
}

interface Span {
  start: number;
  end: number;
  text: string;
  speaker?: string | null;
}

function paragraphs(segments: ExportedSegment[]): Span[] {
  const found: Span[] = [];
  let speaker: string | null = null;
  for (const { start, end, ...segment } of segments) {
    const changed = segment.speaker !== speaker;
    speaker = segment.speaker;
    const text = changed && speaker ? `${speaker}: ${segment.text}` : segment.text;
    const last = changed ? undefined : found.at(-1);
    const full = last && last.text.length > PARAGRAPH_LETTERS && /[.!?…。]$/.test(last.text);
    if (last && !full && start - last.end < PARAGRAPH_PAUSE)
      Object.assign(last, { end, text: `${last.text} ${text}` });
    else found.push({ start, end, text });
  }
  return found;
}

/** As they came: each cue with its times and its lines. */
function suppliedCues(segments: ExportedSegment[]): Span[] {
  return segments.map(({ line_breaks, text, ...cue }) => {
    const lines: string[] = [];
    let from = 0;
    for (const at of line_breaks ?? []) {
      lines.push(text.slice(from, at));
      from = at + 1;
    }
    lines.push(text.slice(from));
    return { ...cue, text: lines.join("\n") };
  });
}

/** Segments that are too long for a subtitle are cut between words. */
function cues(segments: ExportedSegment[]): Span[] {
  return segments.flatMap(shortCues).map((cue) => ({ ...cue, text: inLines(cue.text) }));
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
