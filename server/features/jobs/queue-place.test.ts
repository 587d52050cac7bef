import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";

let app: TestApp;
beforeAll(async () => void (app = await startTestApp({ LM_WORKER: "off" })));
afterAll(() => app?.stop());

async function upload(student: Student) {
  const { status, body } = await student.upload("/recordings", {
    blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(16_000)))]),
    name: "a.wav",
  });
  expect(status).toBe(201);
  return body.transcription_job.id as string;
}

it("tells each waiting job its place, in the order in which students take turns", async () => {
  const [many, one] = [await app.register(), await app.register()];
  const first = [await upload(many), await upload(many), await upload(many)];
  const other = await upload(one);
  const places = async () => {
    const { items } = (await many.get("/transcription-jobs")).body;
    const mine = Object.fromEntries(items.map(({ id, place }: any) => [id, place]));
    const theirs = (await one.get(`/transcription-jobs/${other}`)).body.place;
    return [...first.map((id) => mine[id]), theirs];
  };
  expect(await places()).toEqual([1, 3, 4, 2]);
  const cancelled = await many.post(`/transcription-jobs/${first[0]}/cancel`);
  expect(cancelled.body).toMatchObject({ status: "cancelled", place: null });
  expect((await places()).at(-1)).toBe(1);
  // Other types have lines of their own, and each job says so itself.
  const jobs = (await one.get("/jobs?status=pending")).body.items;
  expect(jobs.map(({ job_type, place }: any) => [job_type, place]).toSorted()).toEqual([
    ["draw-waveform", 2],
    ["transcribe", 1],
  ]);
  const job = jobs.find(({ job_type }: any) => job_type === "transcribe");
  expect((await one.get(`/jobs/${job.id}`)).body.place).toBe(1);
  expect((await many.get(`/jobs/${job.id}`)).status).toBe(404);
});
