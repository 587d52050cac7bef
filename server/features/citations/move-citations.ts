import { sql } from "kysely";
import type { Tx } from "#server/context.ts";
import type { SourceRef } from "./citations.ts";

/** Every table whose rows quote a source: each has quote, offsets, status and the references to its source. */
const QUOTING = [
  "citations",
  "card_witnesses",
  "suggested_cards",
  "quiz_questions",
  "marks",
  "vocabulary_terms",
];

interface Quoting {
  /** Where the row stands in its table. */
  place: string;
  quote: string;
  start_offset: number;
  status: string;
}

/**
 * A source's text was edited: what quotes it stands where its words stand now, or says that its words are gone; never
 * anywhere else. Offsets count UTF-16 code units.
 *
 * @param before the text that the stored offsets count in; null when there was none, and so no citation to move.
 */
export async function moveCitations(
  tx: Tx,
  userId: string,
  source: SourceRef,
  before: string | null,
  after: string,
) {
  if (before === null || before === after) return;
  const column = source.transcription_id ? "transcription_id" : "study_material_id";
  const expected = expectedOffset(before, after);
  for (const table of QUOTING) {
    // Locked rows stay where they are: ctid names a row of any of these tables until the transaction ends.
    const { rows } = await sql<Quoting>`
      select ctid::text as place, quote, start_offset, status from ${sql.table(table)}
      where user_id = ${userId} and ${sql.ref(column)} = ${source.transcription_id ?? source.study_material_id} and quote is not null
      for update`.execute(tx);
    const moved = rows.flatMap((row) => {
      const at = nearest(after, row.quote, expected(row.start_offset));
      if (at === undefined) return row.status === "changed" ? [] : [{ ...row, status: "changed" }];
      if (at === row.start_offset && row.status !== "changed") return [];
      return [{ ...row, status: "moved", start_offset: at }];
    });
    if (moved.length === 0) continue;
    await sql`
      update ${sql.table(table)} as quoting
      set status = row.status, start_offset = row.start_offset,
        end_offset = row.start_offset + quoting.end_offset - quoting.start_offset
      from jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) as row (place text, status text, start_offset integer)
      where quoting.user_id = ${userId} and quoting.ctid = row.place::tid`.execute(tx);
  }
}

/** What stands behind the edit moves with it; the edit is what two texts do not share at their beginning and end. */
function expectedOffset(before: string, after: string) {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const behind = before.length - tail;
  return (offset: number) => (offset >= behind ? offset + after.length - before.length : offset);
}

function nearest(text: string, quote: string, offset: number) {
  const next = text.indexOf(quote, offset);
  if (next === offset) return next;
  const last = text.lastIndexOf(quote, offset);
  if (next < 0 || last < 0) return next < 0 && last < 0 ? undefined : Math.max(next, last);
  return next - offset < offset - last ? next : last;
}
