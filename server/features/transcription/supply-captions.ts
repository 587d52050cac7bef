import type { Context, Tx } from "#server/context.ts";
import { indexTranscription } from "#server/features/search/index-transcription.ts";
import type { Segment } from "#server/providers/stt/contract.ts";
import { completeTranscription, insertSegments } from "./queries.ts";

/** The transcript of a lecture that came with captions: there at once, labelled as supplied. */
export async function supplyCaptions(
  context: Context,
  tx: Tx,
  userId: string,
  recording: { id: string; language: string | null },
  segments: Segment[],
) {
  const { id } = await tx
    .insertInto("transcriptions")
    .values({
      user_id: userId,
      recording_id: recording.id,
      source: "supplied",
      engine: "captions",
      language: recording.language,
      is_current: false,
      duration_seconds: segments.at(-1)?.end ?? 0,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await insertSegments(tx, userId, id, 0, segments);
  await completeTranscription(tx, userId, id, {});
  await indexTranscription(context, tx, userId, id);
  return { id };
}
