/**
 * What the jsonb columns hold; `database/generate.ts` gives each column its type. They are written as text, read
 * parsed.
 */
import type { ColumnType } from "kysely";

export type JsonColumn<T> = ColumnType<
  T,
  null extends T ? string | null | undefined : string,
  null extends T ? string | null : string
>;

/** A recognised word with its seconds in the recording. */
export interface WordValue {
  text: string;
  start: number;
  end: number;
  /** 0 to 1. */
  confidence?: number;
}

/** A segment as the engine gave it, where it was edited. */
export interface OriginalValue {
  text: string;
  words: WordValue[] | null;
  /** Of a supplied cue of several lines. */
  line_breaks?: number[];
}

/** A part of a document; offsets count UTF-16 code units of its text. */
export interface SectionValue {
  page?: number;
  heading?: string;
  start_offset: number;
  end_offset: number;
  /** Read from a picture. */
  recognised?: boolean;
  /**
   * Where words stand in a picture: [start_offset, end_offset, x, y, width, height], the last four in fractions of the
   * picture as it is shown.
   */
  words?: number[][];
}

/** How a stretch of a document looks; offsets count UTF-16 code units of its text. */
export interface LayoutValue {
  kind: "heading" | "item" | "table" | "note" | "speaker_notes" | "strong" | "emphasis";
  start_offset: number;
  end_offset: number;
  /** Of a heading, from 1; of an item of a list, from 0. */
  level?: number;
  /** Letters of the sign that an item begins with in the text. */
  mark?: number;
  /** Of a table: [row, column, columns that it reaches over, start_offset, end_offset]. */
  cells?: number[][];
  /** Rows at the top that name the columns. */
  head_rows?: number;
}

/** Of a recording. */
export interface ChapterValue {
  title: string;
  start_seconds: number;
}

/** A word of speech with its seconds in the sound and its place in the text. */
export interface SpokenWordValue {
  start: number;
  end: number;
  start_offset: number;
  end_offset: number;
}

/** Choices of a card, or the covered parts of its picture in fractions of its width and height. */
export type CardOptionsValue =
  | string[]
  | { x: number; y: number; width: number; height: number; label?: string | undefined }[];

/** What one account may hold, where it is not what everybody may. */
export interface QuotasValue {
  storage_bytes?: number | undefined;
  unfinished_uploads?: number | undefined;
  queued_jobs?: number | undefined;
  event_streams?: number | undefined;
  answer_streams?: number | undefined;
  api_keys?: number | undefined;
  passkeys?: number | undefined;
}

/** How well the weights of the review schedule were fitted. */
export interface FitValue {
  fitted_at: string;
  log_length: number;
  reviews: number;
  held_out: number;
  default_log_loss: number;
  fitted_log_loss: number;
  taken: boolean;
}

/** A file of an exported account: where it stands in which stored file. */
export interface ExportEntryValue {
  name: string;
  crc32: number;
  size_bytes: number;
  storage_key: string;
  from: number;
}

/** A sound track of a recording that holds several. */
export interface SoundTrackValue {
  number: number;
  codec: string;
  readable: boolean;
  name?: string;
  /** ISO 639, as the file says. */
  language?: string;
}

/** How well one engine found what was asked; shares of all questions, 0 to 1. */
export interface MeasuredEngineValue {
  engine: string;
  hit_at_1: number;
  hit_at_3: number;
  /** Mean reciprocal rank among the first ten. */
  mrr: number;
  /** Questions whose passage is among the first ten. */
  found: number;
}

export interface NeverFoundValue {
  kind: "recording" | "study_material";
  id: string;
  questions: number;
}
