import { sql } from "kysely";
import type { Queryable, Tx } from "#server/context.ts";
import { isEnd } from "#server/features/jobs/contract.ts";
import type { DeckFormat } from "./contract.ts";

export interface Transfer {
  id: string;
  direction: "export" | "import";
  format: DeckFormat;
  subject: string | null;
  dry_run: boolean;
  status: "pending" | "processing" | "completed" | "failed" | "cancelled";
  filename: string | null;
  storage_key: string | null;
  size_bytes: number | null;
  sha256: Buffer | null;
  counts: Record<string, unknown> | null;
  error_code: string | null;
  error_message: string | null;
  created_at: Date;
  completed_at: Date | null;
}

const TRANSFER = sql`id, direction, format, subject, dry_run, status, filename, storage_key, size_bytes, sha256,
  counts, error_code, error_message, created_at, completed_at`;

export async function insertTransfer(
  tx: Tx,
  userId: string,
  row: Pick<
    Transfer,
    | "id"
    | "direction"
    | "format"
    | "subject"
    | "dry_run"
    | "filename"
    | "storage_key"
    | "size_bytes"
  >,
) {
  const { rows } = await sql<Transfer>`
    insert into card_transfers (user_id, id, direction, format, subject, dry_run, filename, storage_key, size_bytes)
    values (${userId}, ${row.id}, ${row.direction}, ${row.format}, ${row.subject}, ${row.dry_run},
      ${row.filename}, ${row.storage_key}, ${row.size_bytes})
    returning ${TRANSFER}`.execute(tx);
  return rows[0]!;
}

export async function findTransfer(
  database: Queryable,
  userId: string,
  id: string,
  direction: "export" | "import",
) {
  const { rows } = await sql<Transfer>`
    select ${TRANSFER} from card_transfers where user_id = ${userId} and id = ${id}
      and direction = ${direction}`.execute(database);
  return rows[0];
}

export async function updateTransfer(
  database: Queryable,
  userId: string,
  id: string,
  values: Partial<
    Pick<
      Transfer,
      "status" | "storage_key" | "size_bytes" | "sha256" | "error_code" | "error_message"
    >
  > & {
    counts?: string;
  },
) {
  await database
    .updateTable("card_transfers")
    .set({ ...values, ...(isEnd(values.status) ? { completed_at: sql<Date>`now()` } : {}) })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .execute();
}
