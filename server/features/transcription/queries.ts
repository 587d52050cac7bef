import { sql, type UpdateObject } from "kysely";
import type { Database } from "#database/types.ts";
import { columnsOf } from "#server/columns-of.ts";
import type { Queryable, Tx, Row } from "#server/context.ts";
import { EXCERPT_LENGTH } from "#server/vocabulary.ts";
import { transcriptionJob, transcriptionSummary } from "./shapes.ts";
import type { TimeLeft } from "./time-left.ts";
import type { WrittenSegment } from "./written-segment.ts";

export const TRANSCRIPTION_JOB_COLUMNS = columnsOf(transcriptionJob, "place", "time_left");

export type TranscriptionJobRow = Pick<
  Row<"transcription_jobs">,
  (typeof TRANSCRIPTION_JOB_COLUMNS)[number]
>;

const SUMMARY_COLUMNS = columnsOf(transcriptionSummary, "excerpt", "no_speech");

const TRANSCRIPTION_COLUMNS = [...SUMMARY_COLUMNS, "text"] as const;

/** Recordings in the bin are hidden by row-level security, and their jobs with them. */
const OF_A_RECORDING = sql<boolean>`exists (
  select from recordings
  where recordings.user_id = transcription_jobs.user_id and recordings.id = transcription_jobs.recording_id
    and recordings.binned_at is null)`;

export function listTranscriptionJobs(
  database: Queryable,
  userId: string,
  page: {
    limit: number;
    cursor?: string | undefined;
    recording_id?: string | undefined;
    status?: Row<"transcription_jobs">["status"] | undefined;
  },
) {
  return database
    .selectFrom("transcription_jobs")
    .select(TRANSCRIPTION_JOB_COLUMNS)
    .where("user_id", "=", userId)
    .where(OF_A_RECORDING)
    .$if(page.cursor !== undefined, (query) => query.where("id", "<", page.cursor!))
    .$if(page.recording_id !== undefined, (query) =>
      query.where("recording_id", "=", page.recording_id!),
    )
    .$if(page.status !== undefined, (query) => query.where("status", "=", page.status!))
    .orderBy("id", "desc")
    .limit(page.limit + 1)
    .execute();
}

export function findTranscriptionJob(database: Queryable, userId: string, id: string) {
  return database
    .selectFrom("transcription_jobs")
    .select(TRANSCRIPTION_JOB_COLUMNS)
    .where("user_id", "=", userId)
    .where(OF_A_RECORDING)
    .where("id", "=", id)
    .executeTakeFirst();
}

export function updateTranscriptionJob(
  database: Queryable,
  userId: string,
  id: string,
  values: UpdateObject<Database, "transcription_jobs">,
) {
  return database
    .updateTable("transcription_jobs")
    .set(values)
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .execute();
}

export function listTranscriptions(
  database: Queryable,
  userId: string,
  page: { limit: number; cursor?: string | undefined; recording_id?: string | undefined },
) {
  return database
    .selectFrom("transcriptions")
    .select(SUMMARY_COLUMNS)
    .select([
      sql<string>`left(text, ${EXCERPT_LENGTH})`.as("excerpt"),
      sql<boolean>`completed_at is not null and text = '' and edited_at is null`.as("no_speech"),
    ])
    .where("user_id", "=", userId)
    .where("binned_at", "is", null)
    .$if(page.cursor !== undefined, (query) => query.where("id", "<", page.cursor!))
    .$if(page.recording_id !== undefined, (query) =>
      query.where("recording_id", "=", page.recording_id!),
    )
    .orderBy("id", "desc")
    .limit(page.limit + 1)
    .execute();
}

export function findTranscription(database: Queryable, userId: string, id: string) {
  return database
    .selectFrom("transcriptions")
    .select(TRANSCRIPTION_COLUMNS)
    .where("user_id", "=", userId)
    .where("binned_at", "is", null)
    .where("id", "=", id)
    .executeTakeFirst();
}

const SEGMENT_COLUMNS = [
  "number",
  "start_seconds as start",
  "end_seconds as end",
  "text",
  "words",
  "confidence",
  "speaker",
  "line_breaks",
  "original",
] as const;

/** In order of time. */
export function listSegments(database: Queryable, userId: string, transcriptionId: string) {
  return database
    .selectFrom("transcription_segments")
    .select(SEGMENT_COLUMNS)
    .where("user_id", "=", userId)
    .where("transcription_id", "=", transcriptionId)
    .orderBy("number")
    .execute();
}

export type SegmentRow = Awaited<ReturnType<typeof listSegments>>[number];

export function findSegment(
  database: Queryable,
  userId: string,
  transcriptionId: string,
  number: number,
) {
  return database
    .selectFrom("transcription_segments")
    .select(SEGMENT_COLUMNS)
    .where("user_id", "=", userId)
    .where("transcription_id", "=", transcriptionId)
    .where("number", "=", number)
    .executeTakeFirst();
}

/** What the workers say about the time that is left, by job. */
export async function findTimesLeft(database: Queryable, userId: string, jobIds: string[]) {
  if (jobIds.length === 0) return new Map<string, TimeLeft>();
  const rows = await database
    .selectFrom("jobs")
    .select(["id", sql<TimeLeft | null>`result -> 'time_left'`.as("time_left")])
    .where("user_id", "=", userId)
    .where("id", "in", jobIds)
    .execute();
  return new Map(rows.flatMap((row) => (row.time_left ? [[row.id, row.time_left] as const] : [])));
}

/** @param from the number of the first of them in the transcription, from 0 */
export async function insertSegments(
  tx: Tx,
  userId: string,
  transcriptionId: string,
  from: number,
  segments: WrittenSegment[],
) {
  for (let at = 0; at < segments.length; at += 500) {
    await tx
      .insertInto("transcription_segments")
      .values(
        segments.slice(at, at + 500).map((segment, index) => ({
          user_id: userId,
          transcription_id: transcriptionId,
          number: from + at + index,
          start_seconds: segment.start,
          end_seconds: segment.end,
          text: segment.text,
          words: segment.words,
          confidence: segment.confidence,
          speaker: segment.speaker,
          line_breaks: sql<number[] | null>`${segment.line_breaks}::integer[]`,
        })),
      )
      .execute();
  }
}

/** Text, confidence and end of a transcription from its segments; it becomes the recording's current one. */
export async function completeTranscription(
  tx: Tx,
  userId: string,
  transcriptionId: string,
  values: UpdateObject<Database, "transcriptions">,
) {
  const { recording_id } = await tx
    .selectFrom("transcriptions")
    .select("recording_id")
    .where("user_id", "=", userId)
    .where("id", "=", transcriptionId)
    .executeTakeFirstOrThrow();
  await tx
    .updateTable("transcriptions")
    .set({ is_current: false })
    .where("user_id", "=", userId)
    .where("recording_id", "=", recording_id)
    .where("is_current", "=", true)
    .execute();
  await sql`
    update transcriptions t
    set text = s.text, confidence = s.confidence, is_current = true, completed_at = now()
    from (
      select coalesce(string_agg(text, e'\n' order by number), '') as text, avg(confidence)::real as confidence
      from transcription_segments where user_id = ${userId} and transcription_id = ${transcriptionId}
    ) s
    where t.user_id = ${userId} and t.id = ${transcriptionId}`.execute(tx);
  if (Object.keys(values).length > 0) {
    await tx
      .updateTable("transcriptions")
      .set(values)
      .where("user_id", "=", userId)
      .where("id", "=", transcriptionId)
      .execute();
  }
  return recording_id;
}
