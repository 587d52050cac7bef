/**
 * Quotations: a **claim** is what somebody says is written in a source; it becomes a **citation** only when it is found
 * there, letter by letter (runs of white space count as one space, nothing else is forgiven).
 */
import { firstPlace } from "./find-in-text.ts";

export interface Citation {
  number: number;
  quote: string;
  source: {
    kind: "recording" | "study_material";
    id: string | null;
    title: string;
    transcription_id?: string | null;
  };
  page?: number;
  start_seconds?: number;
  end_seconds?: number;
  start_offset: number;
  end_offset: number;
  status: "valid" | "moved" | "changed";
}

/** A transcription or a study material. */
export type SourceRef =
  | { transcription_id: string; study_material_id?: never }
  | { study_material_id: string; transcription_id?: never };

/** What of a passage a citation is made of. */
export interface CitablePassage {
  text: string;
  page: number | null;
  start_seconds: number | null;
  end_seconds: number | null;
  start_offset: number;
  source: {
    kind: "recording" | "study_material";
    id: string;
    title: string;
    transcription_id?: string;
  };
}

export interface CitationRow {
  message_id: string;
  number: number;
  quote: string;
  source_title: string;
  page: number | null;
  start_seconds: number | null;
  end_seconds: number | null;
  start_offset: number;
  end_offset: number;
  status: "valid" | "moved" | "changed";
  transcription_id: string | null;
  study_material_id: string | null;
  recording_id: string | null;
}

/** What every table that quotes a source has of a citation. */
export const WITNESS_COLUMNS = [
  "quote",
  "source_title",
  "page",
  "start_seconds",
  "end_seconds",
  "start_offset",
  "end_offset",
  "status",
  "transcription_id",
  "study_material_id",
  "recording_id",
] as const satisfies (keyof CitationRow)[];
export const CITATION_COLUMNS = ["number", ...WITNESS_COLUMNS] as const;

type WitnessRow = Pick<CitationRow, (typeof WITNESS_COLUMNS)[number]>;
/** The one quotation that a card, a question or a sentence stands on, or none. */
export type MaybeWitnessRow = { [Name in keyof WitnessRow]: WitnessRow[Name] | null };

/** Shorter ones ("the", "two") prove nothing. */
const SHORTEST = 8;

/**
 * Where the claimed words stand in the text, or undefined when they do not. Its time grows with both, whatever is in
 * them.
 */
export function locateQuote(
  text: string,
  claimed: string,
): { start: number; end: number } | undefined {
  const wanted = claimed.normalize("NFC").trim().replaceAll(/\s+/g, " ");
  if (wanted.length < SHORTEST) return undefined;
  const at = firstPlace(text.replaceAll(/\s+/g, " "), wanted);
  return at === undefined ? undefined : placeOf(text, at, at + wanted.length);
}

/** From offsets in the text whose runs of white space are one space to offsets in the text itself. */
function placeOf(text: string, from: number, to: number) {
  let taken = 0;
  let start = 0;
  for (const run of text.matchAll(/\s{2,}/g)) {
    const before = run.index - taken;
    if (before >= to) break;
    const longer = run[0].length - 1;
    if (before < from) start += longer;
    taken += longer;
  }
  return { start: from + start, end: to + taken };
}

/** The citation of a span of a passage; offsets count from the start of the source. */
export function citePassage(
  passage: CitablePassage,
  span: { start: number; end: number },
  number: number,
): Citation {
  return {
    number,
    quote: passage.text.slice(span.start, span.end),
    source: passage.source,
    ...(passage.page === null ? {} : { page: passage.page }),
    ...(passage.start_seconds === null ? {} : { start_seconds: passage.start_seconds }),
    ...(passage.end_seconds === null ? {} : { end_seconds: passage.end_seconds }),
    start_offset: passage.start_offset + span.start,
    end_offset: passage.start_offset + span.end,
    status: "valid",
  };
}

export function toCitation(row: Omit<CitationRow, "message_id">): Citation {
  // Of a source that is gone altogether the seconds still say that it was heard.
  const recording =
    row.recording_id !== null || (row.study_material_id === null && row.start_seconds !== null);
  return {
    number: row.number,
    quote: row.quote,
    source: recording
      ? {
          kind: "recording",
          id: row.recording_id,
          title: row.source_title,
          transcription_id: row.transcription_id,
        }
      : { kind: "study_material", id: row.study_material_id, title: row.source_title },
    ...(row.page === null ? {} : { page: row.page }),
    ...(row.start_seconds === null ? {} : { start_seconds: row.start_seconds }),
    ...(row.end_seconds === null ? {} : { end_seconds: row.end_seconds }),
    start_offset: row.start_offset,
    end_offset: row.end_offset,
    status: row.status,
  };
}

/** A row parted into its own columns and the one quotation that it holds. */
export function partWitness<Row extends WitnessRow>(
  row: Row,
): { own: Omit<Row, keyof WitnessRow>; witness: Citation };
export function partWitness<Row extends MaybeWitnessRow>(
  row: Row,
): { own: Omit<Row, keyof WitnessRow>; witness: Citation | null };
export function partWitness(row: MaybeWitnessRow) {
  const {
    quote: _quote,
    source_title: _title,
    page: _page,
    start_seconds: _start,
    end_seconds: _end,
    start_offset: _from,
    end_offset: _to,
    status: _status,
    transcription_id: _transcription,
    study_material_id: _material,
    recording_id: _recording,
    ...own
  } = row;
  return { own, witness: isWitness(row) ? toCitation({ ...row, number: 1 }) : null };
}

/** The tables' own checks see to it that with the words there is the rest. */
function isWitness(row: MaybeWitnessRow): row is WitnessRow {
  return row.quote !== null;
}

export function toRow(
  userId: string,
  messageId: string,
  { source, status, ...citation }: Citation,
) {
  return {
    user_id: userId,
    message_id: messageId,
    ...citation,
    source_title: source.title,
    status,
    ...(source.kind === "recording"
      ? { recording_id: source.id, transcription_id: source.transcription_id ?? null }
      : { study_material_id: source.id }),
  };
}
