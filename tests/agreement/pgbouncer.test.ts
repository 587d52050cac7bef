/**
 * The application through PgBouncer in transaction mode, where each transaction may meet another connection: no session
 * state is kept.
 */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "#database/connect.ts";
import { raiseRoles } from "#database/roles.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { createTestDatabase } from "#tests/support/database.ts";
import { makeSpeech } from "#tests/support/make-speech.ts";
import { startPgbouncer } from "#tests/support/pgbouncer.ts";

const CAPTIONS =
  "WEBVTT\n\n00:00:00.000 --> 00:00:04.000\nThe Calvin cycle takes place in the stroma.\n";
const PDF = new URL("../../samples/cellular-respiration.pdf", import.meta.url);

let bouncer: Awaited<ReturnType<typeof startPgbouncer>>;
let app: TestApp;
let direct: string;

beforeAll(async () => {
  ({ url: direct } = await createTestDatabase());
  const { serverUrl } = await raiseRoles({ url: direct, directUrl: direct });
  bouncer = await startPgbouncer(serverUrl);
  app = await startTestApp({
    DATABASE_URL: bouncer.url,
    DATABASE_DIRECT_URL: direct,
    LM_POCKETSPHINX: "off",
  });
});
afterAll(async () => {
  await app?.stop();
  await bouncer?.stop();
});

async function study(student: Student, speech: Blob, pdf: Blob) {
  const lecture = await student.upload(
    "/recordings",
    { blob: speech, name: "lecture.mp3" },
    { title: "Plants", language: "en", captions: new Blob([CAPTIONS]) },
  );
  expect(lecture.status).toBe(201);
  const document = await student.upload("/study-materials", { blob: pdf, name: "r.pdf" });
  // Read by a job: claimed, leased, finished and told by NOTIFY.
  await student.until(`/study-materials/${document.body.id}`, ({ status }) => status === "ready");
  const { body: conversation } = await student.post("/conversations", { title: "Exam" });
  const { body: answer } = await student.post(`/conversations/${conversation.id}/messages`, {
    content: "Where does the Calvin cycle take place?",
  });
  expect(answer.citations[0].quote).toContain("stroma");
}

it("does the main job for several students at once", async () => {
  const speech = await makeSpeech(app.context, "The Calvin cycle takes place in the stroma.");
  const pdf = new Blob([await readFile(PDF)], { type: "application/pdf" });
  await Promise.all(
    Array.from({ length: 4 }, async () => study(await app.register(), speech, pdf)),
  );
});

it("leaves no session state behind: no lock, no temporary table, no setting", async () => {
  const client = await connect(direct);
  const { rows: connections } = await client.query(
    "select count(*)::int as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  expect(connections[0].n).toBeGreaterThan(0);
  const { rows: locks } = await client.query(
    `select count(*)::int as n from pg_locks where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())`,
  );
  expect(locks[0].n).toBe(0);
  const { rows: temporary } = await client.query(
    "select count(*)::int as n from pg_class where relpersistence = 't'",
  );
  expect(temporary[0].n).toBe(0);
  await client.end();
  const through = await connect(bouncer.url);
  for (const setting of ["search_path", "statement_timeout", "timezone"]) {
    const { rows } = await through.query(
      "select setting = reset_val as as_configured from pg_settings where lower(name) = $1",
      [setting],
    );
    expect([setting, rows[0].as_configured]).toEqual([setting, true]);
  }
  for (const setting of ["lm.user_id", "lm.purpose"]) {
    const { rows } = await through.query("select current_setting($1, true) as left", [setting]);
    expect(rows[0].left || "").toBe("");
  }
  await through.end();
});

it("holds one superuser for everything back, and leaves it nothing of the lesser role", async () => {
  const { url } = await createTestDatabase();
  const pool = await startPgbouncer(url);
  const alone = await startTestApp({ DATABASE_URL: pool.url, DATABASE_DIRECT_URL: url });
  try {
    const student = await alone.register();
    const note = { title: "Moss", content: "Moss grows on the north side of trees." };
    const { body } = await student.post("/study-materials", note);
    const overview = `/overviews?source_kind=study_material&source_id=${body.id}`;
    expect((await student.get(overview)).status).toBe(200);
    await student.post("/bin", { items: [{ kind: "study_material", id: body.id }] });
    expect((await student.get(overview)).status).toBe(404);
    const through = await connect(pool.url);
    const { rows } = await through.query("select current_user = session_user as own");
    expect(rows).toEqual([{ own: true }]);
    await through.end();
  } finally {
    await alone.stop();
    await pool.stop();
  }
});
