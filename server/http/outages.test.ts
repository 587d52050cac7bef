/**
 * Parts that are down: an honest word soon, never a hang, never "something went wrong", and all is well when they are
 * back.
 */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningServer } from "#server/main.ts";
import { register, startTestServer, type Student } from "#tests/support/app.ts";
import { createTestDatabase } from "#tests/support/database.ts";
import { rawRequest } from "#tests/support/raw-request.ts";
import { startUnreliableLine } from "#tests/support/unreliable-line.ts";

let line: Awaited<ReturnType<typeof startUnreliableLine>>;
let server: RunningServer;
let folder: string;
let student: Student;
beforeAll(async () => {
  const database = await createTestDatabase();
  line = await startUnreliableLine(database.url);
  folder = await mkdtemp(join(tmpdir(), "lm-test-"));
  server = await startTestServer(
    { folder, databaseUrl: line.url },
    {
      LM_WORKER: "off",
      LM_LOG_LEVEL: "silent",
      DATABASE_POOL: "2",
      // Short, so that the test is; what the product allows itself is measured by a benchmark.
      LM_DATABASE_PATIENCE_MS: "1000",
      LM_BODY_IDLE_SECONDS: "1",
    },
  );
  student = await register(server.url);
});
afterAll(async () => {
  line.set("good");
  await server.stop();
  line.stop();
  await rm(folder, { recursive: true, force: true });
});

const health = async (headers: Record<string, string> = {}) => {
  const answer = await fetch(`${server.url}/api/health`, { headers });
  return { status: answer.status, parts: ((await answer.json()) as { parts: any }).parts };
};

async function expectUnavailable() {
  const asked = [
    student.get("/study-materials"),
    student.post("/study-materials", { title: "a", content: "b" }),
    student.get("/search?q=cell"),
    student.get("/auth/me"),
  ];
  for (const { status, headers, body } of await Promise.all(asked)) {
    expect([status, body.code]).toEqual([503, "database-unavailable"]);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  }
  const { status, parts } = await health({ authorization: `Bearer ${student.token}` });
  expect([status, parts.database.status]).toEqual([503, "down"]);
}

test.each(["refused", "stalled"] as const)(
  "a database that is %s: 503 with Retry-After, and all is well when it is back",
  async (state) => {
    expect((await student.get("/auth/me")).status).toBe(200);
    line.set(state);
    await expectUnavailable();
    line.set("good");
    await expect.poll(async () => (await student.get("/auth/me")).status).toBe(200);
    expect((await health()).parts.database.status).toBe("ok");
  },
);

test("a database without a connection to spare: 503 with Retry-After, while health says that it lives", async () => {
  const { database } = server.opened.context;
  const hold = Promise.withResolvers<void>();
  const held = Array.from({ length: 2 }, () =>
    database.transaction().execute(async (tx) => {
      await sql`select 1`.execute(tx);
      await hold.promise;
    }),
  );
  const { status, body, headers } = await student.get("/auth/me");
  expect([status, body.code]).toEqual([503, "database-unavailable"]);
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await health()).parts.database.status).toBe("ok");
  hold.resolve();
  await Promise.all(held);
  expect((await student.get("/auth/me")).status).toBe(200);
});

test("a body that stops coming is ended, sooner while nobody knows whose it is", async () => {
  for (const headers of [{}, { authorization: `Bearer ${student.token}` }]) {
    for (const path of ["/api/auth/login", "/api/study-materials"]) {
      const answer = await rawRequest(server.url, {
        method: "POST",
        path,
        headers: { ...headers, "content-type": "application/json", "content-length": "1000" },
        body: ["{"],
      });
      expect([path, answer.status === 408 || answer.status === 401]).toEqual([path, true]);
    }
  }
});

test("a mail server and a model that hang are said, and hang nothing", async () => {
  const silent = createServer((socket) => void socket.on("error", () => {}));
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  const other = await startTestServer(
    { folder, databaseUrl: line.url },
    {
      LM_WORKER: "off",
      LM_SMTP_URL: `smtp://127.0.0.1:${port}`,
      LM_LLM_URL: `http://127.0.0.1:${port}/v1`,
      LM_LLM_MODEL: "silent",
      LM_STORAGE: "s3",
      LM_S3_ENDPOINT: `http://127.0.0.1:${port}`,
      LM_S3_BUCKET: "lectures",
      LM_S3_ACCESS_KEY_ID: "a",
      LM_S3_SECRET_ACCESS_KEY: "b",
    },
  );
  try {
    const answer = await fetch(`${other.url}/api/health`);
    const { parts } = (await answer.json()) as { parts: any };
    expect(answer.status).toBe(503);
    expect([parts.mail.status, parts.llm.status, parts.storage.status]).toEqual([
      "degraded",
      "degraded",
      "down",
    ]);
  } finally {
    await other.stop();
    silent.close();
  }
});
