import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { longSpeech, madeModel } from "#tests/support/real-speech.ts";

const { modelsDir } = await madeModel();
let app: TestApp;
let student: Student;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  app = await startTestApp({ LM_WORKER: "off", LM_MODELS_DIR: modelsDir });
  student = await app.register();
});
afterAll(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await app?.stop();
});

function startWorker() {
  const worker = spawn(process.execPath, [resolve("cli/lm.mjs"), "worker"], {
    env: {
      ...process.env,
      NODE_ENV: "test",
      LM_RATE_LIMITS: "off",
      LM_LOG_LEVEL: "error",
      LM_DATA_DIR: app.folder,
      DATABASE_URL: app.databaseUrl,
      LM_MODELS_DIR: modelsDir,
      LM_STT_ENGINE: "sherpa",
      LM_STT_CONCURRENCY: "1",
    },
    stdio: "ignore",
  });
  workers.push(worker);
  return worker;
}

it("a transcription whose worker is killed in the middle is done once and goes on where it was", async () => {
  const speech = await longSpeech();
  const first = startWorker();
  const uploaded = await student.upload("/recordings", speech.path, {
    language: "en",
  });
  const path = `/transcription-jobs/${uploaded.body.transcription_job.id}`;
  await student.until(path, (job) => job.progress_seconds > 0.4 * (job.duration_seconds ?? 1e9));
  first.kill("SIGKILL");
  await once(first, "exit");
  const segments = () =>
    app.context.database
      .selectFrom("transcription_segments")
      .select(["number", "start_seconds", "end_seconds", "text", "created_at"])
      .where("user_id", "=", student.id)
      .orderBy("number")
      .execute();
  const saved = await segments();
  expect(saved.length).toBeGreaterThan(5);

  startWorker();
  const job = await student.until(path, (each) => ["completed", "failed"].includes(each.status));
  expect(job).toMatchObject({ status: "completed", error_message: null });
  const all = await segments();
  // What was saved stands as it was, and what follows goes on after it.
  expect(all.slice(0, saved.length)).toEqual(saved);
  expect(all.map((segment) => segment.number)).toEqual(all.map((_, index) => index));
  for (const [index, segment] of all.entries()) {
    if (index > 0)
      expect(segment.start_seconds).toBeGreaterThanOrEqual(all[index - 1]!.end_seconds);
  }
  expect(all.at(-1)!.end_seconds).toBeGreaterThan(speech.seconds - 15);
  const versions = await student.get(`/transcriptions?recording_id=${uploaded.body.recording.id}`);
  expect(versions.body.items).toHaveLength(1);
  expect(versions.body.items[0].duration_seconds).toBeCloseTo(speech.seconds, 0);
}, 180_000);
