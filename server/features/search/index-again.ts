/**
 * Brings passages that were indexed by an older version to the words of this one, in the background; they are found
 * meanwhile.
 */
import { sql } from "kysely";
import type { Context, Queryable, Tx } from "#server/context.ts";
import type { ClaimedJob, Run } from "#server/features/jobs/contract.ts";
import { enqueueJobs } from "#server/features/jobs/enqueue-job.ts";
import { takeIndexTurn } from "./index-source.ts";
import { searchVectorOf, WORDS_VERSION } from "./search-vector.ts";

/** Passages of one transaction: other work of the student waits for it. */
const BATCH = 200;
/** Students that one sweep takes up: more wait for the next. */
const SWEPT = 1000;

/** Of one student. Each batch is kept as it comes: another attempt goes on with what is left. */
export async function indexAgain({ database }: Context, job: ClaimedJob<"index-again">, run: Run) {
  const userId = job.user_id;
  const all = await countOld(database, userId);
  let done = 0;
  for (;;) {
    run.signal.throwIfAborted();
    const indexed = await run.write((tx) => indexBatch(tx, userId));
    if (indexed === 0) return { passages: done };
    done += indexed;
    run.progress(Math.min(1, done / Math.max(1, all)));
  }
}

async function countOld(database: Queryable, userId: string) {
  const { rows } = await sql<{ passages: number }>`
    select count(*)::integer as passages from passages where user_id = ${userId}
      and words_version < ${WORDS_VERSION}`.execute(database);
  return rows[0]!.passages;
}

async function indexBatch(tx: Tx, userId: string) {
  await takeIndexTurn(tx, userId);
  const { rows } = await sql<{
    id: string;
    heading: string | null;
    text: string;
    language: string | null;
  }>`
    select id, heading, text, language from passages
    where user_id = ${userId} and words_version < ${WORDS_VERSION}
    limit ${BATCH}`.execute(tx);
  if (rows.length === 0) return 0;
  const vectors = rows.map((passage) => ({
    id: passage.id,
    search_vector: searchVectorOf(passage, passage.language),
  }));
  await sql`
    update passages as passage set search_vector = row.search_vector::tsvector, words_version = ${WORDS_VERSION}
    from jsonb_to_recordset(${JSON.stringify(vectors)}::jsonb) as row (id uuid, search_vector text)
    where passage.user_id = ${userId} and passage.id = row.id`.execute(tx);
  return rows.length;
}

/** A job for each student who has passages of an older version. */
export async function sweepOldWords(
  { database }: Context,
  _job: ClaimedJob<"sweep-old-words">,
  run: Run,
) {
  const { rows } = await sql<{ user_id: string }>`
    select distinct user_id from passages where words_version < ${WORDS_VERSION} limit ${SWEPT}`.execute(
    database,
  );
  if (rows.length === 0) return { students: 0 };
  await run.write((tx) =>
    enqueueJobs(
      tx,
      rows.map(({ user_id }) => ({
        user_id,
        job_type: "index-again" as const,
        payload: {},
        priority: -20,
        idempotency_key: `index again ${user_id}`,
      })),
    ),
  );
  return { students: rows.length };
}
