import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { createTestDatabase } from "#tests/support/database.ts";
import { readOperations, type Operation } from "#tests/support/openapi-requests.ts";
import { cellsOf, fillAccount, ownedTables, stockOf, tryCell, type Prey } from "./cross-user.ts";
import { huntMutations } from "./hunt-mutations.ts";

/** `npm run test:isolation`. */
const ALL = process.env["LM_TEST_MUTATIONS"] === "all";

let app: TestApp;
let operations: Operation[];
let prey: Prey;
let intruder: Student;

beforeAll(async () => {
  app = await startTestApp({ LM_WORKER: "off", LM_LOG_LEVEL: "silent" });
  await app.register(); // administers
  operations = await readOperations(app.url);
  intruder = await app.register();
  prey = await fillAccount(await app.register(), operations, app.context.database);
});
afterAll(() => app.stop());

test("with another's ids every operation answers as for ids of nobody, tells nothing and changes nothing", async () => {
  const before = await stockOf(prey.student.id, app.context.database);
  expect(Object.values(before).filter((hash) => !hash.startsWith("0 ")).length).toBeGreaterThan(12);
  const cells = cellsOf(operations, 2);
  expect(cells.length).toBeGreaterThan(200);
  const findings = [];
  for (const cell of cells) findings.push(await tryCell(intruder, prey, cell));
  expect(findings.filter(Boolean)).toEqual([]);
  expect(await stockOf(prey.student.id, app.context.database)).toEqual(before);
}, 400_000);

test("with an owner's condition taken out of a statement, the database still keeps them apart", async () => {
  const log = (line: string) => ALL && console.log(line);
  // Some are not sent again: what a session or an account may do is remembered for seconds.
  const options = { most: ALL ? Infinity : 70, seed: 1, log };
  const report = await huntMutations(app, operations, { intruder, prey }, options);
  if (ALL) console.log(`${report.mutations} conditions were taken out, one at a time`);
  expect(report.mutations).toBeGreaterThan(30);
  expect(report.leaks).toEqual([]);
}, 1_800_000);

test("without the second wall the same hunt finds leaks", async () => {
  const { url } = await createTestDatabase();
  // As one superuser: past a pool no roles are made that log in. It takes on a lesser role in each transaction, for
  // which row-level security holds until it is switched off.
  const bare = await startTestApp({
    DATABASE_URL: `${url}?application_name=bare`,
    DATABASE_DIRECT_URL: url,
    LM_WORKER: "off",
    LM_LOG_LEVEL: "silent",
  });
  try {
    expect(bare.context.missingWall).toContain("Rows are kept apart");
    await bare.register();
    const other = await bare.register();
    const victim = await fillAccount(await bare.register(), operations, bare.context.database);
    const who = { intruder: other, prey: victim };
    const walled = await huntMutations(bare, operations, who, { most: 40, seed: 1 });
    expect([walled.mutations > 20, walled.leaks]).toEqual([true, []]);
    for (const table of [...(await ownedTables(bare.context.database)), "users"])
      await sql`alter table ${sql.table(table)} disable row level security`.execute(
        bare.context.database,
      );
    const report = await huntMutations(bare, operations, who, { most: 40, seed: 1 });
    expect(report.leaks.length).toBeGreaterThan(0);
  } finally {
    await bare.stop();
  }
}, 400_000);
