/** Texts of sources as citations count them, and the citation of a span of one. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import type { LineFeeds } from "#server/features/search/sentences.ts";
import type { Citation } from "./citations.ts";

/** A source's text as offsets count it. */
export interface SourceText {
  kind: "recording" | "study_material";
  id: string;
  title: string;
  subject: string | null;
  language: string | null;
  transcription_id: string | null;
  text: string;
  sections: { page?: number; heading?: string; start_offset: number; end_offset: number }[];
  lineFeeds: LineFeeds;
}

export interface SourceRow extends Omit<SourceText, "lineFeeds"> {
  material_kind: string | null;
}

/** Of a recording: the transcription that is shown. Undefined when there is none, or it is somebody else's. */
export async function findSourceText(
  database: Queryable,
  userId: string,
  source: { kind: string; id: string },
): Promise<SourceText | undefined> {
  const { rows } =
    source.kind === "study_material"
      ? await sql<SourceRow>`
          select 'study_material' as kind, id, title, subject, language, null as transcription_id,
            content as text, sections, kind as material_kind
          from study_materials where user_id = ${userId} and id = ${source.id}`.execute(database)
      : await sql<SourceRow>`
          select 'recording' as kind, recording.id, recording.title, recording.subject, transcription.language,
            transcription.id as transcription_id, transcription.text, '[]'::jsonb as sections, null as material_kind
          from transcriptions as transcription
            join recordings as recording on recording.user_id = transcription.user_id
              and recording.id = transcription.recording_id
          where transcription.user_id = ${userId} and
            ${
              source.kind === "recording"
                ? sql`transcription.recording_id = ${source.id}
              and transcription.is_current`
                : sql`transcription.id = ${source.id}`
            }`.execute(database);
  const row = rows[0];
  if (!row) return undefined;
  const { material_kind, ...found } = row;
  return { ...found, lineFeeds: lineFeedsFor(material_kind) };
}

export function lineFeedsFor(materialKind: string | null): LineFeeds {
  if (materialKind === null) return "spoken";
  return ["note", "txt", "md"].includes(materialKind) ? "wrapped" : "blocks";
}

/** The citation of a span of a source; its seconds are set by `setExactSeconds`. */
export function witnessAt(source: SourceText, { start, end }: { start: number; end: number }) {
  const page = source.sections.findLast(
    (section) => section.page !== undefined && section.start_offset <= start,
  )?.page;
  const witness: Citation = {
    number: 1,
    quote: source.text.slice(start, end),
    source: {
      kind: source.kind,
      id: source.id,
      title: source.title,
      ...(source.transcription_id ? { transcription_id: source.transcription_id } : {}),
    },
    ...(page === undefined ? {} : { page }),
    start_offset: start,
    end_offset: end,
    status: "valid",
  };
  return witness;
}
