/** How many passages fit in each kind and subject. */
import { sql } from "kysely";
import type { Queryable } from "#server/context.ts";
import {
  filterConditions,
  isFiltered,
  SOURCES,
  type PassageFilter,
  type SourceKind,
} from "./filters.ts";
import { CANDIDATES, candidateConditions } from "./queries.ts";
import type { QueryWords } from "./query-words.ts";

export interface Facets {
  kinds: { kind: SourceKind; passages: number }[];
  subjects: { subject: string; passages: number }[];
}

/** Of what the words find whatever kind and subject are chosen, so that another choice shows what it would give. */
export async function countFacets(
  database: Queryable,
  userId: string,
  words: QueryWords,
  { sourceId, from, to }: PassageFilter,
): Promise<Facets> {
  if (words.terms.length === 0 || words.passages === 0) return { kinds: [], subjects: [] };
  const filter = { sourceId, from, to };
  const { rows } = await sql<{
    kind: SourceKind | null;
    subject: string | null;
    is_kind: boolean;
    passages: number;
  }>`
    with candidate as materialized (
      select passage.user_id, passage.transcription_id, passage.study_material_id
      from passages as passage ${isFiltered(filter) ? SOURCES : sql``}
      where passage.user_id = ${userId} ${candidateConditions(words)} ${filterConditions(filter)}
      limit ${CANDIDATES * 4}
    ), source as (
      -- One row for each source, not for each passage, meets the other tables.
      select user_id, transcription_id, study_material_id, count(*)::integer as passages from candidate group by 1, 2, 3
    ), named as (
      select case when passage.transcription_id is null then 'study_material' else 'recording' end as kind,
        coalesce(material.subject, recording.subject) as subject, passage.passages
      from source as passage ${SOURCES}
    )
    select kind, subject, grouping(subject) = 1 as is_kind, sum(passages)::integer as passages from named
    group by grouping sets ((kind), (subject)) order by passages desc, kind, subject`.execute(
    database,
  );
  return {
    kinds: rows.flatMap(({ kind, is_kind, passages }) =>
      is_kind && kind ? [{ kind, passages }] : [],
    ),
    subjects: rows.flatMap(({ subject, is_kind, passages }) =>
      !is_kind && subject ? [{ subject, passages }] : [],
    ),
  };
}
