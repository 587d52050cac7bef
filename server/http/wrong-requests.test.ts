/**
 * Ordinary wrong requests: what is wrong is said, never "something went wrong on the server", and never in the
 * database's own words.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { sql } from "kysely";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "#database/open.ts";
import { describeError } from "#server/database-failure.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { rawRequest } from "#tests/support/raw-request.ts";

let app: TestApp;
let student: Student;
let recording: string;
beforeAll(async () => {
  app = await startTestApp({ LM_WORKER: "off" });
  student = await app.register();
  recording = await newRecording(student);
});
afterAll(() => app.stop());

async function newRecording(who: Student) {
  const file = { blob: new Blob([makeWav(Buffer.alloc(3200))]), name: "a.wav" };
  return (await who.upload("/recordings", file, { transcribe: "false" })).body.recording.id;
}

const raw = (method: string, path: string, headers: Record<string, string> = {}, body = "") =>
  rawRequest(app.url, {
    method,
    path,
    headers: {
      authorization: `Bearer ${student.token}`,
      "content-length": String(Buffer.byteLength(body)),
      ...headers,
    },
    body: [body],
  });

test("ids of uploads that are none, and a query after one that is", async () => {
  const tus = {
    "tus-resumable": "1.0.0",
    "upload-offset": "0",
    "content-type": "application/offset+octet-stream",
  };
  const created = await student.request("/uploads", {
    method: "POST",
    headers: { "tus-resumable": "1.0.0", "upload-length": "10" },
  });
  const id = created.headers.get("location")!.split("/").at(-1)!;
  for (const method of ["PATCH", "DELETE", "HEAD"]) {
    for (const wrong of ["x", "x?y=1", `${id}x`, crypto.randomUUID(), "%00"]) {
      const answer = await raw(method, `/api/uploads/${wrong}`, tus);
      expect([method, wrong, answer.status >= 400 && answer.status < 500]).toEqual([
        method,
        wrong,
        true,
      ]);
      expect(answer.body).not.toMatch(/invalid input|uuid:/);
    }
  }
  expect((await raw("HEAD", `/api/uploads/${id}?x=1`, tus)).status).toBe(200);
  expect((await raw("PATCH", `/api/uploads/${id}?x=1`, tus, "0123456789")).status).toBe(422);
});

test("addresses that are none", async () => {
  for (const path of ["/%", "/%ff", "/%00%ff", "/assets/%", "/api/%", "/api/recordings/%ff"]) {
    const { status } = await raw("GET", path);
    expect([path, status < 500 || status === 503]).toEqual([path, true]);
  }
});

test("captions of the wrong type, without a body, with hours without an end, and with an endless cue", async () => {
  const path = `/api/recordings/${recording}/captions`;
  const vtt = { "content-type": "text/vtt" };
  const json = { "content-type": "application/json", "idempotency-key": "captions" };
  expect((await raw("POST", path, json, "{}")).status).toBe(415);
  expect((await raw("POST", path, vtt)).status).toBe(422);
  const cue = (hours: string, text: string) =>
    `WEBVTT\n\n${hours}:00:01.000 --> ${hours}:00:02.000\n${text}\n`;
  expect((await raw("POST", path, vtt, cue("9".repeat(400), "x"))).status).toBe(422);
  expect([201, 422]).toContain(
    (await raw("POST", path, vtt, cue("00", "a".repeat(100_000)))).status,
  );
});

test("an account that is gone before its second factor is a login that did not work", async () => {
  const who = await app.register();
  const { startChallenge } =
    await import("#server/features/authentication/second-factor/queries.ts");
  const challenge_token = await startChallenge(app.context.database, who.id);
  await app.context.database.deleteFrom("users").where("id", "=", who.id).execute();
  const answer = await raw(
    "POST",
    "/api/auth/login/second-factor",
    { "content-type": "application/json" },
    JSON.stringify({ challenge_token, code: "123456" }),
  );
  expect(answer.status).toBe(401);
});

test("an account that is deleted while its upload comes in is a login that has ended", async () => {
  const who = await app.register();
  const go = Promise.withResolvers<void>();
  const head = `--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n`;
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(Buffer.from(head));
      controller.enqueue(makeWav(Buffer.alloc(3200)));
      await go.promise;
      controller.enqueue(Buffer.from("\r\n--b--\r\n"));
      controller.close();
    },
  });
  const before = await readdir(join(app.folder, "files", ".incoming"));
  const answer = who.request("/recordings", {
    method: "POST",
    headers: { "content-type": "multipart/form-data; boundary=b" },
    body,
    duplex: "half",
  } as RequestInit);
  await expect
    .poll(async () => (await readdir(join(app.folder, "files", ".incoming"))).length)
    .toBeGreaterThan(before.length);
  await app.context.database.deleteFrom("users").where("id", "=", who.id).execute();
  go.resolve();
  expect((await answer).status).toBe(401);
});

test("what the database quotes of a student's text is not in the log", async () => {
  const lines: string[] = [];
  const log = pino(
    { serializers: { err: describeError } },
    new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    }),
  );
  const database = openDatabase(app.databaseUrl, { max: 1 });
  const secret = "the student's own words";
  for (const broken of [
    sql`update recordings set title = ${secret + "x".repeat(500)}`,
    sql`select ${secret}::uuid`,
  ])
    await broken.execute(database).catch((error: unknown) => log.error({ err: error }, "failed"));
  await database.destroy();
  expect(lines).toHaveLength(2);
  expect(lines.join("\n")).toMatch(/recordings_title_check/);
  expect(lines.join("\n")).not.toMatch(/own words|xxxx/);
});

test("an Idempotency-Key whose request died is free for the same request when its lease is over", async () => {
  const body = { title: "Once", content: "Cells." };
  const key = { "idempotency-key": "dead" };
  const first = await student.post("/study-materials", body, key);
  expect(first.status).toBe(201);
  const lease = (until: string) =>
    sql`update idempotency_keys set status = null, body = null, leased_until = now() + ${until}::interval
      where user_id = ${student.id} and key = 'dead'`.execute(app.context.database);
  // As after a kill in the middle.
  await lease("20 seconds");
  const waiting = await student.post("/study-materials", body, key);
  expect(waiting.status).toBe(409);
  expect(Number(waiting.headers.get("retry-after"))).toBeLessThanOrEqual(20);
  await lease("-1 second");
  expect((await student.post("/study-materials", { ...body, title: "Other" }, key)).body.code).toBe(
    "idempotency-key-reused",
  );
  const again = await student.post("/study-materials", body, key);
  expect(again.status).toBe(201);
  expect(again.headers.get("idempotency-replayed")).toBeNull();
  const replayed = await student.post("/study-materials", body, key);
  expect(replayed.headers.get("idempotency-replayed")).toBe("true");
  expect(replayed.body.id).toBe(again.body.id);
});
