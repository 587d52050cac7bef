/** Quotations of a transcript that is deleted: the recording is still there, and so is the second. */
import { sql } from "kysely";
import type { Tx } from "#server/context.ts";
import { takeTurns } from "#server/turns.ts";
import { QUOTING } from "./move-citations.ts";
import { nearestInTime } from "./nearest-in-time.ts";
import { segmentClock } from "./segment-clock.ts";

/**
 * Marks go over with the version that is shown (`carryMarks`); terms of a vocabulary are found again in the texts that
 * are left.
 */
const LEAVING = QUOTING.filter((table) => table !== "marks" && table !== "vocabulary_terms");

interface Leaving {
  /** Where the row stands in its table. */
  place: string;
  quote: string;
  start_offset: number;
  start_seconds: number | null;
}

/**
 * Before the version is deleted: what quotes it stands where its words stand nearest to its second in the version that
 * takes its place (`moved`); where they are not said there, it keeps recording and second and says `changed`.
 */
export async function leaveVersion(
  tx: Tx,
  userId: string,
  id: string,
  next: { id: string; text: string } | undefined,
) {
  const segments = next
    ? await tx
        .selectFrom("transcription_segments")
        .select(["text", "start_seconds", "end_seconds"])
        .where("user_id", "=", userId)
        .where("transcription_id", "=", next.id)
        .orderBy("number")
        .execute()
    : [];
  const clock = segmentClock(segments);
  const turns = takeTurns();
  for (const table of LEAVING) {
    const { rows } = await sql<Leaving>`
      select ctid::text as place, quote, start_offset, start_seconds from ${sql.table(table)}
      where user_id = ${userId} and transcription_id = ${id} and quote is not null for update`.execute(
      tx,
    );
    if (rows.length === 0) continue;
    const left: object[] = [];
    for (const { place, quote, start_offset, start_seconds } of rows) {
      if (turns.isOver()) await turns.next();
      const start =
        next &&
        nearestInTime(
          next.text,
          quote,
          start_seconds ?? 0,
          (at) => clock(at, at + 1).start_seconds ?? 0,
        );
      left.push(
        start === undefined
          ? { place, status: "changed", transcription_id: null, start_offset }
          : { place, status: "moved", transcription_id: next!.id, start_offset: start },
      );
    }
    await sql`
      update ${sql.table(table)} as quoting
      set status = row.status, transcription_id = row.transcription_id, start_offset = row.start_offset,
        cited_offset = null,
        end_offset = row.start_offset + quoting.end_offset - quoting.start_offset
      from jsonb_to_recordset(${JSON.stringify(left)}::jsonb)
        as row (place text, status text, transcription_id uuid, start_offset integer)
      where quoting.user_id = ${userId} and quoting.ctid = row.place::tid`.execute(tx);
  }
}
