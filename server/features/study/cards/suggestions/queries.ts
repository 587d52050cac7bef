import { sql } from "kysely";
import type { Queryable, Tx } from "#server/context.ts";
import {
  partWitness,
  toRow,
  WITNESS_COLUMNS,
  type MaybeWitnessRow,
} from "#server/features/citations/citations.ts";
import { withoutBinned } from "#server/features/citations/without-binned.ts";
import { isEnd } from "#server/features/jobs/contract.ts";
import type { CardKind } from "#server/features/study/cards/shapes.ts";
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
  if (items.length === 0) return;
  const rows = items.map(({ witness, options, ...item }, number) => {
    const { message_id: _m, number: _n, ...columns } = toRow(userId, id, witness);
    return {
      ...columns,
      ...item,
      suggestion_id: id,
      number,
      // An array by itself would be one of PostgreSQL's.
      options: options ? JSON.stringify(options) : null,
    };
  });
  await tx.insertInto("suggested_cards").values(rows).execute();
}

const SUGGESTED_COLUMNS = [
  "number",
  "kind",
  "front",
  "back",
  "options",
  "subject",
  "tags",
  "decision",
  "card_id",
] as const;

export async function readSuggested(
  database: Queryable,
  userId: string,
  id: string,
  number?: number,
) {
  const rows = await database
    .selectFrom("suggested_cards")
    .select([...SUGGESTED_COLUMNS, ...WITNESS_COLUMNS])
    .where("user_id", "=", userId)
    .where("suggestion_id", "=", id)
    .$if(number !== undefined, (query) => query.where("number", "=", number!))
    .orderBy("number")
    .execute();
  const shown = await withoutBinned(database, userId, rows);
  // What is in the deck stays, as the card itself does.
  return shown
    .filter((row, at) => row.decision !== null || sourceOf(row) === sourceOf(rows[at]!))
    .map((row) => {
      const { own, witness } = partWitness(row);
      const { number: item, ...rest } = own;
      return { item, ...rest, witness };
    });
}

type Sources = Pick<MaybeWitnessRow, "recording_id" | "study_material_id">;
const sourceOf = (row: Sources) => row.recording_id ?? row.study_material_id;

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
