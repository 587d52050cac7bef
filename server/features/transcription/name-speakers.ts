/**
 * Who speaks: a name for everything that one voice says, or for some segments. The words, their times and quotations
 * stay as they are.
 */
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { confirmTurn, renameTurns } from "#server/features/speakers/apply-turns.ts";
import type { SpeakerNaming } from "./shapes.ts";

/**
 * @returns how many segments have another name now.
 * @throws Failure `not-found` when there is no such transcript, or nobody of that name speaks in it.
 */
export async function nameSpeakers(
  context: Context,
  userId: string,
  transcriptionId: string,
  naming: SpeakerNaming,
) {
  return context.database.transaction().execute(async (tx) => {
    const transcription =
      (await tx
        .selectFrom("transcriptions")
        .select("recording_id")
        .where("user_id", "=", userId)
        .where("id", "=", transcriptionId)
        .forUpdate()
        .executeTakeFirst()) ?? fail("not-found");
    const { numUpdatedRows } = await tx
      .updateTable("transcription_segments")
      .set({ speaker: naming.name })
      .where("user_id", "=", userId)
      .where("transcription_id", "=", transcriptionId)
      .$if("speaker" in naming, (query) =>
        query.where("speaker", "=", (naming as { speaker: string }).speaker),
      )
      .$if("first" in naming, (query) => {
        const { first, last } = naming as { first: number; last: number };
        return query.where("number", ">=", first).where("number", "<=", last);
      })
      .executeTakeFirst();
    if (numUpdatedRows === 0n) fail("not-found");
    await nameTurns(tx, userId, transcriptionId, transcription.recording_id, naming);
    await notifyChanged(tx, userId, {
      kind: "recording",
      id: transcription.recording_id,
      change: "updated",
    });
    return { changed: Number(numUpdatedRows) };
  });
}

/** What the student says of a voice, or of a span, holds in transcripts to come. */
async function nameTurns(
  tx: Tx,
  userId: string,
  transcriptionId: string,
  recordingId: string,
  naming: SpeakerNaming,
) {
  if ("speaker" in naming) return renameTurns(tx, userId, recordingId, naming.speaker, naming.name);
  const span = await tx
    .selectFrom("transcription_segments")
    .select(({ fn }) => [fn.min("start_seconds").as("start"), fn.max("end_seconds").as("end")])
    .where("user_id", "=", userId)
    .where("transcription_id", "=", transcriptionId)
    .where("number", ">=", naming.first)
    .where("number", "<=", naming.last)
    .executeTakeFirstOrThrow();
  return confirmTurn(tx, userId, recordingId, { ...span, name: naming.name });
}
