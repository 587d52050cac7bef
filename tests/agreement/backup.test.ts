/** A backup of a running application, restored elsewhere: on the embedded PostgreSQL 18 and on Debian's 15. */
import { mkdtemp, open, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backup } from "#database/backup.ts";
import { readApplied } from "#database/migrate.ts";
import { restore } from "#database/restore.ts";
import { readConfig } from "#server/config.ts";
import { startServer } from "#server/main.ts";
import { createDiskStorage } from "#server/providers/storage/disk.ts";
import { startTestApp, type Student, type TestApp } from "../support/app.ts";
import { createTestDatabase } from "../support/database.ts";
import { ENGINES } from "../support/engines.ts";
import { makeSpeech } from "../support/make-speech.ts";
import { startPostgresql15 } from "../support/postgresql-15.ts";

let app: TestApp;
let student: Student;
let recording: string;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lm-test-backup-"));
  file = join(folder, "backup.tar");
  app = await startTestApp({ LM_WORKER: "off" });
  student = await app.register();
  const blob = await makeSpeech(app.context, "Plants make sugar out of light.");
  recording = (await student.upload("/recordings", { blob, name: "plants.mp3" })).body.recording.id;
  await student.post("/study-materials", {
    title: "Note",
    content: "Tab\tline\nback\\slash \u00e9 \u{1f331}",
  });
  const said: string[] = [];
  await backup(app.databaseUrl, file, {
    storage: app.context.storage,
    secretsPath: join(app.folder, "secrets.json"),
    onProgress: (line) => said.push(line),
  });
  expect(said).toContain("users: 1 rows");
  expect(said.at(-1)).toMatch(/^files: \d+ of \d+$/);
});
afterAll(async () => {
  await app?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function expectRestored(url: string, dataDir: string) {
  await restore(url, file, {
    storage: createDiskStorage(join(dataDir, "files")),
    secretsPath: join(dataDir, "secrets.json"),
  });
  const server = await startServer(
    readConfig({
      NODE_ENV: "test",
      LM_RATE_LIMITS: "off",
      LM_LOG_LEVEL: "error",
      LM_WORKER: "off",
      LM_DATA_DIR: dataDir,
      DATABASE_URL: url,
      PORT: "0",
      ...ENGINES,
    }),
  );
  try {
    const audio = async (base: string) => {
      const answer = await fetch(`${base}/api/recordings/${recording}/audio`, {
        headers: { authorization: `Bearer ${student.token}` },
      });
      expect(answer.status).toBe(200);
      return Buffer.from(await answer.arrayBuffer());
    };
    // The token of the old server is good here: the keys came along.
    expect((await audio(server.url)).equals(await audio(app.url))).toBe(true);
  } finally {
    await server.stop();
  }
}

test("a restored copy opens its audio, on another database and folder", async () => {
  const { url } = await createTestDatabase("template0");
  await expectRestored(url, join(folder, "eighteen"));
  await expect(
    restore(url, file, { storage: createDiskStorage(join(folder, "again")) }),
  ).rejects.toThrow("The database is not empty");
});

test("and on PostgreSQL 15", async () => {
  const fifteen = await startPostgresql15();
  try {
    await expectRestored(fifteen.url, join(folder, "fifteen"));
  } finally {
    await fifteen.stop();
  }
});

test("a backup that is cut off or damaged restores nothing", async () => {
  const whole = await readFile(file);
  for (const [name, bytes] of [
    ["cut", whole.subarray(0, Math.floor((await stat(file)).size * 0.6))],
    ["damaged", damage(whole)],
  ] as const) {
    const path = join(folder, `${name}.tar`);
    const handle = await open(path, "w");
    await handle.writeFile(bytes);
    await handle.close();
    const { url } = await createTestDatabase("template0");
    const storage = createDiskStorage(join(folder, name));
    await expect(restore(url, path, { storage })).rejects.toThrow();
    const keys: string[] = [];
    for await (const { key } of storage.list("")) keys.push(key);
    expect(keys).toEqual([]);
    const again = await createTestDatabase("template0");
    await restore(again.url, file, { storage: createDiskStorage(join(folder, `${name}-whole`)) });
    expect(await readApplied(again.url)).not.toEqual([]);
  }
});

/** One bit of a stored file. */
function damage(whole: Buffer) {
  const copy = Buffer.from(whole);
  const at = copy.indexOf("files/") + 2000;
  copy[at] = copy[at]! ^ 1;
  return copy;
}
