/** Vectors for more passages than the engine could read in an hour. */
import { sql, type Kysely } from "kysely";
import type { Database } from "#database/types.ts";
import { signatureOf } from "#server/features/search/signature.ts";
import { toBytes } from "#server/features/search/stored-vector.ts";
import { toUnitLength, type Embeddings } from "#server/providers/embeddings/contract.ts";

/** Of so many passages the engine makes the vectors; the others have one of theirs, moved a little. */
const SAMPLE = 400;
/** About half of what a number of a vector of 512 measures: the copies stay near each other, as one subject does. */
const MOVED = 0.04;
const AT_ONCE = 2000;

export async function giveVectors(database: Kysely<Database>, userId: string, engine: Embeddings) {
  const { rows: sample } = await sql<{ text: string }>`
    select text from passages where user_id = ${userId} order by random() limit ${SAMPLE}`.execute(
    database,
  );
  const vectors = await engine.embed(
    sample.map(({ text }) => text),
    "passage",
    new AbortController().signal,
  );
  const { rows } = await sql<{ id: string }>`
    select id from passages where user_id = ${userId}`.execute(database);
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const ids = rows.slice(at, at + AT_ONCE).map(({ id }) => id);
    const moved = ids.map((_, i) =>
      toUnitLength(
        vectors[(at + i) % vectors.length]!.map((value) => value + (Math.random() - 0.5) * MOVED),
      ),
    );
    await sql`
      insert into passage_embeddings (user_id, passage_id, model, signature, vector)
      select ${userId}, id, ${engine.model}, signature::bit(384), decode(vector, 'base64')
      from unnest(${ids}::uuid[], ${moved.map(signatureOf)}::text[],
        ${moved.map((vector) => toBytes(vector).toString("base64"))}::text[]) as row (id, signature, vector)`.execute(
      database,
    );
  }
  await sql`vacuum analyze passage_embeddings`.execute(database);
}
