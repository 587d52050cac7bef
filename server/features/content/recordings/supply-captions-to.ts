import { notifyChanged } from "#server/changes.ts";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { takeStorage } from "#server/features/quotas/take.ts";
import {
  collectCaptions,
  readCaptionsAside,
} from "#server/features/transcription/captions/read-aside.ts";
import { withNoSpeech } from "#server/features/transcription/present.ts";
import { findTranscription } from "#server/features/transcription/queries.ts";
import { supplyCaptions } from "#server/features/transcription/supply-captions.ts";
import { findRecording } from "./queries.ts";

/**
 * Captions become the transcript of a recording; what was there before is kept as an older version.
 *
 * @param source the file; read to its end, also where it is refused
 * @throws Failure `not-found`, `quota-storage`, and what the readers of captions throw.
 */
export async function supplyCaptionsTo(
  context: Context,
  userId: string,
  id: string,
  source: Parameters<typeof collectCaptions>[0],
  hints: Pick<Parameters<typeof readCaptionsAside>[1], "chosen" | "contentType">,
) {
  const file = await collectCaptions(source);
  const language = (await findRecording(context.database, userId, id))?.language;
  const read = await readCaptionsAside(file.bytes, { ...hints, ...(language && { language }) });
  const made = await context.database.transaction().execute(async (tx) => {
    await takeStorage(context, tx, userId, file.bytes.length);
    const found = (await findRecording(tx, userId, id)) ?? fail("not-found");
    const supplied = await supplyCaptions(context, tx, userId, found, { ...file, read });
    await notifyChanged(tx, userId, { kind: "recording", id, change: "updated" });
    return (await findTranscription(tx, userId, supplied.id))!;
  });
  return withNoSpeech(made);
}
