/** The ways of making the database give one catalog, on the embedded PostgreSQL 18 and on Debian's 15. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { compareCatalogs, readCatalog, type Catalog } from "#database/catalog.ts";
import { checkDatabase } from "#database/check.ts";
import { connect } from "#database/connect.ts";
import { downgrade, stamp, upgrade } from "#database/migrate.ts";
import { schemaFiles, SCHEMAS_FOLDER } from "#database/schema-files.ts";
import { CORE_TABLES } from "#database/statistics.ts";
import { startPostgresql15 } from "#tests/support/postgresql-15.ts";

const run = promisify(execFile);
const SPECIFIED = [
  "001_authentication.sql",
  "002_transcription.sql",
  "003_async_jobs.sql",
  "004_content.sql",
  "005_interactions.sql",
];

let fifteen: Awaited<ReturnType<typeof startPostgresql15>>;
beforeAll(async () => {
  fifteen = await startPostgresql15();
});
afterAll(() => fifteen?.stop());

const SERVERS = ["18", "15"] as const;
const serverUrl = (version: (typeof SERVERS)[number]) =>
  version === "15" ? fifteen.url : inject("serverUrl");

async function query(url: string, text: string) {
  const client = await connect(url);
  try {
    return (await client.query(text)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

async function emptyDatabase(server: string) {
  const url = new URL(server);
  url.pathname = `/lm_test_${randomBytes(6).toString("hex")}`;
  await query(server, `create database ${url.pathname.slice(1)} template template0`);
  return url.href;
}

/** The commands of the specification, in the folder of the schema files; the server comes from the environment. */
async function psql(url: string, file: string) {
  const { hostname, port, username, password, pathname } = new URL(url);
  const { stderr } = await run(
    "psql",
    ["-U", username, "-d", pathname.slice(1), "-f", file, "-v", "ON_ERROR_STOP=1"],
    {
      cwd: SCHEMAS_FOLDER,
      env: { ...process.env, PGHOST: hostname, PGPORT: port, PGPASSWORD: password },
    },
  );
  expect(stderr).not.toMatch(/ERROR|WARNING/);
}

const expectSame = (a: Catalog, b: Catalog) => expect(compareCatalogs(a, b)).toEqual([]);

describe.each(SERVERS)("on PostgreSQL %s", (version) => {
  let master: Catalog;
  let masterUrl: string;

  beforeAll(async () => {
    masterUrl = await emptyDatabase(serverUrl(version));
    await psql(masterUrl, "master-schema.sql");
    master = await readCatalog(masterUrl);
  });

  test("is really that version", async () => {
    const [row] = await query(serverUrl(version), "show server_version_num");
    expect(Math.floor(Number(row!["server_version_num"]) / 10_000)).toBe(Number(version));
  });

  test("option 1 has the twelve tables, and applied again changes nothing", async () => {
    for (const table of CORE_TABLES) expect(master.has(`table ${table}`)).toBe(true);
    await psql(masterUrl, "master-schema.sql");
    expectSame(master, await readCatalog(masterUrl));
  });

  test("option 2, file after file, gives the same, and applied again changes nothing", async () => {
    const url = await emptyDatabase(serverUrl(version));
    for (const file of await schemaFiles()) await psql(url, file);
    expectSame(master, await readCatalog(url));
    for (const file of await schemaFiles()) await psql(url, file);
    expectSame(master, await readCatalog(url));
  });

  test("the five files of the specification by themselves give exactly its twelve tables", async () => {
    const url = await emptyDatabase(serverUrl(version));
    for (const file of SPECIFIED) await psql(url, file);
    const catalog = await readCatalog(url);
    const tables = [...catalog.keys()].filter((object) => object.startsWith("table "));
    expect(tables).toEqual([...CORE_TABLES].toSorted().map((table) => `table ${table}`));
    // And what they say about the twelve is all there is to say about them.
    for (const [object, definition] of catalog) expect(master.get(object)).toBe(definition);
    const triggers = [...catalog.keys()].filter((object) => object.startsWith("trigger "));
    expect(triggers).toEqual([
      "trigger conversations conversations_set_updated_at",
      "trigger oauth_connections oauth_connections_set_updated_at",
      "trigger study_materials study_materials_set_updated_at",
      "trigger users users_set_updated_at",
    ]);
  });

  test("the migrations give the same, down to nothing, and up again", async () => {
    const url = await emptyDatabase(serverUrl(version));
    const empty = await readCatalog(url);
    await upgrade(url);
    expectSame(master, await readCatalog(url));
    await downgrade(url, { to: 0 });
    const left = compareCatalogs(empty, await readCatalog(url)).map(({ object }) => object);
    expect(left).toEqual(["extension btree_gin", "extension pg_trgm"]);
    await upgrade(url);
    expectSame(master, await readCatalog(url));
  });

  test("a database that psql deployed is stamped, and found without drift", async () => {
    await stamp(masterUrl);
    expect(await upgrade(masterUrl)).toEqual([]);
    const { migrations, database, version: at } = await checkDatabase(masterUrl);
    expect({ migrations, database }).toEqual({ migrations: [], database: [] });
    expect(at.database).toBe(at.program);
  });
});

test("15 and 18 give the same catalog", async () => {
  const catalogs = await Promise.all(
    SERVERS.map(async (version) => {
      const url = await emptyDatabase(serverUrl(version));
      await query(url, await readFile(`${SCHEMAS_FOLDER}/master-schema.sql`, "utf8"));
      return readCatalog(url);
    }),
  );
  expectSame(catalogs[0]!, catalogs[1]!);
});

test("drift is said object by object", async () => {
  const url = await emptyDatabase(inject("serverUrl"));
  await upgrade(url);
  await query(
    url,
    `drop index jobs_claim_idx; alter table users add column shoe_size integer;
     alter table recordings alter column recording_type set default 'note'`,
  );
  const { database, migrations } = await checkDatabase(url);
  expect(migrations).toEqual([]);
  expect(database).toEqual([
    {
      object: "column recordings.recording_type",
      expected: "text not null default 'lecture'::text",
      found: "text not null default 'note'::text",
    },
    { object: "column users.shoe_size", expected: undefined, found: "integer" },
    {
      object: "index jobs_claim_idx",
      expected: expect.stringContaining("CREATE INDEX"),
      found: undefined,
    },
  ]);
});
