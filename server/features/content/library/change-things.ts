import { sql, type RawBuilder } from "kysely";
import type { z } from "zod";
import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { mineLater } from "#server/features/vocabulary/start-mining.ts";
import { knownSubject } from "../known-subjects.ts";
import type { libraryChange, Things } from "./shapes.ts";

export const TABLES = { recording: "recordings", study_material: "study_materials" } as const;

export const idsOf = (items: Things, wanted: Things[number]["kind"]) => [
  ...new Set(items.flatMap(({ kind, id }) => (kind === wanted ? [id] : []))),
];

/**
 * Recordings and documents get another subject or other tags, all of them or none.
 * @throws Failure `not-found` when one of them is not there.
 */
export async function changeThings(
  context: Context,
  userId: string,
  { items, add_tags, remove_tags, ...given }: z.infer<typeof libraryChange>,
) {
  return context.database.transaction().execute(async (tx) => {
    const all = items.map(({ id }) => id);
    const subject = await knownSubject(tx, userId, given.subject, all);
    const changes: RawBuilder<unknown>[] = [];
    if (subject !== undefined) changes.push(sql`subject = ${subject}`);
    if (add_tags || remove_tags)
      changes.push(sql`tags = array(
        select distinct tag from unnest(tags || ${add_tags ?? []}::text[]) as tag
        where tag <> all(${remove_tags ?? []}::text[]) order by tag limit 50)`);
    const moved = new Set<string | null>();
    let changed = 0;
    for (const kind of ["recording", "study_material"] as const) {
      const ids = idsOf(items, kind);
      const table = sql.table(TABLES[kind]);
      const { rows } = await sql<{ subject: string | null }>`
        select subject from ${table} where user_id = ${userId} and binned_at is null and id = any(${ids}::uuid[])
        order by id for update`.execute(tx);
      if (rows.length < ids.length) fail("not-found");
      if (rows.length === 0 || changes.length === 0) continue;
      await sql`
        update ${table} set ${sql.join(changes)} where user_id = ${userId} and id = any(${ids}::uuid[])`.execute(
        tx,
      );
      if (subject !== undefined)
        for (const before of rows) if (before.subject !== subject) moved.add(before.subject);
      for (const id of ids) await notifyChanged(tx, userId, { kind, id, change: "updated" });
      changed += ids.length;
    }
    if (moved.size > 0 && subject !== undefined)
      for (const one of moved.add(subject)) await mineLater(tx, userId, one);
    return { changed };
  });
}
