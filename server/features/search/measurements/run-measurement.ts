import { sql } from "kysely";
import type { MeasuredEngineValue, NeverFoundValue } from "#database/json-columns.ts";
import { notifyChanged } from "#server/changes.ts";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import {
  type ClaimedJob,
  type JobOfUser,
  type Outcome,
  type Run,
  whyEnded,
  WAITS_AGAIN,
} from "#server/features/jobs/contract.ts";
import { understands, type Embeddings } from "#server/providers/embeddings/contract.ts";
import { embedMissing } from "../embed-passages.ts";
import { findChoice, WORDS } from "../engines.ts";
import { languageOfQuestion } from "../rank-by-meaning.ts";
import { searchPassages, type SearchHit } from "../search-passages.ts";
import { ownQuestions, type OwnQuestion } from "./own-questions.ts";
import { setChoice, takeTurn, updateMeasurement } from "./queries.ts";
import { FEWEST_QUESTIONS } from "./start-measurement.ts";

const LOOKED_AT = 10;

/**
 * Asks the search everything that the student's own study asks, with each engine. The search itself goes on meanwhile.
 * @throws Failure `not-found`, `engine-unavailable`.
 */
export async function runMeasurement(
  context: Context,
  job: ClaimedJob<"measure-search">,
  run: Run,
) {
  const { database } = context;
  const userId = job.user_id;
  const id = job.payload.measurement_id;
  const asked =
    (await database
      .selectFrom("search_measurements")
      .select(["engines", "is_automatic"])
      .where("user_id", "=", userId)
      .where("id", "=", id)
      .executeTakeFirst()) ?? fail("not-found");
  await run.write((tx) => updateMeasurement(tx, userId, id, { status: "processing" }));
  const questions = await ownQuestions(database, userId);
  const enough = questions.length >= FEWEST_QUESTIONS;
  const ranks: number[][] = [];
  if (enough)
    for (const [at, name] of asked.engines.entries()) {
      const part = (fraction: number) => run.progress((at + fraction) / asked.engines.length);
      ranks.push(await ranksWith(context, userId, name, questions, run, part));
    }
  const results = ranks.map((own, at) => figuresOf(asked.engines[at]!, own));
  const neverFound = ranks[0] ? await sourcesNeverFound(context, userId, questions, ranks[0]) : [];
  await run.write(async (tx) => {
    await updateMeasurement(tx, userId, id, {
      status: "completed",
      questions: questions.length,
      results: JSON.stringify(results),
      never_found: JSON.stringify(neverFound),
      completed_at: sql<Date>`now()`,
      error_code: null,
      error_message: null,
    });
    if (asked.is_automatic) await decide(tx, userId, results, asked.engines);
    await notifyChanged(tx, userId, { kind: "search_measurement", id, change: "updated" });
  });
  return { questions: questions.length };
}

/**
 * The server's new engine takes the place of the one in use unless it is worse; where nothing can be told, it does too.
 */
async function decide(tx: Tx, userId: string, results: MeasuredEngineValue[], [current]: string[]) {
  await takeTurn(tx, userId);
  const choice = await findChoice(tx, userId);
  // Whoever chose meanwhile keeps that.
  if (!choice?.is_provisional || choice.engine !== current) return;
  const [before, after] = results;
  const worse = before && after && after.mrr < before.mrr;
  await setChoice(tx, userId, worse ? { engine: current!, is_provisional: false } : undefined);
  const gone = worse ? after.engine : current!;
  await tx
    .deleteFrom("passage_embeddings")
    .where("user_id", "=", userId)
    .where("model", "=", gone)
    .execute();
}

async function ranksWith(
  context: Context,
  userId: string,
  name: string,
  questions: OwnQuestion[],
  run: Run,
  progress: (fraction: number) => void,
) {
  const engine = context.embeddingEngines.find(({ model }) => model === name);
  if (!engine && name !== WORDS)
    fail("engine-unavailable", { message: `The model ${name} is not on this server any more.` });
  if (engine) await embedMissing(context, userId, engine, undefined, run);
  progress(0.5);
  const vectors = engine ? await vectorsOf(engine, questions, run.signal) : new Map();
  const ranks: number[] = [];
  for (const [at, { text, places }] of questions.entries()) {
    run.signal.throwIfAborted();
    const { items } = await searchPassages(context, userId, {
      q: text,
      plain: true,
      limit: LOOKED_AT,
      with: { engine, vector: vectors.get(text) },
    });
    ranks.push(1 + items.findIndex((item) => places.some((place) => answers(item, place))));
    progress(0.5 + (0.5 * at) / questions.length);
  }
  return ranks;
}

async function vectorsOf(engine: Embeddings, questions: OwnQuestion[], signal: AbortSignal) {
  const texts = questions
    .map(({ text }) => text)
    .filter((text) => understands(engine, languageOfQuestion(text)));
  const vectors = await engine.embed(texts, "question", signal);
  return new Map(texts.map((text, at) => [text, vectors[at]!]));
}

function answers(
  { source, start_offset, end_offset }: SearchHit,
  place: OwnQuestion["places"][number],
) {
  const same =
    source.kind === "recording"
      ? source.transcription_id === place.transcription_id
      : source.id === place.study_material_id;
  return same && start_offset < place.end_offset && place.start_offset < end_offset;
}

/** Ranks count from 1; 0: not among those looked at. */
function figuresOf(engine: string, ranks: number[]): MeasuredEngineValue {
  const share = (most: number) =>
    ranks.filter((rank) => rank > 0 && rank <= most).length / ranks.length;
  return {
    engine,
    hit_at_1: share(1),
    hit_at_3: share(3),
    mrr: ranks.reduce((sum, rank) => sum + (rank > 0 ? 1 / rank : 0), 0) / ranks.length,
    found: ranks.filter((rank) => rank > 0).length,
  };
}

async function sourcesNeverFound(
  { database }: Context,
  userId: string,
  questions: OwnQuestion[],
  ranks: number[],
): Promise<NeverFoundValue[]> {
  const versions = await database
    .selectFrom("transcriptions")
    .select(["id", "recording_id"])
    .where("user_id", "=", userId)
    .where("is_current", "=", true)
    .execute();
  const recordingOf = new Map(versions.map(({ id, recording_id }) => [id, recording_id]));
  const asked = new Map<string, NeverFoundValue & { found: boolean }>();
  for (const [at, { places }] of questions.entries())
    for (const { transcription_id, study_material_id } of places) {
      const id = study_material_id ?? recordingOf.get(transcription_id ?? "");
      if (!id) continue;
      const source = asked.get(id) ?? {
        kind: study_material_id ? "study_material" : "recording",
        id,
        questions: 0,
        found: false,
      };
      asked.set(id, {
        ...source,
        questions: source.questions + 1,
        found: source.found || ranks[at]! > 0,
      });
    }
  return [...asked.values()]
    .flatMap(({ found, ...source }) => (found ? [] : [source]))
    .slice(0, 200);
}

export async function measurementEnded(tx: Tx, job: JobOfUser<"measure-search">, outcome: Outcome) {
  const id = job.payload.measurement_id;
  if (outcome.status !== "completed")
    await updateMeasurement(tx, job.user_id, id, {
      status: "failed",
      ...whyEnded(outcome, "The measurement was cancelled."),
    });
  await notifyChanged(tx, job.user_id, { kind: "search_measurement", id, change: "updated" });
}

export async function measurementRetried(tx: Tx, job: JobOfUser<"measure-search">) {
  await updateMeasurement(tx, job.user_id, job.payload.measurement_id, WAITS_AGAIN);
}
