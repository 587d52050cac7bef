/**
 * The written summary of a source: a job, for a small model takes minutes over a lecture. Kept until it is written
 * again.
 */
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { Citation } from "#server/features/citations/citations.ts";
import { setExactSeconds } from "#server/features/citations/exact-seconds.ts";
import { findSourceText } from "#server/features/citations/source-text.ts";
import {
  whyEnded,
  type ClaimedJob,
  type JobOfUser,
  type Outcome,
  type Run,
  WAITS_AGAIN,
} from "#server/features/jobs/contract.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { takeJobPlace } from "#server/features/quotas/take.ts";
import { studyAside } from "#server/features/study/aside/study-aside.ts";
import { askForSummary } from "./ask-for-summary.ts";
import {
  findSummary,
  lockSummaryOf,
  putSentences,
  putSummary,
  updateSummary,
  type SourceOfSummary,
} from "./queries.ts";

/** A part whose answer bears nothing out is asked once more. */
const TRIES = 2;

/**
 * One that is being written already is answered as it is.
 * @throws Failure `engine-unavailable` without a language model; `not-found`; `conflict` when the source has no text
 * yet.
 */
export async function startSummary(context: Context, userId: string, source: SourceOfSummary) {
  return context.database.transaction().execute(async (tx) => {
    const text = (await findSourceText(tx, userId, source)) ?? fail("not-found");
    if (!context.llmOfJobs)
      fail("engine-unavailable", {
        message:
          "No language model is set up on this server, so that there is nobody to write a " +
          "summary. The sentences that say most are in the overview.",
      });
    if (text.text.trim() === "")
      fail("conflict", {
        message: "This source has no text yet, so that there is nothing to sum up.",
      });
    const before = await lockSummaryOf(tx, userId, source);
    if (before?.status === "pending" || before?.status === "processing") return before;
    await takeJobPlace(context, tx, userId, "summarise-source");
    const { id } = await enqueueJob(tx, {
      user_id: userId,
      job_type: "summarise-source",
      payload: { source_id: source.id },
      max_attempts: 3,
    });
    await putSummary(tx, userId, id, source);
    await notifyChanged(tx, userId, { kind: "source_summary", id, change: "created" });
    return (await findSummary(tx, userId, id))!;
  });
}

/**
 * Run for a job.
 * @throws Failure `not-found`, `engine-unavailable`.
 */
export async function runSummary(context: Context, job: ClaimedJob<"summarise-source">, run: Run) {
  const userId = job.user_id;
  const { database, llmOfJobs: llm } = context;
  const row = (await findSummary(database, userId, job.id)) ?? fail("not-found");
  const source = (await findSourceText(database, userId, row.source)) ?? fail("not-found");
  if (!llm) fail("engine-unavailable");
  await run.write((tx) => tell(tx, userId, job.id, { status: "processing" }));
  const { parts, of } = await studyAside(context, "cutSource", userId, row.source);
  const wanted = parts.length === 1 ? 6 : parts.length <= 3 ? 4 : 2;
  const written: { text: string; witness: Citation }[] = [];
  let dropped = 0;
  for (const [at, part] of parts.entries()) {
    for (let attempt = 0, kept = 0; attempt < TRIES && kept === 0; attempt += 1) {
      const claims = await askForSummary(llm, source, part, wanted, run.signal);
      const witnesses = await studyAside(context, "checkSentences", userId, {
        source: row.source,
        claims,
      });
      for (const [number, { text }] of claims.entries()) {
        const witness = kept < wanted ? witnesses[number] : undefined;
        if (witness && !written.some((one) => one.text === text)) {
          written.push({ text: text.slice(0, 2000), witness });
          kept += 1;
        } else dropped += 1;
      }
    }
    run.progress((at + 1) / (parts.length + 1));
  }
  await setExactSeconds(
    database,
    userId,
    written.map(({ witness }) => witness),
  );
  await run.write(async (tx) => {
    await putSentences(tx, userId, job.id, written);
    await tell(tx, userId, job.id, {
      status: "completed",
      engine: `${llm.name}: ${llm.model}`.slice(0, 200),
      dropped,
      parts: of,
      parts_read: parts.length,
    });
  });
  return { sentences: written.length, dropped };
}

async function tell(
  tx: Tx,
  userId: string,
  id: string,
  values: Parameters<typeof updateSummary>[3],
) {
  await updateSummary(tx, userId, id, values);
  await notifyChanged(tx, userId, { kind: "source_summary", id, change: "updated" });
}

export async function summaryEnded(tx: Tx, job: JobOfUser<"summarise-source">, outcome: Outcome) {
  if (outcome.status === "completed") return;
  await tell(tx, job.user_id, job.id, {
    status: outcome.status,
    ...whyEnded(outcome, "This was cancelled."),
  });
}

export async function summaryRetried(tx: Tx, job: JobOfUser<"summarise-source">) {
  await tell(tx, job.user_id, job.id, WAITS_AGAIN);
}
