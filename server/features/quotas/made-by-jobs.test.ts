/** What a job makes keeps to the quota too: it ends with the sentence of it, and nothing of what it made stays. */
import { buffer } from "node:stream/consumers";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ZipFile } from "yazl";
import { forPurpose } from "#database/principal.ts";
import { removeExpiredTransfers } from "#server/features/study/cards/transfers/remove-expired.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { unzip } from "#tests/support/suitcases.ts";

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

async function deflated(entries: Iterable<[string, Buffer]>) {
  const zip = new ZipFile();
  for (const [name, bytes] of entries) zip.addBuffer(bytes, name);
  zip.end();
  return new Blob([Uint8Array.from(await buffer(zip.outputStream))]);
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

test("a package of cards comes in where its media are there already, and not where they are not", async () => {
  const student = await app.register();
  const svg = `<svg xmlns="http://www.w3.org/2000/svg"><!--${"leaf ".repeat(4000)}--></svg>`;
  const media = await student.upload("/cards/media", { blob: new Blob([svg]), name: "leaf.svg" });
  const front = `![leaf](${media.body.url})`;
  await student.post("/cards", { kind: "basic", front, back: "A leaf" });
  const { id } = (await student.post("/cards/export", { format: "apkg" })).body;
  await student.until(`/jobs/${id}`, ended);
  const apkg = await (await student.request(`/cards/exports/${id}`)).blob();
  const bring = async (taker: Student, blob: Blob) => {
    const sent = await taker.upload("/cards/import", { blob, name: "a.apkg" });
    expect(sent.status).toBe(202);
    return taker.until(`/cards/imports/${sent.body.id}`, ended);
  };
  const used = async () => (await student.get("/account/quota")).body.storage_bytes.used as number;

  // What they hold and the package once more: no space for what the package holds.
  await limit(student, (await used()) + apkg.size);
  expect(await bring(student, apkg)).toMatchObject({ status: "completed" });
  // Another one's: the package counts while it waits, and not beside what comes out of it.
  const taker = await app.register();
  await limit(taker, apkg.size);
  expect(await bring(taker, apkg)).toMatchObject({ status: "completed" });
  expect((await files(taker, "cards")).length).toBe(1);
  // Small as it is sent, and too large as it is kept.
  const packed = await deflated(await unzip(Buffer.from(await apkg.arrayBuffer())));
  const third = await app.register();
  await limit(third, svg.length - 1);
  expect(packed.size).toBeLessThan(svg.length - 1);
  expect(await bring(third, packed)).toMatchObject({
    status: "failed",
    error_code: "quota-storage",
  });
  // The package alone is left, to be tried again with more space; it counts, and goes after a day.
  expect((await files(third, "cards")).length).toBe(1);
  expect((await third.get("/account/quota")).body.storage_bytes.used).toBe(packed.size);
  const cleanUpAfter = async (days: number) => {
    await sql`update card_transfers set completed_at = completed_at - ${days} * interval '1 day'`.execute(
      app.context.database,
    );
    await forPurpose("upkeep", () => removeExpiredTransfers(app.context));
  };
  await cleanUpAfter(1.1);
  expect(await files(third, "cards")).toEqual([]);
  expect((await third.get("/account/quota")).body.storage_bytes.used).toBe(0);
  expect((await student.request(`/cards/exports/${id}`)).status).toBe(200);
  await cleanUpAfter(6);
  const gone = await student.get(`/cards/exports/${id}`);
  expect([gone.status, gone.body.code]).toEqual([410, "file-gone"]);
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
