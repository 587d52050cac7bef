/** A marker in every text column and file of an account of every table; after the deletion it is found nowhere: rows, storage, folders, logs. */
import { readdir, readFile } from "node:fs/promises";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql, type Kysely } from "kysely";
import S3rver from "s3rver";
import { expect, it } from "vitest";
import type { Database } from "#database/types.ts";
import { finishDeletions } from "#server/features/account/deletion/finish-deletions.ts";
import type { Receipt } from "#server/features/account/deletion/shapes.ts";
import { verifyDeletion } from "#server/features/account/deletion/verify-deletion.ts";
import { PASSWORD, startTestApp, type TestApp } from "#tests/support/app.ts";
import { makeRandomAccount } from "#tests/support/random-account.ts";

const MARKER = "zebrafinch7";

it("on local disk: planted in every table and file, found nowhere", async () => {
  const app = await startTestApp({ LM_WORKER: "off" });
  try {
    await plantAndDelete(app, [app.folder]);
  } finally {
    await app.stop();
  }
});

it("on an S3-compatible server: the same", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lm-s3-"));
  const server = new S3rver({
    port: 0,
    address: "127.0.0.1",
    silent: true,
    directory: folder,
    configureBuckets: [{ name: "lectures", configs: [] }],
  });
  const { port } = (await server.run()) as AddressInfo;
  const app = await startTestApp({
    LM_WORKER: "off",
    LM_STORAGE: "s3",
    LM_S3_ENDPOINT: `http://127.0.0.1:${port}`,
    LM_S3_BUCKET: "lectures",
    LM_S3_ACCESS_KEY_ID: "S3RVER",
    LM_S3_SECRET_ACCESS_KEY: "S3RVER",
  });
  try {
    await plantAndDelete(app, [app.folder, folder]);
  } finally {
    await app.stop();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
});

async function plantAndDelete(app: TestApp, folders: string[]) {
  const { database, storage } = app.context;
  const stays = await app.register();
  const student = await app.register();
  await stays.post("/study-materials", { title: "Other", content: "Of somebody who stays." });
  await sql`update users set full_name = ${MARKER}, username = ${`${MARKER}-1`} where id = ${student.id}`.execute(
    database,
  );
  const account = await makeRandomAccount(database, storage, student.id, {
    marker: MARKER,
    seed: 18,
  });
  // Every table has a row and every column of free text the marker: else the account is not one of every table.
  expect(account.missed).toEqual({});
  expect(account.empty).toEqual([]);
  expect(account.planted.size).toBeGreaterThan(100);
  const before = await findMarker(database, folders);
  expect(before.rows.length).toBeGreaterThan(40);
  expect(before.files.length).toBeGreaterThan(4);

  const answer = await student.request("/account", {
    method: "DELETE",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ password: PASSWORD }),
  });
  expect(answer.status).toBe(200);
  const { receipt } = (await answer.json()) as { receipt: Receipt };
  // Jobs of the account were running: their files are looked for once more.
  await sql`update deletion_remains set settled_at = now()`.execute(database);
  await finishDeletions(app.context);
  expect(await findMarker(database, folders)).toEqual({ rows: [], files: [] });
  expect(await verifyDeletion(app.context, receipt)).toMatchObject({ holds: true });
  expect(JSON.stringify(receipt)).not.toContain(student.id);
  expect((await stays.get("/study-materials")).body.items).toHaveLength(1);
}

/** As a dump of every table, a look into every file and every name. */
async function findMarker(database: Kysely<Database>, folders: string[]) {
  const hex = Buffer.from(MARKER).toString("hex");
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class where relkind in ('r', 'p', 'm') and relnamespace = 'public'::regnamespace`.execute(
    database,
  );
  const rows: string[] = [];
  for (const { name } of tables) {
    const { rows: found } = await sql<{ count: number }>`
      select count(*) as count from ${sql.table(name)} as row
      where strpos(row::text, ${MARKER}) > 0 or strpos(row::text, ${hex}) > 0`.execute(database);
    if (Number(found[0]!.count) > 0) rows.push(name);
  }
  const files: string[] = [];
  for (const folder of folders)
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (path.includes(MARKER)) files.push(path);
      else if (entry.isFile() && (await readFile(path)).includes(MARKER)) files.push(path);
    }
  return { rows, files };
}
