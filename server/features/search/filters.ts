/** What a search is narrowed to. */
import { sql, type RawBuilder } from "kysely";

export type SourceKind = "recording" | "study_material";

export interface PassageFilter {
  kind?: SourceKind | undefined;
  subject?: string | undefined;
  /** A recording's or study material's id. */
  sourceId?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

/** What a passage is from: one of the two. */
export const SOURCES = sql`
    left join study_materials as material on material.user_id = passage.user_id
      and material.id = passage.study_material_id
    left join transcriptions as transcription on transcription.user_id = passage.user_id
      and transcription.id = passage.transcription_id
    left join recordings as recording on recording.user_id = transcription.user_id
      and recording.id = transcription.recording_id`;

export function isFiltered({ kind, subject, sourceId, from, to }: PassageFilter) {
  return Boolean(kind || subject || sourceId || from || to);
}

export function filterConditions({
  kind,
  subject,
  sourceId,
  from,
  to,
}: PassageFilter): RawBuilder<unknown> {
  const conditions: RawBuilder<unknown>[] = [];
  if (kind === "recording") conditions.push(sql`and passage.transcription_id is not null`);
  if (kind === "study_material") conditions.push(sql`and passage.study_material_id is not null`);
  if (subject) conditions.push(sql`and coalesce(material.subject, recording.subject) = ${subject}`);
  if (sourceId) conditions.push(sql`and (material.id = ${sourceId} or recording.id = ${sourceId})`);
  if (from)
    conditions.push(sql`and coalesce(material.created_at, recording.created_at) >= ${from}`);
  if (to) conditions.push(sql`and coalesce(material.created_at, recording.created_at) < ${to}`);
  return sql.join(conditions, sql` `);
}
