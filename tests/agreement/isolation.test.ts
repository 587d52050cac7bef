/** The second wall: what the roles of the application may, and what row-level security shows of whom. */
import { sql } from "kysely";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect } from "#database/connect.ts";
import { openDatabase } from "#database/open.ts";
import { actAs, asOwner, forPurpose } from "#database/principal.ts";
import { raiseRoles, type Roles } from "#database/roles.ts";
import { PASSWORD, startTestApp, type Student, type TestApp } from "#tests/support/app.ts";

/** Tables that belong to nobody. A new one is named here, or it has a user_id. */
const OF_NOBODY = [
  "deletion_receipts",
  "deletion_remains",
  "installation_settings",
  "rate_limits",
  "schema_migrations",
  "workers",
];
/** Whose owner is not in a column of that name: 099_isolation.sql says how it is found. */
const BY_HAND = ["job_attempts", "users"];

let app: TestApp;
let owner: pg.Client;
let roles: Roles;
let ada: Student;
let bob: Student;

beforeAll(async () => {
  app = await startTestApp({ LM_WORKER: "off" });
  owner = await connect(app.databaseUrl);
  roles = await raiseRoles({ url: app.databaseUrl, directUrl: app.databaseUrl });
  [ada, bob] = [await app.register(), await app.register()];
  for (const student of [ada, bob]) {
    const note = {
      title: "Mitochondria",
      content: `The powerhouse of the cell, says ${student.id}.`,
    };
    expect((await student.post("/study-materials", note)).status).toBe(201);
    await student.post("/auth/api-keys", { name: "script", password: PASSWORD });
  }
});
afterAll(async () => {
  await owner.end();
  await app.stop();
});

async function tables() {
  const { rows } = await owner.query<{
    name: string;
    owned: boolean;
    enabled: boolean;
    forced: boolean;
    policies: string[];
  }>(`
    select relname as name, relrowsecurity as enabled, relforcerowsecurity as forced,
      exists (select from pg_attribute where attrelid = c.oid and attname = 'user_id' and not attisdropped) as owned,
      array(select polname::text from pg_policy where polrelid = c.oid order by 1) as policies
    from pg_class as c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`);
  return rows;
}

