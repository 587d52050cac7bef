/**
 * Quotations: a **claim** is what somebody says is written in a source; it becomes a **citation** only when it is found there,
 * letter by letter (runs of white space count as one space, nothing else is forgiven).
 */

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

/** Shorter ones ("the", "two") prove nothing. */
const SHORTEST = 8;

/** Where the claimed words stand in the text, or undefined when they do not. */
export function locateQuote(
  text: string,
  claimed: string,
): { start: number; end: number } | undefined {
  const words = claimed.normalize("NFC").trim().split(/\s+/);
  if (words.join(" ").length < SHORTEST) return undefined;
  const pattern = new RegExp(
    words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+"),
    "u",
  );
  const found = pattern.exec(text);
  return found ? { start: found.index, end: found.index + found[0].length } : undefined;
}

/** The citation of a stretch of a passage; offsets count from the start of the source. */
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

export function toCitation(row: CitationRow): Citation {
  const recording =
    row.transcription_id !== null || (row.study_material_id === null && row.start_seconds !== null);
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
      ? { transcription_id: source.transcription_id ?? null }
      : { study_material_id: source.id }),
  };
}
