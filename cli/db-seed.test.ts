/** `lm db seed`: what it makes can be logged into, listened to and questioned; again it makes nothing. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "#database/connect.ts";
import { readJob, type JobRow } from "#server/features/jobs/contract.ts";
import { handlers } from "#server/worker/handlers.ts";
import { startTestApp, studentWith } from "#tests/support/app.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { ENGINES } from "#tests/support/engines.ts";
import { expectSameBytes } from "#tests/support/suitcases.ts";

const LM = fileURLToPath(new URL("lm.mjs", import.meta.url));
let database: TestDatabase;
let client: pg.Client;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  client = await connect(database.url);
  folder = await mkdtemp(join(tmpdir(), "lm-seed-"));
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function seed(words: string[] = [], env: Record<string, string> = {}) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [LM, "--json", "db", "seed", ...words],
    {
      env: {
        PATH: process.env["PATH"],
        ...ENGINES,
        HOME: folder,
        DATABASE_URL: database.url,
        LM_DATA_DIR: folder,
        LM_POCKETSPHINX: "off",
        ...env,
      },
    },
  );
  return JSON.parse(stdout);
}

/** The rows of every table, as one number each: a row that changes, comes or goes changes it. */
async function fingerprint() {
  const { rows: tables } = await client.query<{ name: string }>(
    "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
  );
  const prints: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await client.query(
      `select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as print from "${name}" as t`,
    );
    prints[name] = rows[0].print;
  }
  return prints;
}

it("makes three students once", { timeout: 180_000 }, async () => {
  const first = await seed();
  expect(first).toMatchObject({ changed: true });
  expect(first.emails).toHaveLength(3);
  const before = await fingerprint();
  expect(await seed()).toEqual({ ...first, changed: false });
  expect(await fingerprint()).toEqual(before);
  const { rows } = await client.query("select distinct status from jobs order by 1");
  expect(rows.map(({ status }) => status)).toEqual([
    "cancelled",
    "completed",
    "failed",
    "pending",
    "processing",
  ]);
});

it("whose lectures sound and whose answers open at their second and page", async () => {
  const app = await startTestApp({ DATABASE_URL: database.url, LM_DATA_DIR: folder });
  try {
    const { emails, password } = await seed();
    const kinds = new Set<string>();
    for (const email of emails) {
      const login = await fetch(`${app.url}/api/auth/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email, password }),
      });
      const { access_token } = (await login.json()) as { access_token: string };
      const get = async (path: string) =>
        fetch(`${app.url}/api${path}`, { headers: { authorization: `Bearer ${access_token}` } });
      const list = async (path: string): Promise<any[]> => (await (await get(path)).json()).items;

      for (const recording of await list("/recordings")) {
        const audio = await get(`/recordings/${recording.id}/audio`);
        expect(audio.status).toBe(200);
        expect((await audio.arrayBuffer()).byteLength).toBe(recording.size_bytes);
      }
      const conversations = await list("/conversations");
      expect(conversations.length).toBeGreaterThan(0);
      for (const { id } of conversations) {
        const answers = (await list(`/conversations/${id}/messages`)).filter(
          ({ role }) => role === "assistant",
        );
        expect(answers.length).toBeGreaterThan(0);
        for (const { citations } of answers) {
          expect(citations.length).toBeGreaterThan(0);
          for (const { source, quote, start_seconds, page } of citations) {
            const path = source.kind === "recording" ? "recordings" : "study-materials";
            const found = await (await get(`/${path}/${source.id}`)).json();
            if (source.kind === "recording") {
              expect(start_seconds).toBeLessThan(found.duration_seconds);
              kinds.add("second");
            } else {
              expect(found.content).toContain(quote);
              if (page) kinds.add("page");
            }
          }
        }
      }
    }
    expect([...kinds].toSorted()).toEqual(["page", "second"]);
  } finally {
    await app.stop();
  }
});

it("whose accounts go out, into an empty server and out again as the same bytes", async () => {
  const [app, other] = await Promise.all([
    startTestApp({ DATABASE_URL: database.url, LM_DATA_DIR: folder }),
    startTestApp(),
  ]);
  try {
    const { emails, password } = await seed();
    for (const email of emails) {
      const login = await fetch(`${app.url}/api/auth/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email, password }),
      });
      const { access_token, user } = (await login.json()) as {
        access_token: string;
        user: { id: string };
      };
      const student = { id: user.id, email, token: access_token, refreshToken: "" };
      await expectSameBytes(studentWith(app.url, student), await other.register());
    }
  } finally {
    await app.stop();
    await other.stop();
  }
});

it("makes many for benchmarks, and none in production", async () => {
  const { students, rows } = await seed(["--scale", "2"]);
  expect(students).toBe(2);
  const { rows: counted } = await client.query(
    "select count(*)::int as n from recordings join users on users.id = user_id where email like 'scale-%'",
  );
  expect(counted[0].n).toBe(2000);
  expect(rows).toBeGreaterThan(20_000);
  const before = await fingerprint();
  await expect(seed([], { NODE_ENV: "production" })).rejects.toMatchObject({
    stderr: expect.stringContaining("seed is refused in production."),
  });
  expect(await fingerprint()).toEqual(before);
});

it("whose jobs a worker could read, those made for measurements too", async () => {
  const { rows } = await client.query<JobRow>("select id, user_id, job_type, payload from jobs");
  expect(rows.length).toBeGreaterThan(1000);
  for (const row of rows) expect(() => readJob(handlers, row)).not.toThrow();
});
