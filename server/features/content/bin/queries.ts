import { sql } from "kysely";
import { forPurpose } from "#database/principal.ts";
import type { Queryable } from "#server/context.ts";
import { BIN_DAYS } from "#server/vocabulary.ts";

interface BinnedRow {
  kind: "recording" | "study_material";
  id: string;
  title: string;
  subject: string | null;
  size_bytes: number | null;
  binned_at: Date;
  deleted_at: Date;
}

export async function countBinned(database: Queryable, userId: string, until: Date) {
  const { rows } = await forPurpose("bin", () =>
    sql<{ count: number }>`
      select (select count(*) from recordings where user_id = ${userId} and binned_at <= ${until})
        + (select count(*) from study_materials where user_id = ${userId} and binned_at <= ${until}) as count`.execute(
      database,
    ),
  );
  return Number(rows[0]!.count);
}

/** Newest first. `until`: only what was thrown away before. */
export async function listBin(
  database: Queryable,
  userId: string,
  page: { limit: number; cursor?: string | undefined },
) {
  const [at, id] = page.cursor?.split("_") ?? [];
  const { rows } = await forPurpose("bin", () =>
    sql<BinnedRow & { at: string }>`
      select *, (extract(epoch from binned_at) * 1000000)::bigint::text as at,
        binned_at + make_interval(days => ${BIN_DAYS}) as deleted_at
      from (
        select 'recording' as kind, id, title, subject, size_bytes, binned_at from recordings
        where user_id = ${userId} and binned_at is not null
        union all select 'study_material', id, title, subject, size_bytes, binned_at from study_materials
        where user_id = ${userId} and binned_at is not null
      ) as thing
      ${at ? sql`where ((extract(epoch from binned_at) * 1000000)::bigint, id) < (${at}::bigint, ${id}::uuid)` : sql``}
      order by binned_at desc, id desc limit ${page.limit + 1}`.execute(database),
  );
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  return {
    items: items.map(({ at: _at, ...item }) => item),
    next_cursor: rows.length > items.length && last ? `${last.at}_${last.id}` : null,
  };
}
