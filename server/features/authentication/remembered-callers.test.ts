import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
/** Sessions that are remembered for seconds end at once all the same, whichever server ends them. */
import { connect } from "#database/connect.ts";
import {
  PASSWORD,
  register,
  startTestServer,
  studentWith,
  type Student,
} from "#tests/support/app.ts";
import { createTestDatabase } from "#tests/support/database.ts";

type Server = Awaited<ReturnType<typeof startTestServer>>;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let folder: string;
let one: Server;
let other: Server;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), "lm-remembered-"));
  const start = () =>
    startTestServer(
      { folder, databaseUrl: database.url },
      // Long: what ends within it ends because it was said.
      { LM_SESSION_MEMORY_SECONDS: "60", LM_WORKER: "off" },
    );
  one = await start();
  other = await start();
});
afterAll(async () => {
  await one?.stop();
  await other?.stop();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

const status = async (student: Student) => (await student.get("/study-materials")).status;
const at = (server: Server, student: Student) => studentWith(server.url, student);

it("a session that is logged out is over on the server that did it, and a moment later on the others", async () => {
  const student = await register(one.url);
  expect(await status(student)).toBe(200);
  expect(await status(at(other, student))).toBe(200);
  const left = await student.post("/auth/logout", { refresh_token: student.refreshToken });
  expect(left.status).toBe(204);
  expect(await status(student)).toBe(401);
  await expect.poll(() => status(at(other, student))).toBe(401);
});

it("another password ends the other sessions at once", async () => {
  const student = await register(one.url);
  const second = await fetch(`${other.url}/api/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: student.email, password: PASSWORD }),
  });
  const { access_token } = (await second.json()) as { access_token: string };
  const elsewhere = studentWith(other.url, { ...student, token: access_token });
  expect(await status(elsewhere)).toBe(200);
  const changed = await student.post("/auth/password/change", {
    current_password: PASSWORD,
    new_password: "Correct-Horse-8",
  });
  expect(changed.status).toBeLessThan(300);
  await expect.poll(() => status(elsewhere)).toBe(401);
});

it("statements that a connection keeps go on when their table changes", async () => {
  const student = await register(one.url);
  const note = { title: "Osmosis", content: "Water passes a membrane." };
  const { body } = await student.post("/study-materials", note);
  for (let n = 0; n < 30; n += 1)
    expect((await student.get(`/study-materials/${body.id}`)).status).toBe(200);
  const owner = await connect(one.opened.ownerUrl);
  // What a plan gave back has another type now: it must not be used again.
  await owner.query("alter table study_materials alter column title type varchar(1000)");
  await owner.end();
  for (let n = 0; n < 30; n += 1) {
    const answer = await student.get(`/study-materials/${body.id}`);
    expect([answer.status, answer.body.title]).toEqual([200, "Osmosis"]);
  }
});
