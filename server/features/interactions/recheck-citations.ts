import { sql } from "kysely";
import type { Tx } from "#server/context.ts";
import type { SourceRef } from "#server/features/search/index-source.ts";

/** The source's text was edited: its citations are found again, or say that their words are gone. */
export async function recheckCitations(tx: Tx, userId: string, source: SourceRef, text: string) {
  const column = source.transcription_id
    ? ("transcription_id" as const)
    : ("study_material_id" as const);
  const rows = await tx
    .selectFrom("citations")
    .select(["message_id", "number", "quote", "start_offset", "end_offset", "status"])
    .where("user_id", "=", userId)
    .where(column, "=", source.transcription_id ?? source.study_material_id!)
    .execute();
  const changed = rows.flatMap((row) => {
    if (text.slice(row.start_offset, row.end_offset) === row.quote)
      return row.status === "changed" ? [{ ...row, status: "moved" }] : [];
    const at = nearest(text, row.quote, row.start_offset);
    if (at === undefined) return row.status === "changed" ? [] : [{ ...row, status: "changed" }];
    return [{ ...row, status: "moved", start_offset: at, end_offset: at + row.quote.length }];
  });
  if (changed.length === 0) return;
  await sql`
    update citations set status = row.status, start_offset = row.start_offset, end_offset = row.end_offset
    from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as row (message_id uuid, number integer, status text, start_offset integer, end_offset integer)
    where citations.user_id = ${userId} and citations.message_id = row.message_id and citations.number = row.number`.execute(
    tx,
  );
}

function nearest(text: string, quote: string, offset: number) {
  const after = text.indexOf(quote, offset);
  const before = text.lastIndexOf(quote, offset);
  if (after < 0 || before < 0) return after < 0 && before < 0 ? undefined : Math.max(after, before);
  return after - offset < offset - before ? after : before;
}
