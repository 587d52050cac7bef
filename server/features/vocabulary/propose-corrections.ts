import { notifyChanged } from "#server/changes.ts";
import type { Context, Queryable, Tx } from "#server/context.ts";
import type { ClaimedJob, JobOfUser, Run } from "#server/features/jobs/contract.ts";
import { FOR_A_JOB_MS, studyAside } from "#server/features/study/aside/study-aside.ts";
import { findTranscription } from "#server/features/transcription/queries.ts";
import { mineInside } from "./mine-vocabulary.ts";

/** Compares a finished transcript with the terms of its subject. It changes nothing of the transcript. */
export async function proposeCorrections(
  context: Context,
  job: ClaimedJob<"propose-corrections">,
  run: Run,
) {
  const { database } = context;
  const userId = job.user_id;
  const id = job.payload.transcription_id;
  const transcription = await findTranscription(database, userId, id);
  // Deleted meanwhile, or written by a person.
  if (!transcription?.completed_at || transcription.source === "supplied") return { proposed: 0 };
  const subject = await subjectOf(database, userId, transcription.recording_id);
  await mineInside(context, (work) => run.write(work), userId, subject);
  const proposals = await studyAside(
    context,
    "findCorrections",
    userId,
    { transcription_id: id, subject },
    FOR_A_JOB_MS,
  );
  await run.write(async (tx) => {
    await tx
      .deleteFrom("proposed_corrections")
      .where("user_id", "=", userId)
      .where("transcription_id", "=", id)
      .where("decision", "is", null)
      .execute();
    if (proposals.length > 0)
      await tx
        .insertInto("proposed_corrections")
        .values(
          proposals.map((proposal) => ({ user_id: userId, transcription_id: id, ...proposal })),
        )
        .onConflict((conflict) => conflict.constraint("proposed_corrections_place_key").doNothing())
        .execute();
  });
  return { proposed: proposals.length };
}

/** Whoever shows the transcript learns that nobody looks any more. */
export async function proposalsEnded(tx: Tx, job: JobOfUser<"propose-corrections">) {
  const id = job.payload.transcription_id;
  await notifyChanged(tx, job.user_id, { kind: "transcription", id, change: "updated" });
}

async function subjectOf(database: Queryable, userId: string, recordingId: string) {
  const recording = await database
    .selectFrom("recordings")
    .select("subject")
    .where("user_id", "=", userId)
    .where("id", "=", recordingId)
    .executeTakeFirst();
  return recording?.subject ?? null;
}
