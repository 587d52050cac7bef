/**
 * Leaving through the door: at once, after days of grace, by an administrator; one thing, one subject; and the proof of
 * each.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "#database/open.ts";
import { forPurpose } from "#database/principal.ts";
import { raiseRoles } from "#database/roles.ts";
import { PASSWORD, startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { linkInMail } from "#tests/support/mail-folder.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { finishDeletions } from "./finish-deletions.ts";
import type { Receipt } from "./shapes.ts";
import { verifyDeletion } from "./verify-deletion.ts";

let app: TestApp;
let graceful: TestApp;
let administrator: Student;
beforeAll(async () => {
  [app, graceful] = await Promise.all([
    startTestApp(),
    startTestApp({ LM_DELETION_GRACE_DAYS: "30", LM_BACKUP_DAYS: "14" }),
  ]);
  administrator = await app.register();
  await graceful.register();
});
afterAll(() => Promise.all([app?.stop(), graceful?.stop()]));

const HOLDS = { signature: true, rows: {}, files: [], under_way: false, holds: true };

function send(student: Student, method: string, path: string, body: object) {
  return student
    .request(path, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    })
    .then(async (answer) => ({
      status: answer.status,
      body: answer.status === 204 ? undefined : ((await answer.json()) as any),
    }));
}

async function fill(student: Student) {
  const { body } = await student.upload(
    "/recordings",
    { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(64_000)))]), name: "a.wav" },
    {
      title: "Cells",
      subject: "Biology",
      captions: new Blob(["WEBVTT\n\n00:00.000 --> 00:02.000\nThe stroma is a fluid.\n"]),
    },
  );
  const note = await student.post("/study-materials", {
    title: "Note",
    subject: "Biology",
    content: "The Calvin cycle takes place in the stroma.",
  });
  const other = await student.post("/study-materials", { title: "Other", content: "Of history." });
  const card = await student.post("/cards", {
    kind: "basic",
    front: "Where?",
    back: "In the stroma",
    witness: { source: { kind: "study_material", id: note.body.id }, quote: "in the stroma" },
  });
  const talk = await student.post("/conversations", {
    title: "Talk",
    source_kind: "recording",
    source_id: body.recording.id,
  });
  const transcription = (await student.get(`/recordings/${body.recording.id}`)).body
    .transcription_id as string;
  const { body: speech } = await student.post("/tts", {
    source: { kind: "transcription", id: transcription },
  });
  await student.until(`/tts/${speech.id}`, ({ status }) => status === "ready");
  await student.until(`/recordings/${body.recording.id}/waveform`, ({ peaks }) => peaks !== null);
  return {
    recording: body.recording.id as string,
    note: note.body.id as string,
    other: other.body.id as string,
    card: card.body.id as string,
    talk: talk.body.id as string,
    speech: speech.id as string,
  };
}

/** An upload that nobody finished. */
async function beginUpload(student: Student) {
  const created = await student.request("/uploads", {
    method: "POST",
    headers: {
      "tus-resumable": "1.0.0",
      "upload-length": "100000",
      "content-type": "application/offset+octet-stream",
    },
    body: Buffer.alloc(5000),
  });
  expect(created.status).toBe(201);
  return created.headers.get("location")!.split("/").at(-1)!;
}

