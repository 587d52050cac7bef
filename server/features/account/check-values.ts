/** Each value of a line is of its column's type, and what a jsonb column holds is what the program reads there. */
import { z } from "zod";
import type {
  CardOptionsValue,
  ChapterValue,
  FitValue,
  LayoutValue,
  OriginalValue,
  SectionValue,
  SoundTrackValue,
  SpokenWordValue,
  WordValue,
} from "#database/json-columns.ts";
import { fit } from "#server/features/study/reviews/shapes.ts";
import type { Column } from "./suitcase-columns.ts";
import { refuse } from "./suitcase.ts";

const seconds = z.number();
const offset = z.int().min(0);
const word = z.object({
  text: z.string(),
  start: seconds,
  end: seconds,
  confidence: z.number().exactOptional(),
}) satisfies z.ZodType<WordValue>;
const original = z.object({
  text: z.string(),
  words: z.array(word).nullable(),
  line_breaks: z.array(offset).exactOptional(),
}) satisfies z.ZodType<OriginalValue>;
const section = z.object({
  page: z.int().exactOptional(),
  heading: z.string().exactOptional(),
  start_offset: offset,
  end_offset: offset,
  recognised: z.boolean().exactOptional(),
  words: z.array(z.array(z.number()).length(6)).exactOptional(),
}) satisfies z.ZodType<SectionValue>;
const layoutSpan = z.object({
  kind: z.enum(["heading", "item", "table", "note", "speaker_notes", "strong", "emphasis"]),
  start_offset: offset,
  end_offset: offset,
  level: z.int().min(0).max(20).exactOptional(),
  mark: offset.exactOptional(),
  cells: z.array(z.array(offset).length(5)).exactOptional(),
  head_rows: offset.exactOptional(),
}) satisfies z.ZodType<LayoutValue>;
const spokenWord = z.object({
  start: seconds,
  end: seconds,
  start_offset: offset,
  end_offset: offset,
}) satisfies z.ZodType<SpokenWordValue>;
const options = z.union([
  z.array(z.string()),
  z.array(
    z.object({
      x: z.number(),
      y: z.number(),
      width: z.number(),
      height: z.number(),
      label: z.string().exactOptional(),
    }),
  ),
]) satisfies z.ZodType<CardOptionsValue>;
const soundTrack = z.object({
  number: z.int(),
  codec: z.string(),
  readable: z.boolean(),
  name: z.string().exactOptional(),
  language: z.string().exactOptional(),
}) satisfies z.ZodType<SoundTrackValue>;

const chapter = z.object({
  title: z.string().min(1).max(200),
  start_seconds: z.number().min(0).max(1e7),
}) satisfies z.ZodType<ChapterValue>;

/** `table.column` -> what it holds; every jsonb column that travels has one (tests/agreement/suitcase.test.ts). */
export const JSON_SHAPES: Record<string, z.ZodType> = {
  "cards.options": options,
  "quiz_questions.options": options,
  "suggested_cards.options": z.array(z.string()),
  "recording_chapters.chapters": z.array(chapter).max(500),
  "recordings.sound_tracks": z.array(soundTrack),
  "study_materials.layout": z.array(layoutSpan),
  "study_materials.sections": z.array(section),
  "study_settings.fit": fit satisfies z.ZodType<FitValue>,
  "transcription_segments.original": original,
  "transcription_segments.words": z.array(word),
  "tts_audio_files.words": z.array(spokenWord),
};

const isNumber = (value: unknown) => typeof value === "number" && Number.isFinite(value);
const isText = (value: unknown) => typeof value === "string";
const matches = (pattern: RegExp) => (value: unknown) =>
  typeof value === "string" && pattern.test(value);
const listOf = (one: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(one);

/** What PostgreSQL reads beyond these ("infinity", "NaN", "now") no export of ours holds. */
const TYPES: Record<string, (value: unknown) => boolean> = {
  boolean: (value) => typeof value === "boolean",
  smallint: Number.isSafeInteger,
  integer: Number.isSafeInteger,
  bigint: Number.isSafeInteger,
  real: isNumber,
  "double precision": isNumber,
  text: isText,
  uuid: matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  "timestamp with time zone": matches(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/,
  ),
  date: matches(/^\d{4}-\d\d-\d\d$/),
  bytea: matches(/^\\x([0-9a-f]{2})*$/),
  "text[]": listOf(isText),
  "integer[]": listOf(Number.isSafeInteger),
  "smallint[]": listOf(Number.isSafeInteger),
  "double precision[]": listOf(isNumber),
};

/** @throws Failure `suitcase-unreadable`, naming table and column. */
export function checkValues(table: string, columns: Column[], row: Record<string, unknown>) {
  for (const { name, type } of columns) {
    const value = row[name] ?? null;
    if (value === null) continue;
    const fits =
      type === "jsonb"
        ? (JSON_SHAPES[`${table}.${name}`]?.safeParse(value).success ?? true)
        : (TYPES[type]?.(value) ?? true);
    if (!fits) refuse(`A row of ${table} is not as it has to be: ${name}.`);
  }
}
