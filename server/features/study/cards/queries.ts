import { sql, type RawBuilder } from "kysely";
import { columns } from "#server/columns-of.ts";
import type { Queryable, Tx } from "#server/context.ts";
import {
  partWitness,
  toRow,
  WITNESS_COLUMNS,
  type Citation,
  type MaybeWitnessRow,
} from "#server/features/citations/citations.ts";
import { withoutBinned } from "#server/features/citations/without-binned.ts";
import type { CardFilters, CardKind, CoveredPart } from "./shapes.ts";

export type CardState = "new" | "learning" | "review" | "relearning";

export interface CardRow {
  id: string;
  note_id: string;
  ordinal: number;
  kind: CardKind;
  front: string;
  back: string;
  options: string[] | CoveredPart[] | null;
  subject: string | null;
  tags: string[];
  suspended: boolean;
  buried_until: Date | null;
  state: CardState;
  due_at: Date;
  stability: number | null;
  difficulty: number | null;
  scheduled_days: number;
  learning_step: number;
  reps: number;
  lapses: number;
  leech: boolean;
  last_reviewed_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

export type Card = CardRow & { witness: Citation | null };

const CARD = sql`card.id, card.note_id, card.ordinal, card.kind, card.front, card.back, card.options,
  card.subject, card.tags, card.suspended,
  card.buried_until, card.state, card.due_at, card.stability, card.difficulty, card.scheduled_days,
    card.learning_step, card.reps, card.lapses, card.leech,
  card.last_reviewed_at, card.created_at, card.updated_at`;
const WITNESS = columns(WITNESS_COLUMNS, "witness.");
const WITH_WITNESS = sql`
  left join card_witnesses as witness on witness.user_id = card.user_id and witness.card_id = card.id`;

/** What of `cards as card` is shown, in the order that `rest` gives. */
export async function selectCards(
  database: Queryable,
  userId: string,
  conditions: RawBuilder<unknown>,
  rest: RawBuilder<unknown> = sql`order by card.id`,
): Promise<Card[]> {
  const { rows } = await sql<CardRow & MaybeWitnessRow>`
    select ${CARD}, ${WITNESS} from cards as card ${WITH_WITNESS}
    where card.user_id = ${userId} and ${conditions} ${rest}`.execute(database);
  return (await withoutBinned(database, userId, rows)).map(toCard);
}

function toCard(row: CardRow & MaybeWitnessRow): Card {
  const { own, witness } = partWitness(row);
  return { ...own, witness };
}

/** Of two changes at once the second waits, and sees what the first one made of it. */
export function lockCard(tx: Tx, userId: string, id: string) {
  return tx
    .selectFrom("cards")
    .select("updated_at")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
}

export async function findCard(database: Queryable, userId: string, id: string) {
  const [card] = await selectCards(database, userId, sql`card.id = ${id}`);
  return card;
}

export function readCards(database: Queryable, userId: string, ids: string[]) {
  return selectCards(database, userId, sql`card.id = any(${ids}::uuid[])`);
}

export function cardConditions(filters: CardFilters): RawBuilder<unknown> {
  const { subject, source_id, tag, due, q, kind, state, suspended, leech } = filters;
  const conditions: RawBuilder<unknown>[] = [sql`true`];
  if (subject !== undefined) conditions.push(sql`card.subject = ${subject}`);
  if (tag !== undefined) conditions.push(sql`card.tags @> array[${tag}]::text[]`);
  if (kind !== undefined) conditions.push(sql`card.kind = ${kind}`);
  if (state !== undefined) conditions.push(sql`card.state = ${state}`);
  if (suspended !== undefined) conditions.push(sql`card.suspended = ${suspended === "true"}`);
  if (leech !== undefined) conditions.push(sql`card.leech = ${leech === "true"}`);
  if (due !== undefined) {
    const isDue = sql`(card.due_at <= now() and not card.suspended
      and (card.buried_until is null or card.buried_until <= now()))`;
    conditions.push(due === "true" ? isDue : sql`not ${isDue}`);
  }
  if (source_id !== undefined)
    conditions.push(
      sql`(witness.study_material_id = ${source_id} or witness.recording_id = ${source_id}
        or witness.transcription_id = ${source_id})`,
    );
  for (const word of (q ?? "").split(/\s+/).filter(Boolean).slice(0, 10)) {
    const like = `%${word.replace(/[\\%_]/g, "\\$&")}%`;
    conditions.push(
      sql`((card.front || ' ' || card.back) ilike ${like} or array_to_string(card.tags, ' ') ilike ${like})`,
    );
  }
  return sql.join(conditions, sql` and `);
}

export interface NewCardRow {
  id: string;
  note_id: string;
  ordinal: number;
  kind: CardKind;
  front: string;
  back: string;
  options: string[] | CoveredPart[] | null;
  subject: string | null;
  tags: string[];
  suspended?: boolean;
}

/** One statement however many: a deck of 50,000 is a JSON parameter of some megabytes in batches. */
export async function insertCards(tx: Tx, userId: string, rows: NewCardRow[]) {
  if (rows.length === 0) return;
  await sql`
    insert into cards (user_id, id, note_id, ordinal, kind, front, back, options, subject, tags, suspended)
    select ${userId}, id, note_id, ordinal, kind, front, back, case when jsonb_typeof(options) = 'array'
      then options end, subject,
      array(select jsonb_array_elements_text(tags)), coalesce(suspended, false)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row
      (id uuid, note_id text, ordinal smallint, kind text, front text, back text,
      options jsonb, subject text, tags jsonb, suspended boolean)`.execute(tx);
}

export async function insertWitnesses(
  tx: Tx,
  userId: string,
  witnesses: { cardId: string; witness: Citation }[],
) {
  if (witnesses.length === 0) return;
  const rows = witnesses.map(({ cardId, witness }) => {
    const { message_id: _, number: _n, user_id: _u, ...row } = toRow(userId, cardId, witness);
    return { ...row, card_id: cardId };
  });
  await sql`
    insert into card_witnesses (user_id, card_id, quote, recording_id, transcription_id, study_material_id,
      source_title, page, start_seconds, end_seconds,
      start_offset, end_offset, status)
    select ${userId}, card_id, quote, recording_id, transcription_id, study_material_id, source_title, page,
      start_seconds, end_seconds, start_offset,
      end_offset, status
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row
      (card_id uuid, quote text, recording_id uuid, transcription_id uuid, study_material_id uuid,
      source_title text, page integer, start_seconds float8, end_seconds float8, start_offset integer,
        end_offset integer, status text)`.execute(tx);
}

/** Ids of other notes' cards with the same front, by position in `fronts`. */
export async function findDuplicates(
  database: Queryable,
  userId: string,
  fronts: string[],
  exceptNotes: string[] = [],
): Promise<string[][]> {
  if (fronts.length === 0) return [];
  const { rows } = await sql<{ place: number; ids: string[] }>`
    select given.place::integer as place, array_agg(card.id order by card.id) as ids
    from unnest(${fronts}::text[]) with ordinality as given (front, place)
      join cards as card on card.user_id = ${userId}
        and md5(lower(regexp_replace(card.front, '\\s+', ' ', 'g'))) =
          md5(lower(regexp_replace(given.front, '\\s+', ' ', 'g')))
    where card.note_id <> all(${exceptNotes}::text[])
    group by 1`.execute(database);
  const found = new Map(rows.map(({ place, ids }) => [place, ids]));
  return fronts.map((_, at) => found.get(at + 1) ?? []);
}

export async function deleteCards(tx: Tx, userId: string, ids: string[]) {
  const { rows } = await sql<{ id: string }>`
    delete from cards where user_id = ${userId} and id = any(${ids}::uuid[]) returning id`.execute(
    tx,
  );
  return rows.map(({ id }) => id);
}
