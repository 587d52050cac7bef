/** Marks of a recording when another transcript takes the place of the one they count in. */
import { sql } from "kysely";
import type { Tx } from "#server/context.ts";
import { nearestInTime } from "#server/features/citations/nearest-in-time.ts";
import { segmentClock } from "#server/features/citations/segment-clock.ts";
import { takeTurns } from "#server/turns.ts";

/**
 * Each mark goes to where its words stand nearest to its second in the new text; where they are not said there (another
 * engine heard other words), it keeps its second and says `changed`.
 */
export async function carryMarks(
  tx: Tx,
  userId: string,
  recordingId: string,
  transcription: {
    id: string;
    text: string;
    segments: { text: string; start_seconds: number; end_seconds: number }[];
  },
) {
  const marks = await tx
    .selectFrom("marks")
    .select(["id", "quote", "start_offset", "at_seconds"])
    .where("user_id", "=", userId)
    .where("recording_id", "=", recordingId)
    .where("quote", "is not", null)
    .where((eb) =>
      eb.or([eb("transcription_id", "is", null), eb("transcription_id", "!=", transcription.id)]),
    )
    .forUpdate()
    .execute();
  if (marks.length === 0) return;
  const clock = segmentClock(transcription.segments);
  const turns = takeTurns();
  const carried: { id: string; start: number | undefined; length: number }[] = [];
  for (const { id, quote, at_seconds } of marks) {
    if (turns.isOver()) await turns.next();
    const start = nearestInTime(
      transcription.text,
      quote!,
      at_seconds ?? 0,
      (at) => clock(at, at + 1).start_seconds ?? 0,
    );
    carried.push({ id, start, length: quote!.length });
  }
  await sql`
    update marks set transcription_id = ${transcription.id},
      status = case when carried.start is null then 'changed' else 'moved' end,
      start_offset = coalesce(carried.start, start_offset),
      end_offset = coalesce(carried.start + carried.length, end_offset), cited_offset = null
    from jsonb_to_recordset(${JSON.stringify(carried)}::jsonb) as carried (id uuid, start integer, length integer)
    where marks.user_id = ${userId} and marks.id = carried.id`.execute(tx);
}
