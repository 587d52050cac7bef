/**
 * A marker in every text column and file of an account of every table; after the deletion it is found nowhere: rows,
 * storage, folders, logs.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql, type Kysely } from "kysely";
import { expect, it } from "vitest";
import { openDatabase } from "#database/open.ts";
import { scrub } from "#database/scrub.ts";
import type { Database } from "#database/types.ts";
import { finishDeletions } from "#server/features/account/deletion/finish-deletions.ts";
import type { Receipt } from "#server/features/account/deletion/shapes.ts";
import { verifyDeletion } from "#server/features/account/deletion/verify-deletion.ts";
import { stopDatabase } from "#tests/kills/stop-database.ts";
import {
  PASSWORD,
  register,
  startTestApp,
  type Student,
  type TestApp,
} from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { ownEnvironment } from "#tests/support/own-environment.ts";
import { makeRandomAccount } from "#tests/support/random-account.ts";
import { startS3Server } from "#tests/support/s3-server.ts";

const MARKER = "zebrafinch7";
const SERVER = fileURLToPath(new URL("../kills/process.ts", import.meta.url));

it("on local disk: planted in every table and file, found nowhere", async () => {
  const app = await startTestApp({ LM_WORKER: "off" });
  try {
    await plantAndDelete(app, [app.folder]);
    // Nor may anybody else of this machine look into a folder.
    const entries = await readdir(app.folder, { recursive: true, withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name)).toContain("files");
    for (const { parentPath, name } of folders) {
      const path = join(parentPath, name);
      expect([path, (await stat(path)).mode & 0o077]).toEqual([path, 0]);
    }
  } finally {
    await app.stop();
  }
});

it("on an S3-compatible server: the same", async () => {
  const server = await startS3Server();
  const app = await startTestApp({ LM_WORKER: "off", ...server.settings });
  try {
    await plantAndDelete(app, [app.folder, server.folder]);
  } finally {
    await app.stop();
    await server.stop();
  }
});

it(
  "in a process that logs all it can: typed everywhere, wrongly too, and found neither in logs " +
    "nor in its folder",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "lm-logs-"));
    const server = spawn(process.execPath, [SERVER, "app"], {
      env: {
        ...process.env,
        ...ownEnvironment(folder),
        LM_LOG_LEVEL: "debug",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const logs: Buffer[] = [];
    const ready = new Promise<string[]>((resolve, reject) => {
      server.once("exit", () => reject(new Error(Buffer.concat(logs).toString())));
      server.stdout.on("data", (chunk: Buffer) => {
        logs.push(chunk);
        const [, said] = /^ready (.+)$/m.exec(Buffer.concat(logs).toString()) ?? [];
        if (said) resolve(said.split(" "));
      });
    });
    server.stderr.on("data", (chunk: Buffer) => logs.push(chunk));
    let database: Kysely<Database> | undefined;
    try {
      const [url, ownerUrl] = (await ready) as [string, string];
      database = openDatabase(ownerUrl, { max: 1 });
      const stays = await register(url);
      const student = await register(url, `${MARKER}@example.org`);
      await typeEverywhere(student);
      const planted = await findMarker(database, [folder]);
      expect(planted.rows.length).toBeGreaterThan(8);
      expect(planted.files.length).toBeGreaterThan(1);
      const answer = await student.request("/account", {
        method: "DELETE",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ password: PASSWORD }),
      });
      expect(answer.status).toBe(200);
      expect((await stays.get("/auth/me")).status).toBe(200);
      const left = async () => {
        const { rows, files } = await findMarker(database!, [folder]);
        return { rows, files: files.filter((path) => !path.startsWith(join(folder, "postgres/"))) };
      };
      await expect.poll(left).toEqual({ rows: [], files: [] });
      // Nor in the database's own files, once they are written anew.
      expect(await scrub(ownerUrl)).toMatchObject({ log: true });
      expect(await findMarker(database, [folder])).toEqual({ rows: [], files: [] });
      const written = Buffer.concat(logs).toString();
      expect(written.split("\n").length).toBeGreaterThan(3);
      expect(written.split("\n").filter((line) => line.includes(MARKER))).toEqual([]);
    } finally {
      const ended = once(server, "exit");
      server.kill("SIGTERM");
      await ended;
      await database?.destroy();
      await stopDatabase(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
);

/** As a student does, and as one whose files and words are wrong. */
async function typeEverywhere(student: Student) {
  await student.patch("/auth/me", { full_name: MARKER, username: `${MARKER}-2` });
  const wav = new Blob([Uint8Array.from(makeWav(Buffer.alloc(32_000)))]);
  const { body: uploaded } = await student.upload(
    "/recordings",
    { blob: wav, name: `${MARKER}.wav` },
    {
      title: MARKER,
      subject: MARKER,
      captions: new Blob([`WEBVTT\n\n00:00.000 --> 00:01.000\n${MARKER} sings.\n`]),
    },
  );
  const recording = uploaded.recording.id as string;
  const { body: note } = await student.post("/study-materials", {
    title: MARKER,
    subject: MARKER,
    content: `The ${MARKER} sings at dawn.`,
  });
  const { body: broken } = await student.upload(
    "/study-materials",
    { blob: new Blob([`%PDF-1.7 ${MARKER}`]), name: `${MARKER}.pdf` },
    { title: MARKER },
  );
  await student.until(`/study-materials/${broken.id}`, ({ status }) => status === "failed");
  const { body: talk } = await student.post("/conversations", { title: MARKER });
  await student.post(
    `/conversations/${talk.id}/messages`,
    { content: `When does the ${MARKER} sing?` },
    { accept: "application/json" },
  );
  await student.post("/cards", {
    kind: "basic",
    front: MARKER,
    back: MARKER,
    tags: [MARKER],
    witness: { source: { kind: "study_material", id: note.id }, quote: "sings at dawn" },
  });
  await student.post("/marks", {
    source: { kind: "recording", id: recording },
    at_seconds: 0.5,
    note: MARKER,
  });
  const { body: speech } = await student.post("/tts", { text: `${MARKER} sings.` });
  await student.until(
    `/tts/${speech.id}`,
    ({ status }) => status !== "pending" && status !== "processing",
  );
  await student.get(`/search?q=${MARKER}`);
  // Wrongly.
  await student.get(`/search?q=${MARKER}&limit=${MARKER}`);
  await student.get(`/recordings/${MARKER}`);
  await student.get(`/${MARKER}`);
  await student.post("/cards", { kind: MARKER, front: { [MARKER]: MARKER } });
  await student.request("/cards", {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": MARKER, "x-request-id": MARKER },
    body: `{"front": "${MARKER}`,
  });
  await student.upload("/account/import", {
    blob: new Blob([`PK ${MARKER}`.repeat(20)]),
    name: `${MARKER}.zip`,
  });
  await student.upload("/cards/import", {
    blob: new Blob([`PK ${MARKER}`.repeat(20)]),
    name: `${MARKER}.apkg`,
  });
  await student.post("/auth/login", { email: `${MARKER}@example.org`, password: MARKER });
  const { body: taken } = await student.post("/account/export");
  await student.until(`/account/exports/${taken.id}`, ({ status }) => status === "ready");
}

