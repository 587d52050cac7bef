import { sql, type Insertable, type RawBuilder, type Updateable } from "kysely";
import type { Database } from "#database/types.ts";
import type { Queryable, Row, Tx } from "#server/context.ts";

interface MarkRow {
  id: string;
  source: { kind: "recording" | "study_material"; id: string; title: string };
  quote: string | null;
  start_offset: number | null;
  end_offset: number | null;
  at_seconds: number | null;
  page: number | null;
  area: number[] | null;
  colour: Row<"marks">["colour"];
  note: string | null;
  status: Row<"marks">["status"];
  created_at: Date;
  updated_at: Date;
}

/** Of sources in the bin there are none. */
async function selectMarks(database: Queryable, userId: string, which: RawBuilder<unknown>) {
  const { rows } = await sql<MarkRow>`
    select mark.id, mark.quote, mark.start_offset, mark.end_offset, mark.at_seconds, mark.page, mark.area, mark.colour,
      mark.note, mark.status, mark.created_at, mark.updated_at,
      case when mark.recording_id is null
        then jsonb_build_object('kind', 'study_material', 'id', material.id, 'title', material.title)
        else jsonb_build_object('kind', 'recording', 'id', recording.id, 'title', recording.title)
      end as source
    from marks as mark
    left join recordings as recording on recording.user_id = mark.user_id and recording.id = mark.recording_id
    left join study_materials as material on material.user_id = mark.user_id and material.id = mark.study_material_id
    where mark.user_id = ${userId} and coalesce(recording.id, material.id) is not null ${which}`.execute(
    database,
  );
  return rows;
}

/** Of two changes at once the second waits, and sees what the first one made of it. */
export function lockMark(tx: Tx, userId: string, id: string) {
  return tx
    .selectFrom("marks")
    .select("updated_at")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
}

export async function findMark(database: Queryable, userId: string, id: string) {
  const [row] = await selectMarks(database, userId, sql`and mark.id = ${id}`);
  return row;
}

/** Newest first. `q`: part of the marked words or the note, whatever its case. */
export function listMarks(
  database: Queryable,
  userId: string,
  page: {
    limit: number;
    cursor?: string | undefined;
    source_kind?: string | undefined;
    source_id?: string | undefined;
    q?: string | undefined;
  },
) {
  const { source_kind, source_id, cursor, q } = page;
  const like = q === undefined ? "" : `%${q.replace(/[\\%_]/g, "\\$&")}%`;
  return selectMarks(
    database,
    userId,
    sql`
      ${cursor ? sql`and mark.id < ${cursor}` : sql``}
      ${source_kind === "recording" ? sql`and mark.recording_id is not null` : sql``}
      ${source_kind === "study_material" ? sql`and mark.study_material_id is not null` : sql``}
      ${source_id ? sql`and (mark.recording_id = ${source_id} or mark.study_material_id = ${source_id})` : sql``}
      ${q === undefined ? sql`` : sql`and coalesce(mark.quote, '') || ' ' || coalesce(mark.note, '') ilike ${like}`}
      order by mark.id desc limit ${page.limit + 1}`,
  );
}

export function insertMark(tx: Tx, values: Insertable<Database["marks"]>) {
  return tx.insertInto("marks").values(values).returning("id").executeTakeFirstOrThrow();
}

export function updateMark(
  tx: Tx,
  userId: string,
  id: string,
  values: Updateable<Database["marks"]>,
) {
  return tx
    .updateTable("marks")
    .set(values)
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .returning("id")
    .executeTakeFirst();
}

export function deleteMark(tx: Tx, userId: string, id: string) {
  return tx
    .deleteFrom("marks")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .returning("id")
    .executeTakeFirst();
}
