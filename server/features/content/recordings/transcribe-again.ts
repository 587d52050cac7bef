import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { takeJobPlace } from "#server/features/quotas/take.ts";
import { refuseUnknownEngine } from "#server/features/transcription/known-engine.ts";
import { startTranscription } from "#server/features/transcription/start-transcription.ts";
import { findRecording } from "./queries.ts";

/**
 * Another transcription of the same recording; the one that is there stays until the new one is done, and after it as
 * an older version.
 * @throws Failure `not-found`, `invalid-input` (an unknown engine or model), and what `startTranscription` throws.
 */
export async function transcribeAgain(
  context: Context,
  userId: string,
  id: string,
  wish: Parameters<typeof startTranscription>[3],
) {
  await refuseUnknownEngine(context, wish);
  return context.database.transaction().execute(async (tx) => {
    await takeJobPlace(context, tx, userId, "transcribe");
    if (!(await findRecording(tx, userId, id))) fail("not-found");
    return startTranscription(tx, userId, id, wish);
  });
}
