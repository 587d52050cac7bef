import { sql } from "kysely";
import type { Queryable, Tx } from "#server/context.ts";
import { toCitation, type Citation } from "#server/features/citations/citations.ts";
import { setExactSeconds } from "#server/features/citations/exact-seconds.ts";

export interface NewTermRow {
  term: string;
  origin: "materials" | "correction";
  count: number;
  quote: string;
  transcription_id: string | null;
  study_material_id: string | null;
  page: number | null;
  start_offset: number;
  end_offset: number;
}

interface TermRow {
  id: string;
  subject: string;
  term: string;
  origin: "materials" | "correction" | "student";
  count: number;
  created_at: Date;
  updated_at: Date;
}

interface WitnessRow {
  quote: string | null;
  transcription_id: string | null;
  study_material_id: string | null;
  recording_id: string | null;
  source_title: string | null;
  page: number | null;
  start_offset: number;
  end_offset: number;
  witness_status: "valid" | "moved" | "changed";
}

const WITNESS = sql`
  term.quote, term.transcription_id, term.study_material_id, version.recording_id, term.page, term.start_offset,
    term.end_offset,
  term.status as witness_status, coalesce(material.title, recording.title) as source_title`;
const SOURCES = sql`
  left join study_materials as material on material.user_id = term.user_id and material.id = term.study_material_id
  left join transcriptions as version on version.user_id = term.user_id and version.id = term.transcription_id
  left join recordings as recording on recording.user_id = version.user_id and recording.id = version.recording_id`;

/** A sentence whose source is gone, or that no longer stands in it, is no witness. */
function witnessOf(row: WitnessRow): Citation | null {
  if (row.quote === null || row.source_title === null || row.witness_status === "changed")
    return null;
  return toCitation({
    number: 1,
    quote: row.quote,
    source_title: row.source_title,
    page: row.page,
    start_seconds: null,
    end_seconds: null,
    start_offset: row.start_offset,
    end_offset: row.end_offset,
    status: row.witness_status,
    transcription_id: row.transcription_id,
    study_material_id: row.study_material_id,
    recording_id: row.recording_id,
  });
}

async function withWitnesses<T extends WitnessRow>(
  database: Queryable,
  userId: string,
  rows: T[],
): Promise<(Omit<T, keyof WitnessRow> & { witness: Citation | null })[]> {
  const made = rows.map((row) => {
    const {
      quote: _quote,
      transcription_id: _transcription,
      study_material_id: _material,
      recording_id: _recording,
      source_title: _title,
      page: _page,
      start_offset: _start,
      end_offset: _end,
      witness_status: _status,
      ...shown
    } = row;
    return { ...shown, witness: witnessOf(row) };
  });
  await setExactSeconds(
    database,
    userId,
    made.flatMap(({ witness }) => witness ?? []),
  );
  return made;
}

/** Newest first. `subject` null: of sources without one. */
export async function listTerms(
  database: Queryable,
  userId: string,
  page: {
    limit: number;
    cursor?: string | undefined;
    subject?: string | null | undefined;
    q?: string | undefined;
    id?: string | undefined;
  },
) {
  const { subject, q, cursor, id } = page;
  const like = q === undefined ? "" : `%${q.normalize("NFC").replace(/[\\%_]/g, "\\$&")}%`;
  const { rows } = await sql<TermRow & WitnessRow>`
    select term.id, term.subject, term.term, term.origin, term.count, term.created_at, term.updated_at, ${WITNESS}
    from vocabulary_terms as term ${SOURCES}
    where term.user_id = ${userId} and not term.is_removed
      ${subject === undefined ? sql`` : sql`and term.subject = ${subject ?? ""}`}
      ${q === undefined ? sql`` : sql`and term.term ilike ${like}`}
      ${cursor ? sql`and term.id < ${cursor}` : sql``}
      ${id ? sql`and term.id = ${id}` : sql``}
    order by term.id desc limit ${page.limit + 1}`.execute(database);
  return (await withWitnesses(database, userId, rows)).map((row) => ({
    ...row,
    subject: row.subject === "" ? null : row.subject,
  }));
}

export async function findTerm(database: Queryable, userId: string, id: string) {
  const [row] = await listTerms(database, userId, { limit: 1, id });
  return row;
}

/** The subjects of the student's sources and terms, by name; the nameless one first. */
export async function listSubjects(database: Queryable, userId: string) {
  const { rows } = await sql<{ subject: string; terms: number; sources: number }>`
    select subject, sum(terms)::int as terms, sum(sources)::int as sources from (
      select subject, count(*) as terms, 0 as sources from vocabulary_terms
        where user_id = ${userId} and not is_removed group by subject
      union all select coalesce(subject, ''), 0, count(*) from study_materials where user_id = ${userId} group by 1
      union all select coalesce(subject, ''), 0, count(*) from recordings where user_id = ${userId} group by 1
    ) as each group by subject order by subject`.execute(database);
  return rows.map((row) => ({ ...row, subject: row.subject === "" ? null : row.subject }));
}

/**
 * What was found takes the place of what was found before. The student's own terms stay, and so do those that were
 * removed.
 * @returns how many terms the subject has from its sources now.
 */