async function plantAndDelete(app: TestApp, folders: string[]) {
  const { database, storage } = app.context;
  const stays = await app.register();
  const student = await app.register();
  await stays.post("/study-materials", { title: "Other", content: "Of somebody who stays." });
  await sql`update users set full_name = ${MARKER}, username = ${`${MARKER}-1`} where id = ${student.id}`.execute(
    database,
  );
  const account = await makeRandomAccount(database, storage, student.id, {
    marker: MARKER,
    seed: 18,
  });
  // Every table has a row and every column of free text the marker: else the account is not one of every table.
  expect(account.missed).toEqual({});
  expect(account.empty).toEqual([]);
  expect(account.planted.size).toBeGreaterThan(100);
  const before = await findMarker(database, folders);
  expect(before.rows.length).toBeGreaterThan(40);
  expect(before.files.length).toBeGreaterThan(4);

  const answer = await student.request("/account", {
    method: "DELETE",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ password: PASSWORD }),
  });
  expect(answer.status).toBe(200);
  const { receipt } = (await answer.json()) as { receipt: Receipt };
  // Jobs of the account were running: their files are looked for once more.
  await sql`update deletion_remains set settled_at = now()`.execute(database);
  await finishDeletions(app.context);
  expect(await findMarker(database, folders)).toEqual({ rows: [], files: [] });
  expect(await verifyDeletion(app.context, receipt)).toMatchObject({ holds: true });
  expect(JSON.stringify(receipt)).not.toContain(student.id);
  expect((await stays.get("/study-materials")).body.items).toHaveLength(1);
}

/** As a dump of every table, a look into every file and every name. */
async function findMarker(database: Kysely<Database>, folders: string[]) {
  const hex = Buffer.from(MARKER).toString("hex");
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class where relkind in ('r', 'p', 'm')
      and relnamespace = 'public'::regnamespace`.execute(database);
  const rows: string[] = [];
  for (const { name } of tables) {
    const { rows: found } = await sql<{ count: number }>`
      select count(*) as count from ${sql.table(name)} as row
      where strpos(row::text, ${MARKER}) > 0 or strpos(row::text, ${hex}) > 0`.execute(database);
    if (Number(found[0]!.count) > 0) rows.push(name);
  }
  const files: string[] = [];
  for (const folder of folders)
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (path.includes(MARKER)) files.push(path);
      else if (entry.isFile() && (await readFile(path)).includes(MARKER)) files.push(path);
    }
  return { rows, files };
}
