/** Every table with an owner either travels in the suitcase or is told to stay behind. */
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "#database/open.ts";
import { JSON_SHAPES } from "#server/features/account/check-values.ts";
import { ownedTables } from "#server/features/account/deletion/stock.ts";
import { columnsOf } from "#server/features/account/suitcase-columns.ts";
import { LEFT_OUT, SUITCASE_TABLES } from "#server/features/account/suitcase-tables.ts";
import { createTestDatabase } from "#tests/support/database.ts";

let database: ReturnType<typeof openDatabase>;
beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = openDatabase(url, { max: 1 });
});
afterAll(() => database?.destroy());

test("a new table with a user_id is named in suitcase-tables.ts, once", async () => {
  const tables = await ownedTables(database);
  const travelling = SUITCASE_TABLES.map(({ name }) => name);
  expect(tables.filter((name) => !travelling.includes(name) && !(name in LEFT_OUT))).toEqual([]);
  expect(travelling.filter((name) => name in LEFT_OUT || !tables.includes(name))).toEqual([]);
});

test("what a table names is there before it", async () => {
  const { rows } = await sql<{ from: string; to: string }>`
    select conrelid::regclass::text as from, confrelid::regclass::text as to from pg_constraint
    where contype = 'f'`.execute(database);
  const order = new Map(SUITCASE_TABLES.map(({ name }, at) => [name, at]));
  for (const { from, to } of rows) {
    if (from === to || !order.has(from) || !order.has(to)) continue;
    expect(order.get(to)!, `${from} names ${to}`).toBeLessThan(order.get(from)!);
  }
});

test("what a jsonb column that travels holds is checked when it comes in (check-values.ts)", async () => {
  const travelling: string[] = [];
  for (const table of SUITCASE_TABLES)
    for (const { name, type } of await columnsOf(database, table))
      if (type === "jsonb") travelling.push(`${table.name}.${name}`);
  expect(travelling.toSorted()).toEqual(Object.keys(JSON_SHAPES).toSorted());
});

test("rows without an id of their own say what they are parts of (suitcase-tables.ts)", () => {
  for (const { name, key, group } of SUITCASE_TABLES)
    expect(group !== undefined, name).toBe(key[0] !== "id");
});
