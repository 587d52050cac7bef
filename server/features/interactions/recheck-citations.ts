import { sql } from "kysely";
import type { Tx } from "#server/context.ts";
import type { SourceRef } from "#server/features/search/index-source.ts";

/** Every table whose rows quote a source: each has quote, offsets, status and the two references. */
const QUOTING = ["citations", "card_witnesses"];

interface Quoting {
  place: string;
  quote: string;
  start_offset: number;
  end_offset: number;
  status: string;
}

/** The source's text was edited: what quotes it is found again, or says that its words are gone. */
export async function recheckCitations(tx: Tx, userId: string, source: SourceRef, text: string) {
  const column = source.transcription_id ? "transcription_id" : "study_material_id";
  for (const table of QUOTING) {
    // Locked rows stay where they are: ctid names a row of any of these tables until the transaction ends.
    const { rows } = await sql<Quoting>`
      select ctid::text as place, quote, start_offset, end_offset, status from ${sql.table(table)}
      where user_id = ${userId} and ${sql.ref(column)} = ${source.transcription_id ?? source.study_material_id}
      for update`.execute(tx);
    const changed = rows.flatMap((row) => standing(row, text));
    if (changed.length === 0) continue;
    await sql`
      update ${sql.table(table)} as quoting set status = row.status, start_offset = row.start_offset, end_offset = row.end_offset
      from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as row (place text, status text, start_offset integer, end_offset integer)
      where quoting.user_id = ${userId} and quoting.ctid = row.place::tid`.execute(tx);
  }
}

function standing(row: Quoting, text: string): Quoting[] {
  if (text.slice(row.start_offset, row.end_offset) === row.quote)
    return row.status === "changed" ? [{ ...row, status: "moved" }] : [];
  const at = nearest(text, row.quote, row.start_offset);
  if (at === undefined) return row.status === "changed" ? [] : [{ ...row, status: "changed" }];
  return [{ ...row, status: "moved", start_offset: at, end_offset: at + row.quote.length }];
}

function nearest(text: string, quote: string, offset: number) {
  const after = text.indexOf(quote, offset);
  const before = text.lastIndexOf(quote, offset);
  if (after < 0 || before < 0) return after < 0 && before < 0 ? undefined : Math.max(after, before);
  return after - offset < offset - before ? after : before;
}
