/** A backup of a running application, restored elsewhere: on the embedded PostgreSQL 18 and on Debian's 15. */
import { randomBytes } from "node:crypto";
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
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { createTestDatabase } from "#tests/support/database.ts";
import { ENGINES } from "#tests/support/engines.ts";
import { makeSpeech } from "#tests/support/make-speech.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { startPostgresql15 } from "#tests/support/postgresql-15.ts";

let app: TestApp;
let student: Student;
let recording: string;
let folder: string;
let file: string;
/** A lecture that is being sent, and one that is being recorded: how far each was when the backup was made. */
const sound = makeWav(randomBytes(300_000));
const sent = { upload: "", live: "" };
const HALF = 150_000;

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
  sent.upload = await begin({ "upload-length": String(sound.length) });
  sent.live = await begin({ "upload-defer-length": "1" });
  for (const path of Object.values(sent))
    expect(await append(app.url, path, 0, sound.subarray(0, HALF))).toBe(204);
  const said: string[] = [];
  await backup(app.databaseUrl, file, {
    storage: app.context.storage,
    secretsPath: join(app.folder, "secrets.json"),
    onProgress: (line) => said.push(line),
  });
  expect(said).toContain("users: 1 rows");
  expect(said.at(-2)).toMatch(/^files: \d+ of \d+$/);
  expect(said.at(-1)).toBe("uploads under way: 2");
  // What comes after the snapshot is not in it.
  for (const path of Object.values(sent))
    expect(await append(app.url, path, HALF, sound.subarray(HALF, HALF + 1000))).toBe(204);
});
afterAll(async () => {
  await app?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function begin(headers: Record<string, string>) {
  const answer = await student.request("/uploads", {
    method: "POST",
    headers: {
      "tus-resumable": "1.0.0",
      "upload-metadata": `filename ${Buffer.from("lecture.wav").toString("base64")}`,
      ...headers,
    },
  });
  expect(answer.status).toBe(201);
  return answer.headers.get("location")!;
}

async function tus(base: string, path: string, init: RequestInit) {
  return fetch(`${base}${path}`, {
    ...init,
    headers: {
      authorization: `Bearer ${student.token}`,
      "tus-resumable": "1.0.0",
      ...init.headers,
    },
  });
}

async function append(base: string, path: string, offset: number, body: Buffer) {
  const headers = {
    "content-type": "application/offset+octet-stream",
    "upload-offset": String(offset),
  };
  const answer = await tus(base, path, { method: "PATCH", headers, body: new Uint8Array(body) });
  return answer.status;
}

/** The sender asks how far it is, sends the rest, and the recording has every byte. */
async function expectFinished(base: string) {
  for (const [kind, path] of Object.entries(sent)) {
    const head = await tus(base, path, { method: "HEAD" });
    expect([kind, head.headers.get("upload-offset")]).toEqual([kind, String(HALF)]);
    expect(await append(base, path, HALF, sound.subarray(HALF))).toBe(204);
    if (kind === "live")
      expect((await tus(base, `${path}/finish`, { method: "POST" })).status).toBe(200);
    const upload = (await (await tus(base, path, {})).json()) as { recording_id: string };
    const audio = await tus(base, `/api/recordings/${upload.recording_id}/audio`, {});
    expect(Buffer.from(await audio.arrayBuffer()).equals(sound), kind).toBe(true);
  }
}

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
    await expectFinished(server.url);
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
    for await (const grown of storage.listGrowing()) keys.push(grown.name);
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
