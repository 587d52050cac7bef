/** Citations of a transcription after an edit: moved to where their quote stands now, or flagged as changed; never wrong. */
import type { Tx } from "#server/context.ts";

export interface Edit {
  /** Offsets of the edited segment in the old text, and its length in the new one; UTF-16 code units. */
  from: number;
  oldLength: number;
  newLength: number;
}

/** A quote inside the edited segment is looked for this far from where it was. */
const REACH = 5000;

export async function moveCitations(
  tx: Tx,
  userId: string,
  transcriptionId: string,
  edit: Edit,
  text: string,
) {
  const citations = await tx
    .selectFrom("citations")
    .select(["message_id", "number", "quote", "start_offset", "end_offset", "status"])
    .where("user_id", "=", userId)
    .where("transcription_id", "=", transcriptionId)
    .execute();
  for (const citation of citations) {
    const start = standsAt(citation, edit, text);
    const status =
      start === undefined
        ? "changed"
        : start === citation.start_offset
          ? citation.status === "changed"
            ? "moved"
            : citation.status
          : "moved";
    if (status === citation.status && (start === undefined || start === citation.start_offset))
      continue;
    await tx
      .updateTable("citations")
      .set({
        status,
        ...(start !== undefined && {
          start_offset: start,
          end_offset: start + citation.quote.length,
        }),
      })
      .where("user_id", "=", userId)
      .where("message_id", "=", citation.message_id)
      .where("number", "=", citation.number)
      .execute();
  }
}

function standsAt(
  citation: { quote: string; start_offset: number },
  edit: Edit,
  text: string,
): number | undefined {
  const { quote } = citation;
  const behind = citation.start_offset >= edit.from + edit.oldLength;
  const expected = citation.start_offset + (behind ? edit.newLength - edit.oldLength : 0);
  if (text.startsWith(quote, expected)) return expected;
  let nearest: number | undefined;
  for (
    let at = text.indexOf(quote, Math.max(0, expected - REACH));
    at !== -1 && at <= expected + REACH;
    at = text.indexOf(quote, at + 1)
  ) {
    if (nearest === undefined || Math.abs(at - expected) < Math.abs(nearest - expected))
      nearest = at;
  }
  return nearest;
}
