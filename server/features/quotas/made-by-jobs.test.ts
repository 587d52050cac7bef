/** What a job makes keeps to the quota too: it ends with the sentence of it, and nothing of what it made stays. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";

const KiB = 1024;

let app: TestApp;
let administrator: Student;
beforeAll(async () => {
  app = await startTestApp({ LM_QUOTA_STORAGE_BYTES: String(600 * KiB) });
  administrator = await app.register();
});
afterAll(() => app?.stop());

async function limit(student: Student, storage_bytes: number) {
  const path = `/admin/users/${student.id}/quota`;
  expect((await administrator.patch(path, { storage_bytes })).status).toBe(200);
}

async function files(student: Student, folder: string) {
  const keys: string[] = [];
  for await (const { key } of app.context.storage.list(`${student.id}/${folder}/`)) keys.push(key);
  return keys;
}

const ended = ({ status }: { status: string }) => ["failed", "ready", "completed"].includes(status);

test("speech that is longer than what is left", async () => {
  const student = await app.register();
  await limit(student, 500);
  const asked = await student.post("/tts", { text: "The stroma is a fluid. ".repeat(20) });
  expect(asked.status).toBe(201);
  const path = `/tts/${asked.body.id}`;
  const failed = await student.until<any>(path, ended);
  expect(failed).toMatchObject({ status: "failed", error_code: "quota-storage" });
  expect(failed.error_message).toMatch(/space/);
  expect(await files(student, "speech")).toEqual([]);
  // With more space it is made.
  await limit(student, 600 * KiB);
  const { items } = (await student.get("/jobs")).body;
  const job = items.find(({ job_type }: any) => job_type === "speak");
  expect((await student.post(`/jobs/${job.id}/retry`)).status).toBe(200);
  expect(await student.until<any>(path, ended)).toMatchObject({ status: "ready" });
});

test("a package of cards that is larger than what is left", async () => {
  const student = await app.register();
  await student.post("/cards", { kind: "basic", front: "Fluid?", back: "Stroma" });
  await limit(student, 10);
  const asked = await student.post("/cards/export", { format: "apkg" });
  const failed = await student.until(`/jobs/${asked.body.id}`, ended);
  expect(failed).toMatchObject({ status: "failed", error_code: "quota-storage" });
  const answer = await student.get(`/cards/exports/${asked.body.id}`);
  expect([answer.status, answer.body.code]).toEqual([413, "quota-storage"]);
  expect(await files(student, "cards")).toEqual([]);
});

test("an account that is larger unpacked than what is left: told by the try, and nothing of it comes in", async () => {
  const giver = await app.register();
  // One file in the zip, two in the account.
  const sound = new Blob([Uint8Array.from(makeWav(Buffer.alloc(250 * KiB)))]);
  for (const title of ["A", "B"])
    await giver.upload(
      "/recordings",
      { blob: sound, name: "a.wav" },
      { title, transcribe: "false" },
    );
  const { id } = (await giver.post("/account/export")).body;
  await giver.until(`/account/exports/${id}`, ended);
  const zip = await (await giver.request(`/account/exports/${id}/file`)).blob();

  const taker = await app.register();
  await limit(taker, 450 * KiB);
  for (const dry_run of ["true", "false"]) {
    const sent = await taker.upload("/account/import", { blob: zip, name: "a.zip" }, { dry_run });
    const failed = await taker.until(`/account/imports/${sent.body.id}`, ended);
    expect(failed).toMatchObject({ status: "failed", error_code: "quota-storage" });
    expect((await taker.get("/recordings")).body.items).toEqual([]);
    expect(await files(taker, "recordings")).toEqual([]);
  }
  // The zip itself is not counted twice: what is left after it must be enough, not what is left beside it.
  await limit(taker, 550 * KiB);
  const sent = await taker.upload("/account/import", { blob: zip, name: "a.zip" });
  const done = await taker.until(`/account/imports/${sent.body.id}`, ended);
  expect(done).toMatchObject({ status: "completed" });
  expect((await taker.get("/recordings")).body.items.length).toBe(2);
});
