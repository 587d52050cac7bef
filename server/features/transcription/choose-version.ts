import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { leaveVersion } from "#server/features/citations/leave-version.ts";
import { indexSoon } from "#server/features/search/index-soon.ts";
import { takeIndexTurn } from "#server/features/search/index-source.ts";
import { indexTranscription } from "#server/features/search/index-transcription.ts";
import { findTranscription } from "./queries.ts";

/**
 * The version of a recording's transcript that is shown and searched.
 * @throws Failure `not-found`, `conflict`.
 */
export async function chooseVersion(context: Context, userId: string, id: string) {
  return context.database.transaction().execute(async (tx) => {
    const version = (await findTranscription(tx, userId, id)) ?? fail("not-found");
    if (!version.completed_at)
      fail("conflict", {
        message: "This transcript is not complete, so that it cannot be the one that is shown.",
      });
    if (!version.is_current) await makeCurrent(context, tx, userId, version);
    return (await findTranscription(tx, userId, id))!;
  });
}

/**
 * Of the versions that are left the newest takes the place of a deleted one, and quotations of it go over or keep their
 * second.
 * @throws Failure `not-found`.
 */
export async function deleteTranscription(context: Context, userId: string, id: string) {
  await context.database.transaction().execute(async (tx) => {
    const version = await tx
      .selectFrom("transcriptions")
      .select(["recording_id", "is_current"])
      .where("user_id", "=", userId)
      .where("id", "=", id)
      .forUpdate()
      .executeTakeFirst();
    if (!version) fail("not-found");
    const next = await tx
      .selectFrom("transcriptions")
      .select(["id", "recording_id", "text"])
      .where("user_id", "=", userId)
      .where("recording_id", "=", version.recording_id)
      .where("id", "!=", id)
      .where("completed_at", "is not", null)
      .orderBy("is_current", "desc")
      .orderBy("id", "desc")
      .limit(1)
      .executeTakeFirst();
    await takeIndexTurn(tx, userId);
    await leaveVersion(tx, userId, id, next);
    await tx
      .deleteFrom("transcriptions")
      .where("user_id", "=", userId)
      .where("id", "=", id)
      .execute();
    await notifyChanged(tx, userId, { kind: "transcription", id, change: "deleted" });
    if (version.is_current && next) await makeCurrent(context, tx, userId, next);
  });
}

async function makeCurrent(
  context: Context,
  tx: Tx,
  userId: string,
  version: { id: string; recording_id: string },
) {
  await tx
    .updateTable("transcriptions")
    .set({ is_current: false })
    .where("user_id", "=", userId)
    .where("recording_id", "=", version.recording_id)
    .where("is_current", "=", true)
    .execute();
  await tx
    .updateTable("transcriptions")
    .set({ is_current: true })
    .where("user_id", "=", userId)
    .where("id", "=", version.id)
    .execute();
  await indexTranscription(context, tx, userId, version.id, indexSoon);
  await notifyChanged(tx, userId, { kind: "transcription", id: version.id, change: "updated" });
}
