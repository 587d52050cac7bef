/** What the catalog says about indexes and columns, held against what README.md promises. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { connect } from "#database/connect.ts";
import { generated } from "#database/generate.ts";
import { createTestDatabase } from "#tests/support/database.ts";

let client: pg.Client;
beforeAll(async () => {
  client = await connect((await createTestDatabase()).url);
});
afterAll(() => client?.end());

const TABLES = `select oid, relname from pg_class where relkind = 'r'
  and relnamespace = current_schema()::regnamespace and relname <> 'schema_migrations'`;

async function names(query: string) {
  return (await client.query<{ name: string }>(query)).rows.map(({ name }) => name);
}

test("every foreign key has an index that begins with its columns, or a unique one of some of them", async () => {
  expect(
    await names(`
      select conname as name from pg_constraint c join (${TABLES}) t on t.oid = conrelid
      where contype = 'f' and not exists (
        select from pg_index i where i.indrelid = c.conrelid and (
          (i.indpred is null and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)
          or (i.indisunique and i.indkey::int2[] <@ c.conkey
            and c.conkey[cardinality(c.conkey)] = any (i.indkey::int2[]))
        ))`),
  ).toEqual([]);
});

test("every status and created_at is indexed", async () => {
  expect(
    await names(`
      select relname || '.' || attname as name from pg_attribute a join (${TABLES}) t on t.oid = attrelid
      where (attname = 'created_at' or (attname = 'status' and atttypid = 'text'::regtype)) and not exists (
        select from pg_index where indrelid = attrelid and indpred is null and indkey[0] = attnum
      ) order by 1`),
    // The queue reads three of its five states, each by an index of its own: the two that end well are only ever
    // counted.
  ).toEqual(["jobs.status"]);
  expect(
    await names(
      `select pg_get_expr(indpred, indrelid) as name from pg_index where indrelid = 'jobs'::regclass
        and not indisunique and indpred is not null order by 1`,
    ),
  ).toEqual([
    "(status = 'failed'::text)",
    "(status = 'pending'::text)",
    "(status = 'processing'::text)",
  ]);
});

test("no index is covered by another", async () => {
  expect(
    await names(`
      select a.indexrelid::regclass || ' by ' || b.indexrelid::regclass as name
      from pg_index a join pg_index b on a.indrelid = b.indrelid and a.indexrelid <> b.indexrelid
      join (${TABLES}) t on t.oid = a.indrelid
      join pg_class ca on ca.oid = a.indexrelid join pg_class cb on cb.oid = b.indexrelid and ca.relam = cb.relam
      where not a.indisunique and ca.relam = (select oid from pg_am where amname = 'btree')
        and coalesce(a.indpred::text, '') = coalesce(b.indpred::text, '') and a.indexprs is null and b.indexprs is null
        and (b.indkey::int2[])[0:a.indnkeyatts - 1] = (a.indkey::int2[])[0:a.indnkeyatts - 1]
        and (b.indoption::int2[])[0:a.indnkeyatts - 1] = (a.indoption::int2[])[0:a.indnkeyatts - 1]`),
  ).toEqual([]);
});

test("times have a zone, sizes are bigint, texts are bounded, created_at is never null and has a default", async () => {
  expect(
    await names(`
      select relname || '.' || attname as name from pg_attribute a join (${TABLES}) t on t.oid = attrelid
      where attnum > 0 and not attisdropped and (
        atttypid in ('timestamp'::regtype, 'varchar'::regtype, 'bpchar'::regtype)
        or (attname like '%bytes' and atttypid <> 'bigint'::regtype)
        or (attname in ('created_at', 'updated_at') and not (attnotnull and atthasdef))
        or (atttypid = 'text'::regtype and not exists (select from pg_constraint where contype = 'c'
          and conrelid = attrelid and attnum = any (conkey)))
      )`),
  ).toEqual([]);
});

test("what belongs to a student carries user_id first in its key, so that it can be distributed by it", async () => {
  expect(
    await names(`
      select relname as name from (${TABLES}) t
      where not exists (
        select from pg_index i join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
        where i.indrelid = t.oid and indisprimary and attname = 'user_id'
      ) order by 1`),
    // docs/decisions says what each of these would become.
  ).toEqual([
    "deletion_receipts",
    "deletion_remains",
    "installation_settings",
    "job_attempts",
    "jobs",
    "mails",
    "passkey_challenges",
    "rate_limits",
    "users",
    "workers",
  ]);
});

test("generated files are fresh", async () => {
  for (const [path, text] of await generated(inject("serverUrl"))) {
    const file = fileURLToPath(new URL(`../../database/${path}`, import.meta.url));
    expect([path, await readFile(file, "utf8")]).toEqual([path, text]);
  }
});
