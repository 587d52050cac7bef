/** Passages by meaning, made in the background: search by words does not wait for them. */
import { sql } from "kysely";
import type { Context, Queryable, Tx } from "#server/context.ts";
import type { SourceRef } from "#server/features/citations/citations.ts";
import type { ClaimedJob, Run } from "#server/features/jobs/contract.ts";
import { enqueueJob, enqueueJobs } from "#server/features/jobs/enqueue-job.ts";
import type { JobPayload } from "#server/features/jobs/job-types.ts";
import { realignSource } from "#server/features/slides/realign.ts";
import type { Embeddings } from "#server/providers/embeddings/contract.ts";
import { signatureOf, toBytes } from "./signature.ts";

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

/** Each batch is kept as it comes: another attempt goes on with what is missing. Slides are found again by meaning. */
export async function embedPassages(context: Context, job: ClaimedJob<"embed-passages">, run: Run) {
  const { embeddings, database } = context;
  // The setting is gone, or this worker does not have it: the sweep of one that has it comes back to this source.
  if (!embeddings) return { embedded: 0 };
  const userId = job.user_id;
  let embedded = 0;
  for (;;) {
    run.signal.throwIfAborted();
    const missing = await findMissing(database, userId, job.payload, embeddings);
    if (missing.length === 0) {
      await run.write((tx) => realignSource(tx, userId, job.payload));
      return { embedded };
    }
    const texts = missing.map(({ heading, text }) => (heading ? `${heading}\n${text}` : text));
    const vectors = await embeddings.embed(texts, "passage", run.signal);
    const rows = missing.map(({ id }, i) => ({
      id,
      signature: signatureOf(vectors[i]!),
      vector: toBytes(vectors[i]!).toString("base64"),
    }));
    await run.write((tx) => keepEmbeddings(tx, userId, embeddings.model, rows));
    embedded += rows.length;
  }
}

async function findMissing(
  database: Queryable,
  userId: string,
  source: JobPayload<"embed-passages">,
  embeddings: Embeddings,
) {
  const { rows } = await sql<{ id: string; heading: string | null; text: string }>`
    select id, heading, text from passages as passage
    where user_id = ${userId}
      and ${"transcription_id" in source ? sql`transcription_id = ${source.transcription_id}` : sql`study_material_id = ${source.study_material_id}`}
      and ${isMissing(embeddings)}
    order by number limit ${BATCH}`.execute(database);
  return rows;
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
    on conflict (user_id, passage_id) do update
      set model = excluded.model, signature = excluded.signature, vector = excluded.vector, created_at = now()`.execute(
    tx,
  );
}

/** Sources that have no vectors of the configured model: after a change of it, or after the engine was down for long. */
export async function sweepEmbeddings(
  context: Context,
  _job: ClaimedJob<"sweep-embeddings">,
  run: Run,
) {
  const { embeddings, database } = context;
  if (!embeddings) return { sources: 0 };
  const { rows } = await sql<{
    user_id: string;
    transcription_id: string | null;
    study_material_id: string | null;
  }>`
    select distinct user_id, transcription_id, study_material_id from passages as passage
    where ${isMissing(embeddings)}
    limit ${SWEPT}`.execute(database);
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
