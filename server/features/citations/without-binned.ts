import { sql } from "kysely";
import { forPurpose } from "#database/principal.ts";
import type { Queryable } from "#server/context.ts";

interface Quoting {
  recording_id: string | null;
  transcription_id: string | null;
  study_material_id: string | null;
}

/** A source in the bin is gone for who quotes it, until it is put back: the quotation names none meanwhile. */
export async function withoutBinned<T extends Quoting>(
  database: Queryable,
  userId: string,
  rows: T[],
): Promise<T[]> {
  if (!rows.some((row) => row.recording_id ?? row.study_material_id)) return rows;
  const { rows: found } = await forPurpose("bin", () =>
    sql<{ id: string }>`
      select id from recordings where user_id = ${userId} and binned_at is not null
      union all select id from study_materials where user_id = ${userId} and binned_at is not null`.execute(
      database,
    ),
  );
  if (found.length === 0) return rows;
  const binned = new Set(found.map(({ id }) => id));
  return rows.map((row) =>
    binned.has(row.recording_id ?? row.study_material_id ?? "")
      ? { ...row, recording_id: null, transcription_id: null, study_material_id: null }
      : row,
  );
}
