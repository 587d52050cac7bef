/** Migrations with real processes and real databases: killed, edited, newer, several at once, offline. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compareCatalogs, readCatalog } from "#database/catalog.ts";
import { connect } from "#database/connect.ts";
import { newMigration, resetDatabase } from "#database/develop.ts";
import {
  downgrade,
  MIGRATIONS_FOLDER,
  readApplied,
  readMigrations,
  stamp,
  upgrade,
} from "#database/migrate.ts";
import { offlineScript } from "#database/offline-script.ts";
import { createTestDatabase } from "#tests/support/database.ts";

let scratch: string;
let shipped: number;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "lm-test-migrations-"));
  shipped = (await readMigrations()).length;
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** The shipped migrations and one more. */
async function folderWith(up: string, down = "") {
  const folder = await mkdtemp(join(scratch, "folder-"));
  await cp(MIGRATIONS_FOLDER, folder, { recursive: true });
  const path = await newMigration("one_more", folder);
  await writeFile(join(path, "up.sql"), up);
  await writeFile(join(path, "down.sql"), down);
  return folder;
}

test(
  "a kill -9 in the middle of an upgrade leaves the old version, and the next upgrade gives " +
    "the new one",
  async () => {
    const { url } = await createTestDatabase();
    const before = await readCatalog(url);
    const folder = await folderWith(
      `create table half (id integer);
     alter table users add column half integer;
     select pg_advisory_xact_lock(77);
     create table whole (id integer);`,
      "drop table whole, half; alter table users drop column half;",
    );
    const holder = await connect(url);
    await holder.query("select pg_advisory_lock(77)");
    const migrate = new URL("../../database/migrate.ts", import.meta.url).href;
    const program = `import { upgrade } from ${JSON.stringify(migrate)};
    await upgrade(${JSON.stringify(url)}, { folder: ${JSON.stringify(folder)} });`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const ended = once(child, "exit");
    const waiting = async () =>
      (
        await holder.query(
          "select pid from pg_stat_activity where datname = current_database() and wait_event = 'advisory'",
        )
      ).rowCount;
    while (!(await waiting())) expect(child.exitCode).toBeNull(); // two of its statements are done, one is not
    child.kill("SIGKILL");
    await ended;
    await holder.query("select pg_advisory_unlock(77)");
    const left = async () =>
      (
        await holder.query(
          `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
          and backend_type = 'client backend'`,
        )
      ).rowCount;
    while (await left()); // the server notices that nobody is there
    expect(compareCatalogs(before, await readCatalog(url))).toEqual([]);
    expect(await readApplied(url)).toHaveLength(shipped);
    await holder.end();

    expect((await upgrade(url, { folder })).map(({ name }) => name.slice(5))).toEqual(["one_more"]);
    expect((await readCatalog(url)).has("table whole")).toBe(true);
    await downgrade(url, { folder });
    expect(compareCatalogs(before, await readCatalog(url))).toEqual([]);
  },
);

test("a migration that fails leaves nothing behind", async () => {
  const { url } = await createTestDatabase();
  const before = await readCatalog(url);
  const folder = await folderWith("create table half (id integer); select 1 / 0;");
  await expect(upgrade(url, { folder })).rejects.toThrow("division by zero");
  expect(compareCatalogs(before, await readCatalog(url))).toEqual([]);
  expect(await readApplied(url)).toHaveLength(shipped);
});

test("several that start at once apply each migration once", async () => {
  const { url } = await createTestDatabase("template0");
  const done = await Promise.all(Array.from({ length: 5 }, () => upgrade(url)));
  expect(done.flat()).toHaveLength(shipped);
});

test("a newer database and an edited migration are refused, and nothing is done", async () => {
  const { url } = await createTestDatabase();
  const folder = await folderWith("create table extra (id integer);", "drop table extra;");
  await upgrade(url, { folder });
  for (const act of [upgrade, downgrade])
    await expect(act(url)).rejects.toThrow("it is older than the database");
  const edited = await folderWith("create table extra (id bigint);");
  for (const act of [upgrade, downgrade])
    await expect(act(url, { folder: edited })).rejects.toThrow("was edited after it was applied");
  expect((await readCatalog(url)).get("column extra.id")).toBe("integer");
  await expect(upgrade(url, { to: 99, folder })).rejects.toThrow("There is no version 99");
  await expect(downgrade(url, { to: -1, folder })).rejects.toThrow("There is no version -1");
});