async function as<T>(url: string, work: (client: pg.Client) => Promise<T>) {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

test("every table with an owner has row-level security, forced", async () => {
  const all = await tables();
  expect(all.length).toBeGreaterThan(30);
  for (const { name, owned, enabled, forced, policies } of all) {
    if (OF_NOBODY.includes(name)) {
      expect([name, owned, enabled], "belongs to nobody").toEqual([name, false, false]);
      continue;
    }
    expect([name, owned || BY_HAND.includes(name)], "has a user_id, or is named here").toEqual([
      name,
      true,
    ]);
    expect([name, enabled, forced]).toEqual([name, true, true]);
    expect([name, policies.includes("owner")]).toEqual([name, true]);
  }
});

test("a new table gets its policies from one function", async () => {
  await owner.query("create table bookmarks (user_id uuid not null, note text)");
  await owner.query("select keep_owners_apart()");
  const made = (await tables()).find(({ name }) => name === "bookmarks")!;
  expect(made).toMatchObject({ enabled: true, forced: true, policies: ["owner"] });
  await owner.query("drop table bookmarks");
});

test("the roles are no superusers, and make and change nothing but rows", async () => {
  for (const url of [roles.serverUrl, roles.workerUrl]) {
    await as(url, async (client) => {
      const { rows } = await client.query(
        `select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication from pg_roles
          where rolname = current_user`,
      );
      expect(new Set(Object.values(rows[0]))).toEqual(new Set([false]));
      for (const statement of [
        "create table loot (id int)",
        "create temporary table loot (id int)",
        "alter table users disable row level security",
        "drop policy owner on users",
        "create function f() returns int language sql as 'select 1'",
        "copy (select 1) to program 'id'",
        "select pg_read_file('postgresql.conf')",
        "set role littlemonster",
        "delete from schema_migrations",
      ])
        await expect(client.query(statement), statement).rejects.toMatchObject({ code: "42501" });
    });
  }
});

test("a worker makes no way into an account and reads neither second factors nor mails", async () => {
  await as(roles.workerUrl, async (client) => {
    for (const statement of [
      `insert into api_keys (user_id, name, token_hash, hint, scopes)
        values ('${ada.id}', 'x', '\\x00', 'lmk_', '{read}')`,
      "update passkeys set name = 'x'",
      "select * from totp_secrets",
      "select * from recovery_codes",
      "select * from mails",
    ])
      await expect(client.query(statement), statement).rejects.toMatchObject({ code: "42501" });
  });
});

test("without an owner there is no row of anybody; with one, only theirs, whatever the statement forgets", async () => {
  for (const url of [roles.serverUrl, roles.workerUrl]) {
    const database = openDatabase(url, { max: 2 });
    try {
      for (const { name, owned } of await tables()) {
        if (OF_NOBODY.includes(name) || !owned) continue;
        const select = sql<{ user_id: string }>`select user_id from ${sql.table(name)}`;
        const secret = ["totp_secrets", "recovery_codes", "mails"].includes(name);
        if (secret && url === roles.workerUrl) continue;
        expect((await select.execute(database)).rows, name).toEqual([]);
        const { rows } = await asOwner(ada.id, () => select.execute(database));
        expect(
          rows.every(({ user_id }) => user_id === ada.id),
          name,
        ).toBe(true);
      }
      const titles = sql<{ user_id: string }>`select user_id from study_materials`;
      expect((await asOwner(ada.id, () => titles.execute(database))).rows.length).toBe(1);
      expect((await sql`select id from users`.execute(database)).rows).toEqual([]);
      const mine = await asOwner(ada.id, () => sql`select id from users`.execute(database));
      expect(mine.rows).toEqual([{ id: ada.id }]);
    } finally {
      await database.destroy();
    }
  }
});

test("nothing can be written in another's name", async () => {
  const database = openDatabase(roles.serverUrl, { max: 1 });
  try {
    await asOwner(ada.id, async () => {
      await expect(
        database.insertInto("conversations").values({ user_id: bob.id, title: "forged" }).execute(),
      ).rejects.toMatchObject({ code: "42501" });
      const { numUpdatedRows } = await database
        .updateTable("study_materials")
        .set({ title: "taken" })
        .executeTakeFirst();
      expect(numUpdatedRows).toBe(1n);
      const { numDeletedRows } = await database.deleteFrom("api_keys").executeTakeFirst();
      expect(numDeletedRows).toBe(1n);
    });
    const { rows } = await owner.query("select title from study_materials where user_id = $1", [
      bob.id,
    ]);
    expect(rows).toEqual([{ title: "Mitochondria" }]);
  } finally {
    await database.destroy();
  }
});

test("the owner changes inside of a transaction with the call, and ends with it", async () => {
  const database = openDatabase(roles.serverUrl, { max: 1 });
  const whose = sql<{ user_id: string }>`select user_id from study_materials order by 1`;
  try {
    await database.transaction().execute(async (tx) => {
      const read = async () => (await whose.execute(tx)).rows.map(({ user_id }) => user_id);
      expect(await read()).toEqual([]);
      expect(await asOwner(ada.id, read)).toEqual([ada.id]);
      await sql`savepoint here`.execute(tx);
      expect(await asOwner(bob.id, read)).toEqual([bob.id]);
      await sql`rollback to here`.execute(tx);
      expect(await asOwner(ada.id, read)).toEqual([ada.id]);
      expect(await asOwner(bob.id, read)).toEqual([bob.id]);
      expect((await forPurpose("upkeep", read)).length).toBe(2);
      expect(await read()).toEqual([]);
    });
    // A statement that fails takes nothing with it, and one that has no owner finds nothing of the one before.
    await expect(asOwner(ada.id, () => sql`select 1 / 0`.execute(database))).rejects.toThrow();
    expect((await whose.execute(database)).rows).toEqual([]);
    expect((await asOwner(bob.id, () => whose.execute(database))).rows).toEqual([
      { user_id: bob.id },
    ]);
  } finally {
    await database.destroy();
  }
});

test("an owner that is no id does not reach a statement", () => {
  expect(() => actAs({ userId: "'; drop table users; --" }, () => 0)).toThrow(TypeError);
});

test("one role that is given for everything goes on working, and says what is missing", async () => {
  const name = `plain_${Date.now()}`;
  await owner.query(`create role ${name} login password 'p' nosuperuser`);
  await owner.query(`create database ${name} owner ${name}`);
  const url = new URL(app.databaseUrl);
  [url.username, url.password, url.pathname] = [name, "p", `/${name}`];
  const single = await startTestApp({ DATABASE_URL: url.href });
  try {
    expect(single.context.missingWall).toContain("owns the tables");
    const [one, two] = [await single.register(), await single.register()];
    const note = { title: "Plants", content: "The Calvin cycle takes place in the stroma." };
    const made = await one.post("/study-materials", note);
    expect(made.status).toBe(201);
    expect((await two.get(`/study-materials/${made.body.id}`)).status).toBe(404);
    expect((await one.get("/search?q=calvin")).body.items.length).toBe(1);
    // It owns the tables and is held back by its own policies all the same.
    const { rows } = await as(url.href, (client) => client.query("select * from study_materials"));
    expect(rows).toEqual([]);
  } finally {
    await single.stop();
  }
});
