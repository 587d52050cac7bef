/**
 * pgvector (https://github.com/pgvector/pgvector), where the server has it. A generated column holds each vector once
 * more in pgvector's type, so that the database itself orders a thousand candidates exactly, where the server would
 * order three hundred. The schema works without it, and a backup leaves the column out. There is no index: one over
 * everybody's vectors misses most of one student's neighbours.
 */
import type pg from "pg";
import { connect } from "./connect.ts";
import { LOCK } from "./migrate.ts";

/** What a database with pgvector has beyond the schema. */
export const PGVECTOR_OBJECTS = new Set([
  "extension vector",
  "column passage_embeddings.half_vector",
]);

/**
 * Adds the column where it is missing; 0.1 ms for each vector of 384 numbers that is there, while searches by meaning
 * wait.
 * @returns the version of pgvector that is used; undefined where the server has none, it is older than halfvec (0.7),
 * or this
 *   role may not create it.
 */
export async function adoptPgvector(url: string): Promise<string | undefined> {
  const client = await connect(url);
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [LOCK]);
    const version = (await installed(client)) ?? (await create(client));
    if (version) {
      await client.query(
        `alter table passage_embeddings add column if not exists half_vector halfvec generated always
          as (int8s(vector)::halfvec) stored`,
      );
    }
    await client.query("commit");
    return version;
  } finally {
    await client.end().catch(() => {});
  }
}

async function installed(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ version: string }>(
    "select extversion as version from pg_extension where extname = 'vector' and to_regtype('halfvec') is not null",
  );
  return rows[0]?.version;
}

async function create(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ installed: string | null }>(
    "select installed_version as installed from pg_available_extensions where name = 'vector'",
  );
  // Somebody installed it on purpose in an old version, or out of sight: that is left as it is.
  if (rows.length === 0 || rows[0]!.installed !== null) return undefined;
  await client.query("savepoint without");
  try {
    await client.query("create extension vector");
    const version = await installed(client);
    if (version) return version;
  } catch {
    // May not be created here: everything works without it.
  }
  await client.query("rollback to savepoint without");
  return undefined;
}
