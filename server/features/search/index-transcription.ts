import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { carryMarks } from "#server/features/marks/carry-marks.ts";
import { realignRecording } from "#server/features/slides/realign.ts";
import { takeIndexTurn, type indexSource } from "./index-source.ts";
import { detectLanguage } from "./languages.ts";

/**
 * Makes a finished (or edited) transcription searchable. Older versions of the same recording leave the search.
 * @throws Failure `not-found`.
 */
export async function indexTranscription(
  context: Pick<Context, "embeddings">,
  tx: Tx,
  userId: string,
  transcriptionId: string,
  /** `indexSoon` in a request, `indexSource` in a job. */
  index: typeof indexSource,
): Promise<{ passages: number }> {
  const transcription = await tx
    .selectFrom("transcriptions")
    .select(["recording_id", "text", "language", "is_current"])
    .where("user_id", "=", userId)
    .where("id", "=", transcriptionId)
    .executeTakeFirst();
  if (!transcription) fail("not-found");
  await takeIndexTurn(tx, userId, { transcription_id: transcriptionId });
  await tx
    .deleteFrom("passages")
    .where("user_id", "=", userId)
    .where("transcription_id", "in", (eb) =>
      eb
        .selectFrom("transcriptions")
        .select("id")
        .where("user_id", "=", userId)
        .where("recording_id", "=", transcription.recording_id)
        .where("is_current", "=", false),
    )
    .execute();
  if (!transcription.is_current) return { passages: 0 };
  await realignRecording(tx, userId, transcription.recording_id);

  const segments = await tx
    .selectFrom("transcription_segments")
    .select(["text", "start_seconds", "end_seconds"])
    .where("user_id", "=", userId)
    .where("transcription_id", "=", transcriptionId)
    .orderBy("number")
    .execute();
  await carryMarks(tx, userId, transcription.recording_id, {
    id: transcriptionId,
    text: transcription.text,
    segments,
  });
  const language = transcription.language ?? detectLanguage(transcription.text);
  // The search asks in the languages that the sources have, so a guess is kept.
  if (!transcription.language && language) {
    await tx
      .updateTable("transcriptions")
      .set({ language })
      .where("user_id", "=", userId)
      .where("id", "=", transcriptionId)
      .execute();
  }
  return index(
    context,
    tx,
    userId,
    { transcription_id: transcriptionId },
    { text: transcription.text, language: language ?? null, segments },
  );
}
