import { sql, type Updateable } from "kysely";
import type { Database } from "#database/types.ts";
import { columnsOf } from "#server/columns-of.ts";
import type { Queryable, Tx } from "#server/context.ts";
import { accountExport, accountImport } from "./shapes.ts";

const EXPORT = columnsOf(accountExport, "progress");

const IMPORT = columnsOf(accountImport, "progress");

interface Page {
  limit: number;
  cursor?: string | undefined;
}

const progress = sql<number | null>`(
  select jobs.progress from jobs where jobs.user_id = ${sql.ref("row.user_id")}
    and jobs.id = ${sql.ref("row.job_id")})`.as("progress");

export function findExport(database: Queryable, userId: string, id: string) {
  return database
    .selectFrom("account_exports as row")
    .select(EXPORT.map((name) => `row.${name}` as const))
    .select(progress)
    .where("row.user_id", "=", userId)
    .where("row.id", "=", id)
    .executeTakeFirst();
}

export function listExports(database: Queryable, userId: string, page: Page) {
  return database
    .selectFrom("account_exports as row")
    .select(EXPORT.map((name) => `row.${name}` as const))
    .select(progress)
    .where("row.user_id", "=", userId)
    .$if(page.cursor !== undefined, (query) => query.where("row.id", "<", page.cursor!))
    .orderBy("row.id", "desc")
    .limit(page.limit + 1)
    .execute();
}

export function findExportEntries(database: Queryable, userId: string, id: string) {
  return database
    .selectFrom("account_exports")
    .select(["status", "entries", "created_at"])
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirst();
}

export function insertExport(tx: Tx, userId: string) {
  return tx
    .insertInto("account_exports")
    .values({ user_id: userId })
    .returning("id")
    .executeTakeFirstOrThrow();
}

export function updateExport(
  tx: Tx,
  userId: string,
  id: string,
  values: Updateable<Database["account_exports"]>,
) {
  return tx
    .updateTable("account_exports")
    .set(values)
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirst();
}

export function deleteExport(tx: Tx, userId: string, id: string) {
  return tx
    .deleteFrom("account_exports")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .returning("id")
    .executeTakeFirst();
}

export function findImport(database: Queryable, userId: string, id: string) {
  return database
    .selectFrom("account_imports as row")
    .select(IMPORT.map((name) => `row.${name}` as const))
    .select(progress)
    .where("row.user_id", "=", userId)
    .where("row.id", "=", id)
    .executeTakeFirst();
}

/** Where the zip stands until the import has ended. */
export function findImportFile(database: Queryable, userId: string, id: string) {
  return database
    .selectFrom("account_imports")
    .select(["storage_key", "size_bytes", "dry_run", "counts"])
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirst();
}

export function listImports(database: Queryable, userId: string, page: Page) {
  return database
    .selectFrom("account_imports as row")
    .select(IMPORT.map((name) => `row.${name}` as const))
    .select(progress)
    .where("row.user_id", "=", userId)
    .$if(page.cursor !== undefined, (query) => query.where("row.id", "<", page.cursor!))
    .orderBy("row.id", "desc")
    .limit(page.limit + 1)
    .execute();
}

export function updateImport(
  tx: Tx,
  userId: string,
  id: string,
  values: Updateable<Database["account_imports"]>,
) {
  return tx
    .updateTable("account_imports")
    .set(values)
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirst();
}
