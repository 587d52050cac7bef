import { setImmediate as breathe } from "node:timers/promises";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Queryable, Tx } from "#server/context.ts";
import type { ClaimedJob, JobOfUser, Run } from "#server/features/jobs/contract.ts";
import { baseLanguage } from "#server/features/search/word-forms.ts";
import { findTranscription, listSegments } from "#server/features/transcription/queries.ts";
import { createMisheardFinder, type Misheard } from "./find-misheard.ts";
import { mineInside, readMaterials } from "./mine-vocabulary.ts";

/** A transcript that is wrong throughout is better made anew. */
const MOST_PROPOSALS = 500;

/** Compares a finished transcript with the terms of its subject. It changes nothing of the transcript. */
export async function proposeCorrections(
  { database }: Context,
  job: ClaimedJob<"propose-corrections">,
  run: Run,
) {
  const userId = job.user_id;
  const id = job.payload.transcription_id;
  const transcription = await findTranscription(database, userId, id);
  // Deleted meanwhile, or written by a person.
  if (!transcription?.completed_at || transcription.source === "supplied") return { proposed: 0 };
  const subject = await subjectOf(database, userId, transcription.recording_id);
  await mineInside(database, (work) => run.write(work), userId, subject);
  const terms = await database
    .selectFrom("vocabulary_terms")
    .select(["id", "term"])
    .where("user_id", "=", userId)
    .where("subject", "=", subject ?? "")
    .where("is_removed", "=", false)
    .execute();
  const find = createMisheardFinder(
    terms,
    {
      known: await knownWords(database, userId, subject),
      language: baseLanguage(transcription.language),
    },
    transcription.text,
  );
  const segments = await listSegments(database, userId, id);
  const found: Misheard[] = [];
  for (const [at, segment] of segments.entries()) {
    // What the student wrote is not doubted.
    if (!segment.original) found.push(...find(segment));
    if (at % 50 !== 49) continue;
    run.progress(at / segments.length);
    await breathe();
  }
  const proposals = found.toSorted((a, b) => b.nearness - a.nearness).slice(0, MOST_PROPOSALS);
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

async function knownWords(database: Queryable, userId: string, subject: string | null) {
  const known = new Set<string>();
  for (const { text } of await readMaterials(database, userId, subject))
    for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{M}]{2,}/gu)) known.add(word);
  return known;
}
