import { sql } from "kysely";
import type { Queryable, Tx } from "#server/context.ts";
import { toCitation, toRow, type Citation } from "#server/features/citations/citations.ts";
import { withoutBinned } from "#server/features/citations/without-binned.ts";
import { isEnd } from "#server/features/jobs/contract.ts";
import type { CardKind } from "#server/features/study/cards/shapes.ts";
import type { Suggestion } from "./by-rules.ts";
import type { SuggestionOfSubject } from "./read-aside.ts";

export interface SuggestionRow {
  id: string;
  source_kind: "recording" | "study_material" | null;
  source_id: string | null;
  subject: string | null;
  kinds: CardKind[];
  asked: number;
  status: "pending" | "processing" | "completed" | "failed" | "cancelled";
  engine: string | null;
  dropped: number;
  message: string | null;
  error_code: string | null;
  error_message: string | null;
  created_at: Date;
  completed_at: Date | null;
}

const SUGGESTION = sql`id, source_kind, source_id, subject, kinds, asked, status, engine, dropped, message,
  error_code, error_message, created_at, completed_at`;

export async function insertSuggestion(
  tx: Tx,
  userId: string,
  row: Pick<SuggestionRow, "id" | "source_kind" | "source_id" | "subject" | "kinds" | "asked">,
) {
  await sql`
    insert into card_suggestions (user_id, id, source_kind, source_id, subject, kinds, asked)
    values (${userId}, ${row.id}, ${row.source_kind}, ${row.source_id}, ${row.subject}, ${row.kinds}::text[],
      ${row.asked})`.execute(tx);
}

/** Not while its source lies in the bin. */
export async function findSuggestion(database: Queryable, userId: string, id: string) {
  const { rows } = await sql<SuggestionRow>`
    select ${SUGGESTION} from card_suggestions where user_id = ${userId} and id = ${id}
      and (source_id is null
        or exists (select from recordings as source where source.user_id = ${userId} and source.id = source_id)
        or exists (select from study_materials as source where source.user_id = ${userId} and source.id = source_id)
      )`.execute(database);
  return rows[0];
}

export async function updateSuggestion(
  database: Queryable,
  userId: string,
  id: string,
  values: Partial<
    Pick<
      SuggestionRow,
      "status" | "engine" | "dropped" | "message" | "error_code" | "error_message"
    >
  >,
) {
  await database
    .updateTable("card_suggestions")
    .set({
      ...values,
      ...(isEnd(values.status) ? { completed_at: sql<Date>`now()` } : {}),
    })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .execute();
}

/** In place of those of an earlier attempt. */
export async function replaceSuggested(
  tx: Tx,
  userId: string,
  id: string,
  items: SuggestionOfSubject[],
) {
  await tx
    .deleteFrom("suggested_cards")
    .where("user_id", "=", userId)
    .where("suggestion_id", "=", id)
    .execute();
  const rows = items.map(({ witness, ...item }, number) => {
    const { message_id: _m, number: _n, user_id: _u, ...columns } = toRow(userId, id, witness);
    return { ...columns, ...item, number };
  });
  await sql`
    insert into suggested_cards (user_id, suggestion_id, number, kind, front, back, options, subject, tags,
      quote, recording_id, transcription_id,
      study_material_id, source_title, page, start_seconds, end_seconds, start_offset, end_offset, status)
    select ${userId}, ${id}, number, kind, front, back, case when jsonb_typeof(options) = 'array' then options
      end, subject,
      array(select jsonb_array_elements_text(tags)), quote, recording_id, transcription_id, study_material_id,
        source_title, page, start_seconds,
      end_seconds, start_offset, end_offset, status
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row
      (number smallint, kind text, front text, back text, options jsonb,
      subject text, tags jsonb, quote text, recording_id uuid, transcription_id uuid, study_material_id uuid,
        source_title text, page integer,
      start_seconds float8, end_seconds float8, start_offset integer, end_offset integer, status text)`.execute(
    tx,
  );
}

interface SuggestedRow {
  number: number;
  kind: Suggestion["kind"];
  front: string;
  back: string;
  options: string[] | null;
  subject: string | null;
  tags: string[];
  decision: "kept" | "dropped" | null;
  card_id: string | null;
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

export async function readSuggested(
  database: Queryable,
  userId: string,
  id: string,
  number?: number,
) {
  const { rows } = await sql<SuggestedRow>`
    select item.number, item.kind, item.front, item.back, item.options, item.subject, item.tags, item.decision,
      item.card_id, item.quote,
      item.source_title, item.page, item.start_seconds, item.end_seconds, item.start_offset, item.end_offset,
        item.status,
      item.transcription_id, item.study_material_id, item.recording_id
    from suggested_cards as item
    where item.user_id = ${userId} and item.suggestion_id = ${id}
      ${number === undefined ? sql`` : sql`and item.number = ${number} `}
    order by item.number`.execute(database);
  const shown = await withoutBinned(database, userId, rows);
  // What is in the deck stays, as the card itself does.
  return shown
    .filter((row, at) => row.decision !== null || sourceOf(row) === sourceOf(rows[at]!))
    .map(toItem);
}

const sourceOf = (row: SuggestedRow) => row.recording_id ?? row.study_material_id;

function toItem({
  number,
  kind,
  front,
  back,
  options,
  subject,
  tags,
  decision,
  card_id,
  ...row
}: SuggestedRow) {
  const witness: Citation = toCitation({ ...row, number: 1 });
  return { item: number, kind, front, back, options, subject, tags, decision, card_id, witness };
}

export async function decide(
  tx: Tx,
  userId: string,
  id: string,
  number: number,
  decision: "kept" | "dropped" | null,
  cardId: string | null,
) {
  const { rows } = await sql<{ number: number }>`
    update suggested_cards set decision = ${decision}, card_id = ${cardId}
    where user_id = ${userId} and suggestion_id = ${id} and number = ${number} returning number`.execute(
    tx,
  );
  return rows.length > 0;
}
