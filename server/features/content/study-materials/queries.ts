import type { Insertable, Updateable } from "kysely";
import type { Database } from "#database/types.ts";
import { columnsOf } from "#server/columns-of.ts";
import type { Queryable, Row, Tx } from "#server/context.ts";
import { materialSummary } from "./shapes.ts";

const SUMMARY = columnsOf(materialSummary);

export interface MaterialSection {
  page?: number;
  heading?: string;
  start_offset: number;
  end_offset: number;
  recognised?: boolean;
  words?: number[][];
}

export interface MaterialPage {
  limit: number;
  cursor?: string | undefined;
  subject?: string | undefined;
  kind?: Row<"study_materials">["kind"] | undefined;
}

export function listMaterials(database: Queryable, userId: string, page: MaterialPage) {
  return database
    .selectFrom("study_materials")
    .select(SUMMARY)
    .where("user_id", "=", userId)
    .where("binned_at", "is", null)
    .$if(page.cursor !== undefined, (query) => query.where("id", "<", page.cursor!))
    .$if(page.subject !== undefined, (query) => query.where("subject", "=", page.subject!))
    .$if(page.kind !== undefined, (query) => query.where("kind", "=", page.kind!))
    .orderBy("id", "desc")
    .limit(page.limit + 1)
    .execute();
}

export async function materialsById(database: Queryable, userId: string, ids: string[]) {
  if (ids.length === 0) return [];
  return database
    .selectFrom("study_materials")
    .select(SUMMARY)
    .where("user_id", "=", userId)
    .where("binned_at", "is", null)
    .where("id", "in", ids)
    .execute();
}

/** Of two changes at once the second waits, and sees what the first one made of it. */
export function lockMaterial(tx: Tx, userId: string, id: string) {
  return tx
    .selectFrom("study_materials")
    .select("updated_at")
    .where("user_id", "=", userId)
    .where("binned_at", "is", null)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
}

export async function findMaterial(database: Queryable, userId: string, id: string) {
  const row = await database
    .selectFrom("study_materials")
    .select([...SUMMARY, "content", "sections", "layout"])
    .where("user_id", "=", userId)
    .where("binned_at", "is", null)
    .where("id", "=", id)
    .executeTakeFirst();
  if (!row) return undefined;
  const { sections } = row;
  return {
    ...row,
    pages_without_text: pagesWithoutText(sections),
    pages_recognised: [
      ...new Set(sections.flatMap(({ page, recognised }) => (page && recognised ? [page] : []))),
    ],
  };
}

/** A page's section is empty when no text was found on it. */
function pagesWithoutText(sections: MaterialSection[]) {
  return sections
    .filter(
      ({ page, start_offset, end_offset }) => page !== undefined && end_offset === start_offset,
    )
    .map(({ page }) => page!);
}

export function findMaterialFile(database: Queryable, userId: string, id: string) {
  return database
    .selectFrom("study_materials")
    .select([
      "title",
      "kind",
      "storage_key",
      "mime_type",
      "original_filename",
      "source_url",
      "sha256",
      "language",
      "text_encoding",
      "text_encoding_found_by",
    ])
    .where("user_id", "=", userId)
    .where("binned_at", "is", null)
    .where("id", "=", id)
    .executeTakeFirst();
}

export function findMaterialByHash(database: Queryable, userId: string, sha256: Buffer) {
  return database
    .selectFrom("study_materials")
    .select(["id", "status"])
    .where("user_id", "=", userId)
    .where("binned_at", "is", null)
    .where("sha256", "=", sha256)
    .orderBy("id")
    .executeTakeFirst();
}

export function insertMaterial(
  database: Queryable,
  values: Insertable<Database["study_materials"]>,
) {
  return database
    .insertInto("study_materials")
    .values(values)
    .returning("id")
    .executeTakeFirstOrThrow();
}

export function updateMaterial(
  database: Queryable,
  userId: string,
  id: string,
  values: Updateable<Database["study_materials"]>,
) {
  return database
    .updateTable("study_materials")
    .set(values)
    .where("user_id", "=", userId)
    .where("binned_at", "is", null)
    .where("id", "=", id)
    .returning("id")
    .executeTakeFirst();
}
