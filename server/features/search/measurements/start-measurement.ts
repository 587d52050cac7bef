import { asOwner } from "#database/principal.ts";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import { engineFor, findChoice, forgetChoice, WORDS } from "../engines.ts";
import {
  findComparison,
  findUnderWay,
  hasPassages,
  setChoice,
  studentsToMeasure,
  takeTurn,
} from "./queries.ts";

/** Fewer questions tell nothing of an engine. */
export const FEWEST_QUESTIONS = 10;

/** A row and its job, in one transaction. */
export async function startMeasurement(
  tx: Tx,
  userId: string,
  engines: string[],
  automatic = false,
) {
  const { id } = await tx
    .insertInto("search_measurements")
    .values({ user_id: userId, engines, is_automatic: automatic })
    .returning("id")
    .executeTakeFirstOrThrow();
  await enqueueJob(tx, {
    user_id: userId,
    job_type: "measure-search",
    payload: { measurement_id: id },
    priority: automatic ? -20 : 0,
  });
  await notifyChanged(tx, userId, { kind: "search_measurement", id, change: "created" });
  return id;
}

/** @throws Failure `not-found` for an engine that is not on this server. */
export async function measureOwn(
  context: Context,
  userId: string,
  compareWith: string | undefined,
) {
  const current = (await engineFor(context, userId))?.model ?? WORDS;
  if (compareWith !== undefined && !namesOf(context).includes(compareWith)) fail("not-found");
  const engines = [...new Set([current, ...(compareWith === undefined ? [] : [compareWith])])];
  return context.database.transaction().execute(async (tx) => {
    // Whoever presses twice waits for the one that is under way.
    const underWay = await findUnderWay(tx, userId);
    return underWay ?? startMeasurement(tx, userId, engines);
  });
}

/** Of one press of an administrator; another press takes the next ones. */
const MOST_STUDENTS = 1000;

/** Everybody who has anything to search, with the engine in use beside words alone. @returns how many were started. */
export async function measureEverybody(context: Context) {
  const { database } = context;
  let started = 0;
  for (const userId of await studentsToMeasure(database, MOST_STUDENTS))
    await asOwner(userId, async () => {
      if (!(await hasPassages(database, userId))) return;
      const current = (await engineFor(context, userId))?.model ?? WORDS;
      await database
        .transaction()
        .execute((tx) => startMeasurement(tx, userId, [...new Set([current, WORDS])]));
      started += 1;
    });
  return started;
}

function namesOf({ embeddingEngines }: Context) {
  return [WORDS, ...embeddingEngines.map(({ model }) => model)];
}

export async function describeEngines(context: Context, userId: string) {
  const { embeddings, embeddingEngines, database } = context;
  forgetChoice(userId);
  const choice = await findChoice(database, userId);
  return {
    engine: (await engineFor(context, userId))?.model ?? WORDS,
    is_provisional: choice?.is_provisional ?? false,
    engines: [
      { engine: WORDS, languages: null, is_of_server: embeddings === undefined },
      ...embeddingEngines.map(({ model, languages }) => ({
        engine: model,
        languages: languages ?? null,
        is_of_server: model === embeddings?.model,
      })),
    ],
  };
}

/**
 * @throws Failure `not-found` for an engine that is not on this server; `engine-not-compared` before it was compared
 * with the one in use on enough questions; `engine-worse` when it found less.
 */
export async function chooseEngine(context: Context, userId: string, wanted: string) {
  const { database, embeddings } = context;
  if (!namesOf(context).includes(wanted)) fail("not-found");
  await database.transaction().execute(async (tx) => {
    // Of two tabs the second one compares with what the first one chose.
    await takeTurn(tx, userId);
    forgetChoice(userId);
    const current = (await engineFor({ ...context, database: tx }, userId))?.model ?? WORDS;
    if (wanted !== current) await refuseTheWorse(tx, userId, current, wanted);
    const ofServer = wanted === (embeddings?.model ?? WORDS);
    await setChoice(tx, userId, ofServer ? undefined : { engine: wanted, is_provisional: false });
    await notifyChanged(tx, userId, { kind: "search_measurement", id: userId, change: "updated" });
  });
  forgetChoice(userId);
  return describeEngines(context, userId);
}

async function refuseTheWorse(tx: Tx, userId: string, current: string, wanted: string) {
  const comparison = await findComparison(tx, userId, current, wanted);
  if (!comparison || comparison.questions < FEWEST_QUESTIONS) fail("engine-not-compared");
  const mrr = (engine: string) =>
    comparison.results.find((result) => result.engine === engine)?.mrr ?? 0;
  if (mrr(wanted) < mrr(current)) fail("engine-worse");
}
