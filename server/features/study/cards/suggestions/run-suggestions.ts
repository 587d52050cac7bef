import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
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
import { FOR_A_JOB_MS, studyAside } from "#server/features/study/aside/study-aside.ts";
import type { CardKind } from "#server/features/study/cards/shapes.ts";
import { suggestByModel } from "./by-model.ts";
import type { Scope } from "./course.ts";
import {
  findSuggestion,
  insertSuggestion,
  replaceSuggested,
  updateSuggestion,
  type SuggestionRow,
} from "./queries.ts";
import type { SuggestionOfSubject } from "./read-aside.ts";

export interface Wish {
  source?: { kind: "recording" | "study_material"; id: string } | undefined;
  subject?: string | undefined;
  count: number;
  kinds?: CardKind[] | undefined;
}

/** @throws Failure `invalid-input` when the source is not the student's, or has no text. */
export async function startSuggestions(context: Context, userId: string, wish: Wish) {
  return context.database.transaction().execute(async (tx) => {
    await takeJobPlace(context, tx, userId, "suggest-cards");
    if (wish.source && !(await findSourceText(tx, userId, wish.source)))
      fail("invalid-input", {
        errors: [{ field: "source", message: "is not one of your sources, or has no text yet" }],
      });
    const { id } = await enqueueJob(tx, {
      user_id: userId,
      job_type: "suggest-cards",
      payload: {},
      max_attempts: 3,
    });
    await insertSuggestion(tx, userId, {
      id,
      source_kind: wish.source?.kind ?? null,
      source_id: wish.source?.id ?? null,
      subject: wish.subject ?? null,
      kinds: wish.kinds ?? [],
      asked: wish.count,
    });
    await notifyChanged(tx, userId, { kind: "card_suggestion", id, change: "created" });
    return (await findSuggestion(tx, userId, id))!;
  });
}

/**
 * Run for a job: with the language model where there is one, by rules where there is none or it fails.
 * @throws Failure `not-found`, `invalid-input`.
 */
export async function runSuggestions(context: Context, job: ClaimedJob<"suggest-cards">, run: Run) {
  const userId = job.user_id;
  const wish = (await findSuggestion(context.database, userId, job.id)) ?? fail("not-found");
  await run.write((tx) => tell(tx, userId, job.id, { status: "processing" }));
  const scope = scopeOf(wish);
  // Another one may be set meanwhile.
  const llm = context.llmOfJobs;
  const written = llm
    ? await suggestByModel(context, llm, userId, scope, wish, run)
    : { items: [], dropped: 0, failure: undefined };
  const byRules = written.items.length === 0;
  const items = byRules
    ? await studyAside(
        context,
        "suggestFromCourse",
        userId,
        { scope, count: wish.asked, kinds: wish.kinds },
        FOR_A_JOB_MS,
      )
    : written.items;
  await setExactSeconds(
    context.database,
    userId,
    items.map(({ witness }) => witness),
  );
  await run.write(async (tx) => {
    await replaceSuggested(tx, userId, job.id, items);
    await tell(tx, userId, job.id, {
      status: "completed",
      engine: byRules ? "rules" : `${llm!.name}: ${llm!.model}`.slice(0, 200),
      dropped: written.dropped,
      message: messageOf(items.length, wish.asked, written),
    });
  });
  return { made: items.length, asked: wish.asked, dropped: written.dropped };
}

function messageOf(
  made: number,
  asked: number,
  {
    items,
    dropped,
    failure,
  }: { items: SuggestionOfSubject[]; dropped: number; failure: string | undefined },
) {
  const parts = [`${made} of ${asked} made.`];
  if (dropped > 0)
    parts.push(
      `${dropped} of the language model's did not stand the check against the source and were left out.`,
    );
  if (failure) parts.push(failure);
  if (items.length === 0 && (dropped > 0 || failure))
    parts.push("These were made without the language model.");
  else if (made < asked && dropped === 0)
    parts.push("The text has no more sentences that can be asked for by themselves.");
  return parts.join(" ");
}

function scopeOf({ source_kind, source_id, subject }: SuggestionRow): Scope {
  return source_kind && source_id
    ? { source: { kind: source_kind, id: source_id } }
    : { subject: subject ?? fail("invalid-input") };
}

async function tell(
  tx: Tx,
  userId: string,
  id: string,
  values: Parameters<typeof updateSuggestion>[3],
) {
  await updateSuggestion(tx, userId, id, values);
  await notifyChanged(tx, userId, { kind: "card_suggestion", id, change: "updated" });
}

export async function suggestionsEnded(tx: Tx, job: JobOfUser<"suggest-cards">, outcome: Outcome) {
  if (outcome.status === "completed") return;
  await tell(tx, job.user_id, job.id, {
    status: outcome.status,
    ...whyEnded(outcome, "This was cancelled."),
  });
}

export async function suggestionsRetried(tx: Tx, job: JobOfUser<"suggest-cards">) {
  await tell(tx, job.user_id, job.id, WAITS_AGAIN);
}
