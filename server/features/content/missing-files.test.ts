/**
 * A file that is gone from the storage, disk and S3: a sentence at every door that needs it, and a job that is not
 * tried five times.
 */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApp, startTestServer, studentWith } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { startS3Server, type S3Server } from "#tests/support/s3-server.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let s3: S3Server;
const settings: Record<string, Record<string, string>> = { disk: {} };

beforeAll(async () => {
  s3 = await startS3Server();
  settings["s3"] = s3.settings;
});
afterAll(async () => {
  await s3.stop();
});

test.each(["disk", "s3"])("%s", async (kind) => {
  const app = await startTestApp({ ...settings[kind], LM_WORKER: "off" });
  const student = await app.register();
  const sound = new Blob([makeWav(randomBytes(16_000))]);
  const recording = await student.upload(
    "/recordings",
    { blob: sound, name: "a.wav" },
    { transcribe: "false" },
  );
  const note = await student.upload("/study-materials", {
    blob: new Blob(["The stroma is a fluid."]),
    name: "a.txt",
  });
  const picture = await student.upload("/cards/media", { blob: new Blob([PNG]), name: "leaf.png" });
  await student.post("/cards", {
    kind: "basic",
    front: "What is this?",
    back: `![a leaf](${picture.body.url})`,
  });
  const keys: string[] = [];
  for await (const { key } of app.context.storage.list(`${student.id}/`)) keys.push(key);
  expect(keys.length).toBe(3);
  for (const key of keys) await app.context.storage.delete(key);
  for (const path of [
    `/recordings/${recording.body.recording.id}/audio`,
    `/study-materials/${note.body.id}/file`,
  ]) {
    const { status, body } = await student.get(path);
    expect([path, status, body.code]).toEqual([path, 410, "file-gone"]);
    expect(body.detail).toMatch(/upload it again/);
  }
  // It is read while a package is being written, by nobody who waits for it.
  expect((await student.post("/cards/export", { format: "apkg" })).status).toBe(202);
  // The jobs that want them end at once.
  const worker = await startTestServer(
    { folder: app.folder, databaseUrl: app.databaseUrl },
    settings[kind],
  );
  try {
    const there = studentWith(worker.url, student);
    const jobs = await there.until<any>(
      "/jobs",
      ({ items }) => items.length === 3 && items.every(({ status }: any) => status === "failed"),
    );
    for (const job of jobs.items)
      expect([job.job_type, job.error_code, job.attempts]).toEqual([job.job_type, "file-gone", 1]);
    const read = (await there.get(`/study-materials/${note.body.id}`)).body;
    expect([read.status, read.error_code]).toEqual(["failed", "file-gone"]);
  } finally {
    await worker.stop();
    await app.stop();
  }
});
