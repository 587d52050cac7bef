import { sql } from "kysely";
import { columnsOf } from "#server/columns-of.ts";
import type { Queryable, Tx, Row } from "#server/context.ts";
import { UPLOAD_DAYS } from "#server/vocabulary.ts";
import { upload } from "./shapes.ts";

const COLUMNS = columnsOf(upload);

export function listUploads(
  database: Queryable,
  userId: string,
  page: {
    limit: number;
    cursor?: string | undefined;
    status?: Row<"uploads">["status"] | undefined;
  },
) {
  return database
    .selectFrom("uploads")
    .select(COLUMNS)
    .where("user_id", "=", userId)
    .$if(page.cursor !== undefined, (query) => query.where("id", "<", page.cursor!))
    .$if(page.status !== undefined, (query) => query.where("status", "=", page.status!))
    .orderBy("id", "desc")
    .limit(page.limit + 1)
    .execute();
}

export function findUpload(database: Queryable, userId: string, id: string) {
  return database
    .selectFrom("uploads")
    .select(COLUMNS)
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirst();
}

export async function insertUpload(
  database: Queryable,
  userId: string,
  upload: {
    id: string;
    kind: Row<"uploads">["kind"];
    length_bytes: number | null;
    is_live: boolean;
    metadata: Record<string, unknown>;
  },
) {
  await database
    .insertInto("uploads")
    .values({ ...upload, user_id: userId, metadata: JSON.stringify(upload.metadata) })
    .execute();
}

/** From here on only this writer's bytes count; one before it fails at its next step. */
export async function takeOver(database: Queryable, userId: string, id: string, writer: string) {
  await database
    .updateTable("uploads")
    .set({ writer })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .execute();
}

/** @returns whether this writer still may append and the offset was as it thought. */
export async function advance(
  database: Queryable,
  userId: string,
  id: string,
  step: { writer: string; from: number; to: number },
) {
  const row = await database
    .updateTable("uploads")
    .set({
      offset_bytes: step.to,
      updated_at: sql`now()`,
      expires_at: sql`now() + make_interval(days => ${UPLOAD_DAYS})`,
    })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .where("writer", "=", step.writer)
    .where("offset_bytes", "=", step.from)
    .where("status", "=", "receiving")
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}

/** @param length bytes of the whole upload */
export async function setLength(database: Queryable, userId: string, id: string, length: number) {
  await database
    .updateTable("uploads")
    .set({ length_bytes: length })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .where("length_bytes", "is", null)
    .execute();
}

/** No more bytes are taken from here on. */
export async function markReceived(tx: Tx, userId: string, id: string) {
  return tx
    .updateTable("uploads")
    .set({ status: "received", writer: null, length_bytes: sql`offset_bytes` })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .where("status", "=", "receiving")
    .returning("id")
    .executeTakeFirst();
}

/** @returns false where another one has finished it. The row stays locked until the transaction ends. */
export async function markCompleted(tx: Tx, userId: string, id: string) {
  const row = await tx
    .updateTable("uploads")
    .set({ status: "completed", error_code: null, error_message: null })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .where("status", "in", ["received", "failed"])
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}

export async function markFailed(
  database: Queryable,
  userId: string,
  id: string,
  why: { error_code: string; error_message: string },
) {
  await database
    .updateTable("uploads")
    .set({ status: "failed", ...why })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .where("status", "=", "received")
    .execute();
}

export async function setResult(
  tx: Tx,
  userId: string,
  id: string,
  result: { recording_id: string; duplicate_of: string | null } | { account_import_id: string },
) {
  await tx
    .updateTable("uploads")
    .set(result)
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .execute();
}

export function deleteUploadRow(database: Queryable, userId: string, id: string) {
  return database
    .deleteFrom("uploads")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .returning("status")
    .executeTakeFirst();
}

export async function takeExpired(database: Queryable) {
  const { rows } = await sql<{ id: string; storage_key: string; status: string }>`
    delete from uploads where expires_at < now()
    returning id, status, 
      user_id || case kind when 'account_import' then '/imports/' else '/recordings/' end || id as storage_key`.execute(
    database,
  );
  return rows;
}
