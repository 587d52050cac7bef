/** What a connection that keeps statements does when one of them is refused. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { createTestDatabase } from "#tests/support/database.ts";
import { openDatabase } from "./open.ts";
import { asOwner } from "./principal.ts";

const SOMEBODY = "00000000-0000-4000-8000-000000000001";

test("a statement that was refused by a new connection is known there when it may run", async () => {
  const { url } = await createTestDatabase();
  const databases = [1, 2].map(() => openDatabase(url, { max: 1, keepStatements: true }));
  const [older, newer] = databases as [(typeof databases)[0], (typeof databases)[0]];
  const read = sql<{ number: number }>`select number from comes_later where number > ${0}`;
  const run = (on: typeof older) => asOwner(SOMEBODY, () => read.execute(on));
  try {
    // Asked for often, it has a name from now on; the newer connection meets it and what tells the owner in one breath.
    for (let times = 0; times < 8; times += 1) await expect(run(older)).rejects.toThrow();
    await expect(run(newer)).rejects.toThrow(/comes_later/);
    await sql`create table comes_later as select 1 as number`.execute(older);
    // In a transaction nothing is asked twice: what is not known there is a failure of the whole.
    const found = await newer.transaction().execute((tx) => run(tx));
    expect(found.rows).toEqual([{ number: 1 }]);
    for (const database of [newer, older, newer])
      expect((await run(database)).rows).toEqual([{ number: 1 }]);
  } finally {
    for (const database of databases) await database.destroy();
  }
});
