import type { Queryable } from "#server/context.ts";
import type { Citation } from "./citations.ts";
import { segmentClock } from "./segment-clock.ts";

/**
 * A passage spans half a minute; a quotation opens at its own second: of its first word where words are timed, else of
 * its segment.
 */
export async function setExactSeconds(database: Queryable, userId: string, citations: Citation[]) {
  const spoken = citations.filter(({ source }) => source.transcription_id);
  for (const id of new Set(spoken.map(({ source }) => source.transcription_id!))) {
    const segments = await database
      .selectFrom("transcription_segments")
      .select(["text", "start_seconds", "end_seconds"])
      .where("user_id", "=", userId)
      .where("transcription_id", "=", id)
      .orderBy("number")
      .execute();
    const clock = segmentClock(segments);
    for (const citation of spoken.filter(({ source }) => source.transcription_id === id)) {
      Object.assign(citation, clock(citation.start_offset, citation.end_offset));
      await fromWords(database, userId, id, segments, citation);
    }
  }
}

async function fromWords(
  database: Queryable,
  userId: string,
  id: string,
  segments: { text: string }[],
  citation: Citation,
) {
  let offset = 0;
  const number = segments.findIndex(({ text }) => {
    const here = citation.start_offset <= offset + text.length;
    if (!here) offset += text.length + 1;
    return here;
  });
  const row = await database
    .selectFrom("transcription_segments")
    .select("words")
    .where("user_id", "=", userId)
    .where("transcription_id", "=", id)
    .where("number", "=", number)
    .executeTakeFirst();
  const words = row?.words;
  const text = segments[number]?.text;
  if (!words || text === undefined) return;
  let at = 0;
  for (const word of words) {
    const found = text.indexOf(word.text.trim(), at);
    if (found < 0) return;
    at = found + word.text.trim().length;
    if (offset + at > citation.start_offset) {
      citation.start_seconds = word.start;
      citation.end_seconds = Math.max(word.start, citation.end_seconds ?? word.end);
      return;
    }
  }
}
