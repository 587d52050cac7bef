/**
 * Captions: a text with times that came beside a recording.
 *
 * - **Cue**: a span of that text with its times, as one caption is shown.
 * - **Line**: what is shown under each other within a cue; its words carry times of their own where the file has them.
 * - **Remark**: a sentence about what of the file could not be used.
 */
import type { FoundBy } from "#server/text-encoding/decode-text.ts";
export const CAPTION_FORMATS = ["srt", "vtt", "sbv", "ttml", "lrc"] as const;
export type CaptionFormat = (typeof CAPTION_FORMATS)[number];

/** Times in seconds. */
export interface CueWord {
  text: string;
  start: number;
}

export interface CueLine {
  text: string;
  words?: CueWord[];
}

export interface Cue {
  /** Seconds; below zero where an editor moved the whole file. */
  start: number;
  /** Seconds; undefined where the file does not say, or says a time before the start. */
  end: number | undefined;
  lines: CueLine[];
  speaker?: string;
}

export interface ReadCues {
  format: CaptionFormat;
  cues: Cue[];
  /** Spans of text whose time could not be read. */
  untimed: number;
  /** What the file says of its language. */
  language?: string;
}

/** What becomes a segment; `lineBreaks` are the offsets of the spaces in the text at which a new line began. */
export interface SuppliedSegment {
  start: number;
  end: number;
  text: string;
  words?: { text: string; start: number; end: number }[];
  speaker?: string;
  lineBreaks?: number[];
}

export interface SuppliedCaptions<Of = SuppliedSegment> {
  format: CaptionFormat;
  segments: Of[];
  untimed: number;
  language: string | undefined;
  encoding: string;
  foundBy: FoundBy;
}
