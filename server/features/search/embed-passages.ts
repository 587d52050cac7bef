/** Passages by meaning, made in the background: search by words does not wait for them. */
import { sql } from "kysely";
import type { Context, Queryable, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import type { SourceRef } from "#server/features/citations/citations.ts";
import type { ClaimedJob, Run } from "#server/features/jobs/contract.ts";
import { enqueueJob, enqueueJobs } from "#server/features/jobs/enqueue-job.ts";
import type { JobPayload } from "#server/features/jobs/job-types.ts";
import { realignSource } from "#server/features/slides/realign.ts";
import type { Embeddings } from "#server/providers/embeddings/contract.ts";
import { enginesToEmbed, WORDS } from "./engines.ts";
import { startMeasurement } from "./measurements/start-measurement.ts";
import { signatureOf } from "./signature.ts";
import { toBytes } from "./stored-vector.ts";

/** In one request to the engine. */
const BATCH = 64;
/** Sources that one sweep takes up: more wait for the next. */
const SWEPT = 1000;

/** In the transaction that wrote the passages. */
export async function enqueueEmbedding(
  { embeddings }: Pick<Context, "embeddings">,
  tx: Tx,
  userId: string,
  source: SourceRef,
) {
  if (!embeddings) return;
  await enqueueJob(tx, {
    user_id: userId,
    job_type: "embed-passages",
    payload: source.transcription_id
      ? { transcription_id: source.transcription_id }
      : { study_material_id: source.study_material_id! },
    priority: -10,
  });
}

type Source = JobPayload<"embed-passages">;

/**
 * Each batch is kept as it comes: another attempt goes on with what is missing. Slides are found again by meaning.
 * @throws Failure `engine-failed`.
 */
export async function embedPassages(context: Context, job: ClaimedJob<"embed-passages">, run: Run) {
  // The setting is gone, or this worker does not have it: the sweep of one that has it comes back to this source.
  const engines = await enginesToEmbed(context, job.user_id);
  let embedded = 0;
  for (const engine of engines)
    embedded += await embedMissing(context, job.user_id, engine, job.payload, run);
  const kept = engines.map(({ model }) => model);
  if (context.embeddings)
    await run.write(async (tx) => {
      await forgetOthers(tx, job.user_id, job.payload, kept);
      await realignSource(tx, job.user_id, job.payload);
    });
  return { embedded };
}

/**
 * @param source undefined: everything of the student's.
 * @returns how many vectors were made.
 * @throws Failure `engine-failed`.
 */
export async function embedMissing(
  { database }: Pick<Context, "database">,
  userId: string,
  embeddings: Embeddings,
  source: Source | undefined,
  run: Run,
) {
  let embedded = 0;
  let numbers: number | undefined;
  for (;;) {
    run.signal.throwIfAborted();
    const missing = await findMissing(database, userId, source, embeddings);
    if (missing.length === 0) return embedded;
    const texts = missing.map(({ heading, text }) => (heading ? `${heading}\n${text}` : text));
    const vectors = await embeddings.embed(texts, "passage", run.signal);
    // Two models behind one name would take each other's vectors away for ever.
    if (numbers !== undefined && numbers !== vectors[0]!.length) fail("engine-failed");
    numbers = vectors[0]!.length;
    const rows = missing.map(({ id }, i) => ({
      id,
      signature: signatureOf(vectors[i]!),
      vector: toBytes(vectors[i]!).toString("base64"),
    }));
    await run.write(async (tx) => {
      await keepEmbeddings(tx, userId, embeddings.model, rows);
      await forgetOtherLengths(tx, userId, embeddings.model, numbers!);
    });
    embedded += rows.length;
  }
}

async function findMissing(
  database: Queryable,
  userId: string,
  source: Source | undefined,
  embeddings: Embeddings,
) {
  const { rows } = await sql<{ id: string; heading: string | null; text: string }>`
    select id, heading, text from passages as passage
    where user_id = ${userId}
      ${source ? sql`and ${isOf(source)}` : sql``}
      and ${isMissing(embeddings)}
    order by number limit ${BATCH}`.execute(database);
  return rows;
}

function isOf(source: Source) {
  return "transcription_id" in source
    ? sql`passage.transcription_id = ${source.transcription_id}`
    : sql`passage.study_material_id = ${source.study_material_id}`;
}

/** Vectors of engines that are in use no longer. */
async function forgetOthers(tx: Tx, userId: string, source: Source, models: string[]) {
  await sql`
    delete from passage_embeddings as made using passages as passage
    where made.user_id = ${userId} and passage.user_id = made.user_id and passage.id = made.passage_id
      and ${isOf(source)} and made.model <> all (${models}::text[])`.execute(tx);
}

/**
 * After another model was put under the same name: its vectors compare with none of the older ones, which the sweep has
 * made anew. Told by the vector of the oldest passage, so that nothing else is read as a rule.
 */
async function forgetOtherLengths(tx: Tx, userId: string, model: string, numbers: number) {
  await sql`
    delete from passage_embeddings where user_id = ${userId} and model = ${model}
      and octet_length(vector) <> ${numbers}
      and (select octet_length(vector) from passage_embeddings
        where user_id = ${userId} and model = ${model} order by passage_id limit 1) <> ${numbers}`.execute(
    tx,
  );
}

/** A passage that the engine understands and that has no vector of it. */
function isMissing({ model, languages }: Embeddings) {
  const understood = languages ? sql`passage.language = any (${languages}::text[]) and` : sql``;
  return sql`${understood} not exists (
    select from passage_embeddings as made
    where made.user_id = passage.user_id and made.passage_id = passage.id and made.model = ${model}
  )`;
}

async function keepEmbeddings(
  tx: Tx,
  userId: string,
  model: string,
  rows: { id: string; signature: string; vector: string }[],
) {
  // The join leaves out passages that an edit has replaced meanwhile.
  await sql`
    insert into passage_embeddings (user_id, passage_id, model, signature, vector)
    select ${userId}, passage.id, ${model}, row.signature::bit(384), decode(row.vector, 'base64')
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (id uuid, signature text, vector text)
      join passages as passage on passage.user_id = ${userId} and passage.id = row.id
    on conflict (user_id, passage_id, model) do update
      set signature = excluded.signature, vector = excluded.vector, created_at = now()`.execute(tx);
}

/**
 * Sources that have no vectors of the engine in use: after the engine was down for long, or after another one was set.
 * What was searched with the engine before goes on with it, where it is still here, until the two were compared
 * (measurements).
 */
export async function sweepEmbeddings(
  context: Context,
  _job: ClaimedJob<"sweep-embeddings">,
  run: Run,
) {
  const { embeddings, database } = context;
  if (!embeddings) return { sources: 0 };
  await keepEnginesBefore(context, run);
  const { rows } = await sql<{
    user_id: string;
    transcription_id: string | null;
    study_material_id: string | null;
  }>`
    select distinct user_id, transcription_id, study_material_id from passages as passage
    where ${isMissing(embeddings)} and not exists (
      select from search_choices as choice where choice.user_id = passage.user_id and not choice.is_provisional
    )
    union
    select distinct passage.user_id, transcription_id, study_material_id
    from search_choices as choice join passages as passage on passage.user_id = choice.user_id
    where choice.engine <> ${WORDS} and choice.engine = any
      (${context.embeddingEngines.map(({ model }) => model)}::text[])
      and not exists (
        select from passage_embeddings as made
        where made.user_id = passage.user_id and made.passage_id = passage.id and made.model = choice.engine
      )
      -- An engine of some languages has no vectors of the others.
      and exists (
        select from jsonb_to_recordset(${languagesOf(context)}::jsonb) as engine (model text, languages text[])
        where engine.model = choice.engine and (engine.languages is null or passage.language = any (engine.languages))
      )
    limit ${SWEPT}`.execute(database);
  await compareProvisional(context, run);
  if (rows.length === 0) return { sources: 0 };
  await run.write((tx) =>
    enqueueJobs(
      tx,
      rows.map(({ user_id, transcription_id, study_material_id }) => ({
        user_id,
        job_type: "embed-passages" as const,
        payload: transcription_id
          ? { transcription_id }
          : { study_material_id: study_material_id! },
        priority: -20,
        idempotency_key: `embed ${transcription_id ?? study_material_id}`,
      })),
    ),
  );
  return { sources: rows.length };
}

function languagesOf({ embeddingEngines }: Context) {
  return JSON.stringify(
    embeddingEngines.map(({ model, languages }) => ({ model, languages: languages ?? null })),
  );
}

/**
 * Students whose vectors are of another engine that is here: it stays theirs until the server's was compared with it.
 */
async function keepEnginesBefore({ embeddings, embeddingEngines }: Context, run: Run) {
  const others = embeddingEngines
    .map(({ model }) => model)
    .filter((model) => model !== embeddings?.model);
  if (others.length === 0) return;
  await run.write((tx) =>
    sql`
      insert into search_choices (user_id, engine, is_provisional)
      select users.id, before.model, true
      from users, lateral (
        select model from passage_embeddings as made
        where made.user_id = users.id and made.model = any (${others}::text[]) limit 1
      ) as before
      where not exists (select from passage_embeddings as made where made.user_id = users.id
        and made.model = ${embeddings!.model})
      on conflict (user_id) do nothing`.execute(tx),
  );
}

/** Where nothing is missing any more, a job compares the engine in use with the server's. */
async function compareProvisional({ embeddings, database }: Context, run: Run) {
  const { rows } = await sql<{ user_id: string; engine: string }>`
    select user_id, engine from search_choices as choice
    where is_provisional
      and not exists (select from passages as passage where passage.user_id = choice.user_id
        and ${isMissing(embeddings!)})
      and not exists (
        select from search_measurements as under_way
        where under_way.user_id = choice.user_id and is_automatic and created_at > now() - interval '1 day'
      )
    limit ${SWEPT}`.execute(database);
  if (rows.length === 0) return;
  await run.write(async (tx) => {
    for (const { user_id, engine } of rows)
      await startMeasurement(tx, user_id, [engine, embeddings!.model], true);
  });
}