test("the offline script does what upgrade does, and refuses a database at another version", async () => {
  const folder = await folderWith("create table extra (id integer);", "drop table extra;");
  const [online, offline] = [
    (await createTestDatabase("template0")).url,
    (await createTestDatabase("template0")).url,
  ];
  await upgrade(online, { folder });
  await psql(offline, await offlineScript({ folder }));
  expect(compareCatalogs(await readCatalog(online), await readCatalog(offline))).toEqual([]);
  expect(await upgrade(offline, { folder })).toEqual([]); // the same hashes
  await expect(psql(offline, await offlineScript({ folder }))).rejects.toThrow(
    "wants a database at version 0",
  );
  await psql(offline, await offlineScript({ from: shipped + 1, to: 0, folder }));
  expect(await readApplied(offline)).toEqual([]);
  expect(
    [...(await readCatalog(offline)).keys()].filter((name) => name.startsWith("table")),
  ).toEqual([]);
});

test("stamp records a version, reset begins anew, new is numbered after the last", async () => {
  const { url } = await createTestDatabase("template0");
  await stamp(url, { to: shipped });
  expect(await readApplied(url)).toHaveLength(shipped);
  await resetDatabase(url);
  const client = await connect(url);
  await client.query("insert into users (email) values ('a@example.org')");
  await client.end();
  await resetDatabase(url);
  const fresh = await createTestDatabase();
  expect(compareCatalogs(await readCatalog(fresh.url), await readCatalog(url))).toEqual([]);

  const folder = join(scratch, "new");
  await mkdir(folder);
  await newMigration("first", folder);
  await newMigration("second", folder);
  expect(await readdir(folder)).toEqual(["0001_first", "0002_second"]);
  await expect(newMigration("Bad Name", folder)).rejects.toThrow("small letters");
});

async function psql(url: string, script: string) {
  const file = join(await mkdtemp(join(scratch, "psql-")), "script.sql");
  await writeFile(file, script);
  await promisify(execFile)("psql", ["-d", url, "-q", "-v", "ON_ERROR_STOP=1", "-f", file]);
}

test("names of before are composed, so that filters find them", async () => {
  const { url } = await createTestDatabase();
  await downgrade(url, { to: 19 });
  const client = await connect(url);
  const apart = "Übung".normalize("NFD");
  await client.query("select set_config('lm.purpose', 'upkeep', false)");
  const { rows } = await client.query(
    "insert into users (email) values ('a@example.org') returning id",
  );
  const kept = "insert into study_materials (user_id, kind, title, subject) values ($1, 'note', ";
  await client.query(`${kept}$2, $2)`, [rows[0].id, apart]);
  await client.query(`${kept}'Plain', null)`, [rows[0].id]);
  await upgrade(url);
  const after = await client.query("select title, subject from study_materials order by id");
  await client.end();
  expect(after.rows).toEqual([
    { title: "Übung", subject: "Übung" },
    { title: "Plain", subject: null },
  ]);
});

test("vectors that were stored as floats are rounded, and mean the same as before", async () => {
  const { url } = await createTestDatabase();
  await downgrade(url, { to: 43 });
  const client = await connect(url);
  const floats = Float32Array.of(0.6, -0.8, 0, 2 ** -140);
  await client.query(
    `with student as (insert into users (email) values ('a@example.org') returning id),
      material as (insert into study_materials (user_id, title, kind) select id, 'M', 'note' from student returning *),
      passage as (insert into passages (user_id, study_material_id, number, text, start_offset, end_offset,
        search_vector) select user_id, id, 0, 'light', 0, 5, 'light:1' from material returning *)
    insert into passage_embeddings (user_id, passage_id, model, signature, vector)
    select user_id, id, model, repeat('0', 384)::bit(384), vector from passage
      join (values ('m', $1::bytea), ('zeros', $2)) as made (model, vector) on true`,
    [Buffer.from(floats.buffer), Buffer.alloc(16)],
  );
  const vectors = async () =>
    (await client.query("select model, vector from passage_embeddings order by model")).rows;
  await upgrade(url);
  expect(await vectors()).toEqual([
    { model: "m", vector: Buffer.from(Int8Array.of(95, -127, 0, 0)) },
    { model: "zeros", vector: Buffer.alloc(4) },
  ]);
  await downgrade(url, { to: 43 });
  const [{ vector }, ...others] = await vectors();
  expect(others).toEqual([]);
  [0.6, -0.8, 0, 0].forEach((value, i) => expect(vector.readFloatLE(i * 4)).toBeCloseTo(value, 2));
  await client.end();
});
