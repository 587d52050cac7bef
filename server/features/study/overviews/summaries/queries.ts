import { sql } from "kysely";
import type { Queryable, Tx } from "#server/context.ts";
import {
  CITATION_COLUMNS,
  toCitation,
  toRow,
  type Citation,
} from "#server/features/citations/citations.ts";
import { withoutBinned } from "#server/features/citations/without-binned.ts";
import { isEnd } from "#server/features/jobs/contract.ts";

export interface SourceOfSummary {
  kind: "recording" | "study_material";
  id: string;
}

export interface SummaryRow {
  id: string;
  source: SourceOfSummary;
  status: "pending" | "processing" | "completed" | "failed" | "cancelled";
  engine: string | null;
  dropped: number;
  parts: number | null;
  parts_read: number | null;
  error_code: string | null;
  error_message: string | null;
  created_at: Date;
  completed_at: Date | null;
}

const SUMMARY = sql`id, recording_id, study_material_id, status, engine, dropped, parts, parts_read, error_code,
  error_message, created_at, completed_at`;

type Stored = Omit<SummaryRow, "source"> & {
  recording_id: string | null;
  study_material_id: string | null;
};

function toSummary({ recording_id, study_material_id, ...row }: Stored): SummaryRow {
  const source: SourceOfSummary = recording_id
    ? { kind: "recording", id: recording_id }
    : { kind: "study_material", id: study_material_id! };
  return { ...row, source };
}

function columnOf({ kind }: SourceOfSummary) {
  return kind === "recording" ? "recording_id" : "study_material_id";
}

export async function findSummary(database: Queryable, userId: string, id: string) {
  const { rows } = await sql<Stored>`
    select ${SUMMARY} from source_summaries where user_id = ${userId} and id = ${id}`.execute(
    database,
  );
  return rows[0] && toSummary(rows[0]);
}

export async function findSummaryOf(database: Queryable, userId: string, source: SourceOfSummary) {
  const { rows } = await sql<Stored>`
    select ${SUMMARY} from source_summaries
    where user_id = ${userId} and ${sql.ref(columnOf(source))} = ${source.id}
    order by created_at desc, id desc limit 1`.execute(database);
  return rows[0] && toSummary(rows[0]);
}

/** The source's row is locked first, so that two presses make one summary. */
export async function lockSummaryOf(tx: Tx, userId: string, source: SourceOfSummary) {
  await sql`
    select id from ${sql.table(source.kind === "recording" ? "recordings" : "study_materials")}
    where user_id = ${userId} and id = ${source.id} for update`.execute(tx);
  return findSummaryOf(tx, userId, source);
}

/** In place of the one before. */
export async function putSummary(tx: Tx, userId: string, id: string, source: SourceOfSummary) {
  const column = sql.ref(columnOf(source));
  await sql`
    delete from source_summaries where user_id = ${userId} and ${column} = ${source.id}`.execute(
    tx,
  );
  await sql`
    insert into source_summaries (user_id, id, ${column}) values (${userId}, ${id}, ${source.id})`.execute(
    tx,
  );
}

export async function updateSummary(
  tx: Tx,
  userId: string,
  id: string,
  values: Partial<
    Pick<
      SummaryRow,
      "status" | "engine" | "dropped" | "parts" | "parts_read" | "error_code" | "error_message"
    >
  >,
) {
  await tx
    .updateTable("source_summaries")
    .set({
      ...values,
      ...(isEnd(values.status) ? { completed_at: sql<Date>`now()` } : {}),
    })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .execute();
}

/** In place of those of an earlier attempt. */
export async function putSentences(
  tx: Tx,
  userId: string,
  id: string,
  sentences: { text: string; witness: Citation }[],
) {
  await tx
    .deleteFrom("summary_sentences")
    .where("user_id", "=", userId)
    .where("summary_id", "=", id)
    .execute();
  if (sentences.length === 0) return;
  const rows = sentences.map(({ text, witness }, at) => {
    const { message_id: _m, number: _n, ...columns } = toRow(userId, id, witness);
    return { ...columns, summary_id: id, number: at + 1, text };
  });
  await tx.insertInto("summary_sentences").values(rows).execute();
}

export async function readSentences(database: Queryable, userId: string, id: string) {
  const rows = await database
    .selectFrom("summary_sentences")
    .select(["text", ...CITATION_COLUMNS])
    .where("user_id", "=", userId)
    .where("summary_id", "=", id)
    .orderBy("number")
    .execute();
  return (await withoutBinned(database, userId, rows)).map(({ text, ...row }) => ({
    text,
    witness: toCitation(row),
  }));
}