export async function replaceMined(tx: Tx, userId: string, subject: string, terms: NewTermRow[]) {
  // Two minings of one subject take turns.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`vocabulary ${userId} ${subject}`}, 0))`.execute(
    tx,
  );
  const known = await tx
    .selectFrom("vocabulary_terms")
    .select(["id", "term", "origin", "is_removed"])
    .where("user_id", "=", userId)
    .where("subject", "=", subject)
    .execute();
  const byKey = new Map(known.map((row) => [row.term.toLowerCase(), row]));
  const found = new Set(terms.map(({ term }) => term.toLowerCase()));
  const gone = known.filter(
    ({ term, origin, is_removed }) =>
      origin !== "student" && !is_removed && !found.has(term.toLowerCase()),
  );
  if (gone.length > 0)
    await tx
      .deleteFrom("vocabulary_terms")
      .where("user_id", "=", userId)
      .where(
        "id",
        "in",
        gone.map(({ id }) => id),
      )
      .execute();
  const rows = terms.flatMap(({ term, origin, ...row }) => {
    const before = byKey.get(term.toLowerCase());
    if (before?.is_removed) return [];
    const own = before?.origin === "student";
    return [
      {
        user_id: userId,
        subject,
        ...row,
        term: before?.term ?? term,
        origin: own ? ("student" as const) : origin,
        status: "valid" as const,
      },
    ];
  });
  for (let at = 0; at < rows.length; at += 500)
    await tx
      .insertInto("vocabulary_terms")
      .values(rows.slice(at, at + 500))
      .onConflict((conflict) =>
        conflict.columns(["user_id", "subject", "term"]).doUpdateSet((eb) => ({
          origin: eb.ref("excluded.origin"),
          count: eb.ref("excluded.count"),
          quote: eb.ref("excluded.quote"),
          transcription_id: eb.ref("excluded.transcription_id"),
          study_material_id: eb.ref("excluded.study_material_id"),
          page: eb.ref("excluded.page"),
          start_offset: eb.ref("excluded.start_offset"),
          end_offset: eb.ref("excluded.end_offset"),
          cited_offset: null,
          status: eb.ref("excluded.status"),
        })),
      )
      .execute();
  return rows.length;
}

/**
 * For recognisers: what the student wrote first, then by how often the materials have it.
 * @param most terms
 */
export async function listHotWords(
  database: Queryable,
  userId: string,
  subject: string | null,
  most: number,
) {
  const { rows } = await sql<{ term: string; origin: "student" | "correction" | "materials" }>`
    select term, origin from vocabulary_terms
    where user_id = ${userId} and subject = ${subject ?? ""} and not is_removed
    order by array_position(array['student', 'correction', 'materials'], origin), count desc, id
    limit ${most}`.execute(database);
  return rows;
}

export interface CorrectionRow {
  id: string;
  segment_number: number;
  start_in_segment: number;
  heard: string;
  replacement: string;
  term: string;
  term_id: string;
  nearness: number;
  confidence: number | null;
  start_seconds: number;
  end_seconds: number;
  segment_text: string;
}

/** Those that wait for a decision and whose words still stand where they stood, in order of time. */
export async function listCorrections(
  database: Queryable,
  userId: string,
  transcriptionId: string,
) {
  const { rows } = await sql<CorrectionRow & WitnessRow>`
    select proposed.id, proposed.segment_number, proposed.start_in_segment, proposed.heard,
      proposed.replacement, term.term, proposed.term_id, proposed.nearness, proposed.confidence, proposed.start_seconds,
      proposed.end_seconds, segment.text as segment_text, ${WITNESS}
    from proposed_corrections as proposed
      join transcription_segments as segment on segment.user_id = proposed.user_id
        and segment.transcription_id = proposed.transcription_id and segment.number = proposed.segment_number
      join vocabulary_terms as term on term.user_id = proposed.user_id and term.id = proposed.term_id
        and not term.is_removed
      ${SOURCES}
    where proposed.user_id = ${userId} and proposed.transcription_id = ${transcriptionId} and proposed.decision is null
    order by proposed.segment_number, proposed.start_in_segment`.execute(database);
  return withWitnesses(database, userId, rows.filter(stands));
}

export function stands({
  segment_text,
  start_in_segment,
  heard,
}: Pick<CorrectionRow, "segment_text" | "start_in_segment" | "heard">) {
  return segment_text.startsWith(heard, start_in_segment);
}

/** Terms that stand in these sources, what they have most often first. */
export async function termsOfSources(
  database: Queryable,
  userId: string,
  { materials, transcriptions }: { materials: string[]; transcriptions: string[] },
) {
  const { rows } = await sql<{ term: string }>`
    select term.term from vocabulary_terms as term
    where term.user_id = ${userId} and not term.is_removed and (
      term.study_material_id = any (${materials}::uuid[])
      or exists (
        select from transcriptions as version
          join recordings as recording on recording.user_id = version.user_id and recording.id = version.recording_id
        where version.user_id = ${userId} and version.id = any (${transcriptions}::uuid[])
          and term.subject = coalesce(recording.subject, '') and strpos(lower(version.text), lower(term.term)) > 0
      )
    )
    order by term.count desc, term.id limit 50`.execute(database);
  return rows.map(({ term }) => term);
}