describe("an account", () => {
  it("goes at once, with unfinished uploads, and its receipt holds on the live system", async () => {
    const student = await app.register();
    await fill(student);
    const upload = await beginUpload(student);
    expect(await readdir(join(app.folder, "files/.growing"))).toContain(upload);
    // It fell silent long ago: nothing is left to wait for.
    await sql`update uploads set updated_at = now() - interval '1 hour' where user_id = ${student.id}`.execute(
      app.context.database,
    );
    const wrong = await send(student, "DELETE", "/account", { password: "Wrong-Horse-7" });
    expect(wrong.status).toBe(422);
    const { status, body } = await send(student, "DELETE", "/account", { password: PASSWORD });
    expect(status).toBe(200);
    const { receipt } = body;
    expect(receipt.counts).toMatchObject({ recordings: 1, study_materials: 2, cards: 1 });
    expect(receipt.counts.files).toBeGreaterThanOrEqual(3);
    expect(JSON.stringify(receipt)).not.toContain(student.id);
    const key = await (await fetch(`${app.url}/api/account/receipts/key`)).json();
    expect(key).toMatchObject({ kty: "OKP", crv: "Ed25519", kid: receipt.key_id });
    expect(await readdir(join(app.folder, "files/.growing"))).not.toContain(upload);
    expect(await readdir(join(app.folder, "files"))).not.toContain(student.id);
    expect(await verifyDeletion(app.context, receipt)).toEqual(HOLDS);
    expect((await verifyDeletion(app.context, { ...receipt, counts: {} })).signature).toBe(false);
    const kept = await fetch(`${app.url}/api/account/receipts/${receipt.id}`);
    expect(await kept.json()).toEqual(receipt);
    // The mail with the receipt is the last one.
    expect((await student.get("/auth/me")).status).toBe(401);
  });

  it("is not proven gone where one file, one upload or one row was missed", async () => {
    const student = await app.register();
    const upload = await beginUpload(student);
    const { body } = await send(student, "DELETE", "/account", { password: PASSWORD });
    const { database, storage } = app.context;
    // Something may still have written: it is looked at once more.
    expect(await verifyDeletion(app.context, body.receipt)).toMatchObject({
      under_way: true,
      holds: false,
    });
    await sql`update deletion_remains set settled_at = now()`.execute(database);
    await finishDeletions(app.context);
    expect(await verifyDeletion(app.context, body.receipt)).toEqual(HOLDS);

    await storage.write(`${student.id}/recordings/planted`, Readable.from(["x"]));
    expect(await verifyDeletion(app.context, body.receipt)).toMatchObject({
      holds: false,
      files: [`${student.id}/recordings/planted`],
    });
    await storage.delete(`${student.id}/recordings/planted`);
    await storage.append(upload, 0, Readable.from([Buffer.from("x")]), {
      onDurable: async () => {},
    });
    expect(await verifyDeletion(app.context, body.receipt)).toMatchObject({
      holds: false,
      files: [`.growing/${upload}`],
    });
    await storage.drop(upload);
    await sql`insert into users (id, email) values (${student.id}, ${student.email})`.execute(
      database,
    );
    expect(await verifyDeletion(app.context, body.receipt)).toMatchObject({
      holds: false,
      rows: { "users.id": 1 },
    });
  });

  it("goes on through a kill: what the transaction left is removed by the next look", async () => {
    const student = await app.register();
    await fill(student);
    const { database } = app.context;
    // As after a kill between the wish and its end.
    await sql`insert into account_deletions (user_id, asked_by, delete_at)
      values (${student.id}, 'person', now())`.execute(database);
    const { rows } = await sql<{ id: string }>`
      select receipt_id as id from account_deletions where user_id = ${student.id}`.execute(
      database,
    );
    await finishDeletions(app.context);
    const receipt = await (await fetch(`${app.url}/api/account/receipts/${rows[0]!.id}`)).json();
    expect(await verifyDeletion(app.context, receipt as never)).toMatchObject({
      rows: {},
      files: [],
    });
  });

  it("waits its days of grace, can be entered and kept, and goes when they are over", async () => {
    const student = await graceful.register();
    await fill(student);
    const first = await send(student, "DELETE", "/account", { password: PASSWORD });
    expect(first.status).toBe(202);
    const days = (Date.parse(first.body.deletion.delete_at) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect((await student.get("/account/deletion")).body).toMatchObject({
      grace_days: 30,
      deletion: { asked_by: "person" },
    });
    const login = await fetch(`${graceful.url}/api/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: student.email, password: PASSWORD }),
    });
    expect(login.status).toBe(200);
    await linkInMail(graceful.folder, student.email, /settings/);
    await finishDeletions(graceful.context);
    expect((await student.delete("/account/deletion")).status).toBe(204);
    expect((await student.get("/account/deletion")).body.deletion).toBeNull();
    expect((await student.delete("/account/deletion")).status).toBe(409);

    const again = await send(student, "DELETE", "/account", { password: PASSWORD });
    await sql`update account_deletions set created_at = now() - interval '31 days', delete_at = now()
      where user_id = ${student.id}`.execute(graceful.context.database);
    await finishDeletions(graceful.context);
    const answer = await fetch(
      `${graceful.url}/api/account/receipts/${again.body.deletion.receipt_id}`,
    );
    const receipt = (await answer.json()) as any;
    expect(await verifyDeletion(graceful.context, receipt)).toMatchObject({ rows: {}, files: [] });
    expect(receipt.backups).toContain("14 days");
    expect(Date.parse(receipt.backups_until) - Date.parse(receipt.deleted_at)).toBe(
      14 * 86_400_000,
    );
    expect((await student.get("/auth/me")).status).toBe(401);
  });

  it("counts what a worker may not read, when a worker deletes after the days of grace", async () => {
    const student = await graceful.register();
    await sql`insert into recovery_codes (user_id, code_hash)
      values (${student.id}, sha256('1')), (${student.id}, sha256('2'))`.execute(
      graceful.context.database,
    );
    const { body } = await send(student, "DELETE", "/account", { password: PASSWORD });
    await sql`update account_deletions set created_at = now() - interval '31 days', delete_at = now()
      where user_id = ${student.id}`.execute(graceful.context.database);
    const { workerUrl } = await raiseRoles({
      url: graceful.databaseUrl,
      directUrl: graceful.databaseUrl,
    });
    expect(workerUrl).not.toBe(graceful.databaseUrl);
    const database = openDatabase(workerUrl, { max: 2 });
    try {
      await forPurpose("upkeep", () => finishDeletions({ ...graceful.context, database }));
    } finally {
      await database.destroy();
    }
    const path = `${graceful.url}/api/account/receipts/${body.deletion.receipt_id}`;
    const receipt = (await (await fetch(path)).json()) as Receipt;
    expect(receipt.counts).toMatchObject({ recovery_codes: 2 });
    expect(await verifyDeletion(graceful.context, receipt)).toMatchObject({ rows: {}, files: [] });
  });

  it("is deleted with a mailed link, once, and by nobody else's", async () => {
    const student = await app.register();
    const thief = await app.register();
    expect((await student.post("/account/deletion/link")).status).toBe(204);
    const link = await linkInMail(app.folder, student.email, /delete=/);
    const token = new URL(link).searchParams.get("delete")!;
    expect((await send(thief, "DELETE", "/account", { token })).status).toBe(410);
    expect((await send(student, "DELETE", "/account", { token: `${token}x` })).status).toBe(410);
    expect((await send(student, "DELETE", "/account", { token })).status).toBe(200);
  });

  it("is deleted by an administrator for a person who asks, with the same receipt", async () => {
    const student = await app.register();
    await fill(student);
    const path = `/admin/users/${student.id}`;
    const stranger = await app.register();
    expect((await send(stranger, "DELETE", path, { password: PASSWORD })).status).toBe(403);
    expect((await send(administrator, "DELETE", path, { password: "no" })).status).toBe(422);
    const { status, body } = await send(administrator, "DELETE", path, { password: PASSWORD });
    expect(status).toBe(200);
    expect(body.receipt.counts).toMatchObject({ recordings: 1 });
    expect(await verifyDeletion(app.context, body.receipt)).toMatchObject({ rows: {}, files: [] });
    expect((await send(administrator, "DELETE", path, { password: PASSWORD })).status).toBe(404);
    const last = await send(administrator, "DELETE", "/account", { password: PASSWORD });
    expect([last.status, last.body.code]).toEqual([409, "conflict"]);
  });
});

describe("one thing", () => {
  it("goes with all that was made of it, and what quotes it is counted and stays", async () => {
    const student = await app.register();
    const made = await fill(student);
    const kept = await fill(student);
    const stranger = await app.register();
    const wish = { recordings: [made.recording], study_materials: [made.note] };
    expect((await stranger.post("/account/erasures", wish)).status).toBe(404);
    expect((await student.post("/account/erasures", {})).status).toBe(404);
    const { status, body } = await student.post("/account/erasures", wish);
    expect(status).toBe(200);
    const { receipt } = body;
    expect(receipt).toMatchObject({ scope: "things", account_hash: null });
    expect(receipt.counts).toMatchObject({
      recordings: 1,
      study_materials: 1,
      transcriptions: 1,
      tts_audio_files: 1,
    });
    expect(receipt.kept).toEqual({ card_witnesses: 1 });
    expect(await verifyDeletion(app.context, receipt)).toEqual(HOLDS);
    for (const path of [`/recordings/${made.recording}`, `/tts/${made.speech}`])
      expect((await student.get(path)).status).toBe(404);
    for (const path of [
      `/cards/${made.card}`,
      `/conversations/${made.talk}`,
      `/recordings/${kept.recording}`,
    ])
      expect((await student.get(path)).status, path).toBe(200);
    // One that was missed.
    await app.context.database
      .insertInto("study_places")
      .values({ user_id: student.id, source_kind: "recording", source_id: made.recording })
      .execute();
    expect(await verifyDeletion(app.context, receipt)).toMatchObject({
      holds: false,
      rows: { "study_places.source_id": 1 },
    });
  });

  it("is a whole subject: recordings, materials, cards and conversations", async () => {
    const student = await app.register();
    const made = await fill(student);
    const { body } = await student.post("/account/erasures", { subject: "Biology" });
    expect(body.receipt.counts).toMatchObject({ recordings: 1, study_materials: 1 });
    expect(await verifyDeletion(app.context, body.receipt)).toEqual(HOLDS);
    expect((await student.get("/study-materials")).body.items.map(({ id }: any) => id)).toEqual([
      made.other,
    ]);
    expect((await student.post("/account/erasures", { subject: "Biology" })).status).toBe(404);
  });

  it("goes in portions that stay done: the account goes on meanwhile, and what broke off is gone on with", async () => {
    const student = await app.register();
    const notes = await Promise.all(
      Array.from({ length: 70 }, (_, at) =>
        student.post("/study-materials", { title: `Note ${at}`, subject: "Large", content: "A." }),
      ),
    );
    const ids = notes.map(({ body }) => body.id as string).toSorted();
    const { database } = app.context;
    const held = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const holding = database.transaction().execute(async (tx) => {
      await sql`select from study_materials where id = ${ids.at(-1)} for update`.execute(tx);
      held.resolve();
      await release.promise;
    });
    await held.promise;
    const asked = student.post("/account/erasures", { subject: "Large" });
    const statusOf = async (id: string) => (await student.get(`/study-materials/${id}`)).status;
    await expect.poll(() => statusOf(ids[0]!), { timeout: 30_000 }).toBe(404);
    expect(await Promise.all([statusOf(ids[49]!), statusOf(ids[50]!)])).toEqual([404, 200]);
    const other = { title: "Other", content: "Of history." };
    expect((await student.post("/study-materials", other)).status).toBe(201);
    const { items } = (await student.get("/account/activity")).body;
    const { detail } = items.find(({ kind }: { kind: string }) => kind === "things-deleted");
    const { body: receipt } = await student.get(`/account/receipts/${detail}`);
    expect(receipt.counts).toMatchObject({ study_materials: 50 });
    expect(receipt.thing_hashes).toHaveLength(50);
    expect(await verifyDeletion(app.context, receipt)).toEqual(HOLDS);

    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'
        and query like '%study_materials%for update%'`.execute(database);
    expect((await asked).status).toBe(503);
    release.resolve();
    await holding;
    const { status, body } = await student.post("/account/erasures", { subject: "Large" });
    expect([status, body.left]).toEqual([200, 0]);
    expect(body.receipt.counts).toMatchObject({ study_materials: 20 });
    expect(await verifyDeletion(app.context, body.receipt)).toEqual(HOLDS);
    expect((await student.get("/study-materials")).body.items).toMatchObject([{ title: "Other" }]);
  });

  it("makes an export that held it unusable, and says so", async () => {
    const student = await app.register();
    const made = await fill(student);
    const started = await student.post("/account/export");
    const path = `/account/exports/${started.body.id}`;
    await student.until(path, ({ status }) => status === "ready");
    expect((await student.delete(`/recordings/${made.recording}`)).status).toBe(204);
    expect((await student.get(path)).body).toMatchObject({
      status: "failed",
      error_code: "suitcase-outdated",
    });
    expect((await student.request(`${path}/file`)).status).toBe(409);
  });
});
