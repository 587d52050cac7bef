/** Engines set in the page, through the door: on two servers of one database, with real servers on loopback. */
import { existsSync, statSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { sql } from "kysely";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  PASSWORD,
  startTestApp,
  startTestServer,
  studentWith,
  type Student,
  type TestApp,
} from "#tests/support/app.ts";
import { startChatServer, type ChatServer } from "#tests/support/chat-server.ts";
import { startScriptedServer, type ScriptedServer } from "#tests/support/openai-server.ts";
import { shortSpeech } from "#tests/support/real-speech.ts";
import { runLm } from "#tests/support/run-lm.ts";

const KEY = "sk-very-secret-0123456789";
const MODEL = "moonshine-tiny-en";
const FILE = Buffer.alloc(60_000, "model");

let hub: ScriptedServer;
let chat: ChatServer;
let app: TestApp;
let other: Awaited<ReturnType<typeof startTestServer>>;
let administrator: Student;
let elsewhere: Student;

beforeAll(async () => {
  hub = await startScriptedServer(() => ({ models: [] }));
  chat = await startChatServer();
  app = await startTestApp({ LM_OLLAMA_URL: hub.url, LM_LLM_PROVIDER: undefined });
  administrator = await app.register();
  other = await startTestServer(app, { LM_WORKER: "off", LM_OLLAMA_URL: hub.url });
  elsewhere = studentWith(other.url, administrator);
});
afterAll(async () => {
  await other?.stop();
  await app?.stop();
  await hub?.close();
  await chat?.close();
});

const set = (settings: object) => administrator.patch("/engines", { settings });

/** The other server hears of a change by a notice of the database. */
async function untilElsewhere(path: string, holds: (body: any) => boolean) {
  for (;;) {
    const { body } = await elsewhere.get(path);
    if (holds(body)) return body;
  }
}

test("a language model is tried, set, used by every server, and its key is never told", async () => {
  chat.answer("Sugar.");
  const settings = { LM_LLM_URL: chat.url, LM_LLM_MODEL: "tutor", LM_LLM_KEY: KEY };
  const tried = await administrator.post("/engines/test", { part: "language_model", settings });
  expect(tried.body).toMatchObject({ ok: true, said: "Sugar." });
  // Nothing was stored by that.
  expect((await administrator.get("/engines")).body.used.language_model).toBeNull();

  const { body } = await set(settings);
  expect(body.used.language_model).toEqual({ name: "openai-compatible", model: "tutor" });
  const of = (name: string) => body.installation.settings.find((one: any) => one.name === name);
  expect(of("LM_LLM_KEY")).toMatchObject({ value: null, is_set: true, set_by: "page" });
  expect(of("LM_LLM_URL")).toMatchObject({ value: chat.url, is_fixed: false });
  expect(of("LM_EMBEDDINGS_ENGINE")).toMatchObject({ set_by: "environment", is_fixed: true });
  await untilElsewhere("/engines", ({ used }) => used.language_model?.model === "tutor");
  expect(chat.asked.at(-1)!.headers["authorization"]).toBe(`Bearer ${KEY}`);

  for (const answer of [body, (await elsewhere.get("/engines")).body])
    expect(JSON.stringify(answer)).not.toContain(KEY);
  const rows = await app.context.database.selectFrom("installation_settings").selectAll().execute();
  expect(rows.find(({ name }) => name === "LM_LLM_KEY")).toMatchObject({ value: null });
  expect(JSON.stringify(rows)).not.toContain(KEY);
  expect(Buffer.concat(rows.map(({ sealed }) => sealed ?? Buffer.alloc(0))).includes(KEY)).toBe(
    false,
  );

  const student = await app.register();
  expect((await student.get("/engines")).body).toEqual({ used: body.used });
});

test("with another address the key has to be given again", async () => {
  const stranger = await startChatServer();
  try {
    stranger.answer("Mine.");
    const part = "language_model";
    await administrator.post("/engines/test", { part, settings: { LM_LLM_URL: stranger.url } });
    expect(stranger.asked.length).toBeGreaterThan(0);
    for (const { headers } of stranger.asked) expect(JSON.stringify(headers)).not.toContain(KEY);
    const { body } = await set({ LM_LLM_URL: stranger.url });
    const key = body.installation.settings.find(({ name }: any) => name === "LM_LLM_KEY");
    expect(key.is_set).toBe(false);
  } finally {
    await stranger.close();
  }
  const gone = await administrator.post("/engines/test", { part: "language_model" });
  expect(gone.body).toMatchObject({ ok: false, error_code: "model-failed" });
});

test("what is wrong is named, what the environment sets stays, and nothing of it is stored", async () => {
  const before = (await administrator.get("/engines")).body.installation.settings;
  const wrong = await set({ LM_TTS_OPENAI_URL: "example.org", LM_REGISTRATION: "closed" });
  expect([wrong.status, wrong.body.errors]).toEqual([
    422,
    [{ field: "LM_TTS_OPENAI_URL", message: "is not an address like https://…" }],
  ]);
  // It would be shown, and logged with the address.
  const address = "http://me:password@127.0.0.1:1";
  const withPassword = await set({ LM_LLM_URL: address, LM_LLM_MODEL: "m" });
  expect([withPassword.status, withPassword.body.errors[0].field]).toEqual([422, "LM_LLM_URL"]);
  const mirrored = await administrator.post(`/engines/models/${MODEL}`, { mirror: address });
  expect([mirrored.status, mirrored.body.errors[0].field]).toEqual([422, "mirror"]);
  const together = await set({ LM_STT_CLOUD: "deepgram" });
  expect(together.body.errors[0].field).toBe("LM_STT_CLOUD_KEY");
  const fixed = await set({ LM_EMBEDDINGS_ENGINE: "auto" });
  expect(fixed.body.errors[0].field).toBe("LM_EMBEDDINGS_ENGINE");
  expect((await set({ LM_DATA_DIR: "/" })).status).toBe(422);
  expect((await administrator.get("/engines")).body.installation.settings).toEqual(before);
});

test("registration, the public address and who may be trusted count at once, everywhere", async () => {
  const settings = { LM_REGISTRATION: "closed", LM_PUBLIC_URL: "https://study.example.org" };
  // The page is not open there: whoever mistyped it would be the last one who got in.
  const unsure = await set(settings);
  expect([unsure.status, unsure.body.errors]).toEqual([
    422,
    [{ field: "LM_PUBLIC_URL", message: "is not the address at which this page is open" }],
  ]);
  const page = (origin: string, changes: object) =>
    administrator.request("/engines", {
      method: "PATCH",
      headers: { origin, "content-type": "application/json" },
      body: JSON.stringify({ settings: changes }),
    });
  expect((await page("https://study.example.org", settings)).status).toBe(200);
  // Its own name is known by this setting alone.
  expect((await page("https://study.example.org", { LM_PUBLIC_URL: null })).status).toBe(422);
  expect((await page("http://localhost:4600", { LM_PUBLIC_URL: null })).status).toBe(200);
  const sure = await administrator.patch("/engines", { settings, from_elsewhere: true });
  expect(sure.status).toBe(200);
  await untilElsewhere("/auth/oauth", ({ registration }) => registration === "closed");
  const refused = await fetch(`${other.url}/api/auth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "late@example.org", password: PASSWORD }),
  });
  expect(refused.status).toBe(403);
  expect(refused.headers.get("strict-transport-security")).not.toBeNull();
  const invited = await administrator.post("/admin/invitations", {});
  expect(invited.body.url).toMatch(/^https:\/\/study\.example\.org\//);
  // A path in it is in every address of the page: it waits for the next start, and says so.
  const moved = await administrator.patch("/engines", {
    settings: { LM_PUBLIC_URL: "https://example.org/study" },
    from_elsewhere: true,
  });
  expect(moved.body.installation.needs_restart).toBe(true);
  const back = await set({ LM_REGISTRATION: null, LM_PUBLIC_URL: "" });
  expect(back.body.installation.needs_restart).toBe(false);
  // The way back of whoever cannot get in any more.
  await administrator.patch("/engines", { settings, from_elsewhere: true });
  const { stdout } = await runLm(
    app.folder,
    app.url,
    ["settings", "unset", "LM_PUBLIC_URL", "LM_REGISTRATION"],
    { DATABASE_URL: app.databaseUrl, LM_DATA_DIR: app.folder },
  );
  expect(stdout).toContain("Taken away: LM_PUBLIC_URL, LM_REGISTRATION");
  await untilElsewhere("/auth/oauth", ({ registration }) => registration === "open");
});

test("a start with settings that are not right any more leaves them out and says so", async () => {
  await set({ LM_MAIL_FROM: "Monster <monster@example.org>" });
  await app.context.database
    .insertInto("installation_settings")
    .values([
      { name: "LM_TTS_ENGINE", value: "festival" },
      { name: "LM_EMBEDDINGS_ENGINE", value: "a-model-that-is-gone" },
      { name: "LM_OF_A_NEWER_VERSION", value: "1" },
      { name: "LM_STT_OPENAI_KEY", sealed: Buffer.alloc(40), key_id: "gone" },
    ])
    .execute();
  const restarted = await startTestServer(app, {
    LM_WORKER: "off",
    LM_LOG_LEVEL: "silent",
    LM_EMBEDDINGS_ENGINE: undefined,
  });
  try {
    const there = studentWith(restarted.url, administrator);
    const { body } = await there.get("/engines");
    expect(body.installation.refused.join("\n")).toMatch(
      /LM_TTS_ENGINE: [^]*LM_EMBEDDINGS_ENGINE: there is no model a-model-that-is-gone\.[^]*LM_STT_OPENAI_KEY: /,
    );
    // What is not there is refused by its name, whichever engine is meant.
    const mended = { LM_TTS_ENGINE: null, LM_STT_OPENAI_KEY: null };
    for (const name of ["LM_EMBEDDINGS_ENGINE", "LM_STT_ENGINE", "LM_TTS_ENGINE", "LM_STT_CLOUD"]) {
      const settings = { ...mended, [name]: "all-MiniLM" };
      const refused = await there.patch("/engines", { settings });
      expect([refused.status, refused.body.errors[0].field]).toEqual([422, name]);
      const tried = await there.post("/engines/test", { part: "embeddings", settings });
      expect([tried.status, tried.body.errors[0].field]).toEqual([422, name]);
    }
    expect(restarted.opened.context.config.mail.from).toContain("monster@example.org");
  } finally {
    await restarted.stop();
  }
  const mended = await set({ LM_TTS_ENGINE: null, LM_STT_OPENAI_KEY: null });
  expect(mended.body.installation.refused).toEqual([]);
});

test("Ollama is asked when somebody presses, and at no other time", async () => {
  hub.answer(() => ({
    models: [
      { name: "llama3.2:3b", size: 2_000_000_000, details: { families: ["llama"] } },
      { name: "nomic-embed-text:latest", size: 270_000_000, details: { families: ["nomic-bert"] } },
    ],
  }));
  expect(hub.asked).toEqual([]);
  const { body } = await administrator.post("/engines/find");
  expect(body.items[0].url).toBe(`${hub.url}/v1`);
  expect(body.items[0].models.map(({ part }: any) => part)).toEqual([
    "language_model",
    "embeddings",
  ]);
  hub.answer(() => ({ nonsense: true }));
  expect((await administrator.post("/engines/find")).body).toEqual({ items: [] });
});

test("a model is fetched by a job; a cancelled one goes on where it stopped", async () => {
  const half = Promise.withResolvers<void>();
  hub.asked.length = 0;
  hub.answer((asked, response) => {
    response.setHeader("content-length", FILE.length);
    if (asked.method === "HEAD" || !asked.path.endsWith("encode.int8.onnx"))
      return void response.end(asked.method === "HEAD" ? undefined : FILE);
    response.write(FILE.subarray(0, 20_000));
    const part = join(app.folder, "models", MODEL, "encode.int8.onnx.part");
    void vi.waitUntil(() => existsSync(part) && statSync(part).size > 0).then(() => half.resolve());
    return undefined;
  });
  const { body: began } = await administrator.post(`/engines/models/${MODEL}`, { mirror: hub.url });
  const same = await administrator.post(`/engines/models/${MODEL}`, { mirror: hub.url });
  expect(same.body).toEqual(began);
  await half.promise;
  await administrator.post(`/jobs/${began.job_id}/cancel`);
  await administrator.until(`/jobs/${began.job_id}`, ({ status }) => status === "cancelled");

  hub.asked.length = 0;
  hub.answer((asked, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(String(asked.headers["range"]))?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, { "content-length": FILE.length - from });
    return void response.end(asked.method === "HEAD" ? undefined : FILE.subarray(from));
  });
  // Two administrators at two servers, at once.
  const second = await app.register();
  await administrator.patch(`/admin/users/${second.id}`, { role: "administrator" });
  const pressed = await Promise.all(
    [administrator, studentWith(other.url, second)].map((who) =>
      who.post(`/engines/models/${MODEL}`, { mirror: hub.url }),
    ),
  );
  const jobs = pressed.map(({ body }) => body.job_id as string);
  expect(jobs[0]).toBe(jobs[1]);
  const { rows: owners } = await sql<{ user_id: string }>`
    select user_id from jobs where id = ${jobs[0]!}`.execute(app.context.database);
  const owner = owners[0]!.user_id === second.id ? second : administrator;
  const again = { job_id: jobs[0]! };
  const job = await owner.until(`/jobs/${again.job_id}`, ({ status }) =>
    ["completed", "failed"].includes(status),
  );
  expect(job).toMatchObject({ status: "completed", progress: 1 });
  const ranges = hub.asked.map(({ headers }) => headers["range"]).filter(Boolean);
  expect(ranges).toEqual([expect.stringMatching(/^bytes=[1-9]\d*-$/)]);

  const { body } = await administrator.get("/engines");
  const model = body.installation.models.find(({ id }: any) => id === MODEL);
  expect(model).toMatchObject({ is_here: true, is_removable: true, licence: "MIT" });
  expect(body.used.recognition.name).toBe("sherpa");
  expect((await administrator.delete(`/engines/models/${MODEL}`)).status).toBe(204);
  expect((await administrator.delete(`/engines/models/${MODEL}`)).status).toBe(404);
  expect((await administrator.delete("/engines/models/..%2F..")).status).toBe(404);
  expect((await administrator.post("/engines/models/nonsense", {})).status).toBe(404);
});

test("a recording is heard by the engine of its priority, cards are written by the model of jobs", async () => {
  hub.asked.length = 0;
  hub.answer(() => ({ text: "Ask not what your country can do for you.", segments: [] }));
  const urgent = await set({
    LM_STT_ENGINE: "openai",
    LM_STT_OPENAI_URL: `${hub.url}/v1`,
    LM_STT_HIGH_ENGINE: "openai",
    LM_STT_HIGH_MODEL: "whisper-fast",
    LM_STT_LOW_ENGINE: "none",
  });
  expect(urgent.body.used.recognition_by_priority).toEqual({
    high: expect.objectContaining({ name: "openai" }),
    low: null,
  });
  const student = await app.register();
  const speech = await shortSpeech();
  const ended = (id: string) =>
    student.until(`/transcription-jobs/${id}`, ({ status }) =>
      ["completed", "failed"].includes(status),
    );
  const upload = async (fields: object) =>
    (await student.upload("/recordings", speech, { ...fields })).body;
  const first = await upload({ priority: "high" });
  expect(await ended(first.transcription_job.id)).toMatchObject({ model: "whisper-fast" });
  expect(await ended((await upload({})).transcription_job.id)).toMatchObject({
    model: "whisper-1",
  });
  const again = (wish: object) =>
    student.post(`/recordings/${first.recording.id}/transcribe`, wish);
  const low = await again({ priority: "low" });
  expect(await ended(low.body.id)).toMatchObject({ error_code: "engine-unavailable" });
  // Who names an engine or a model has it.
  const named = await again({ priority: "low", engine: "openai", model: "whisper-1" });
  expect(await ended(named.body.id)).toMatchObject({ status: "completed", model: "whisper-1" });
  expect((await again({ priority: "now" })).status).toBe(422);
  // One of a student is urgent; the next ones wait in their turn.
  const going = Promise.withResolvers<object>();
  hub.answer(() => going.promise);
  const jobs = [await again({ priority: "high" }), await again({ priority: "high" })];
  const priorities = await Promise.all(
    jobs.map(async ({ body }) => (await student.get(`/jobs/${body.job_id}`)).body.priority),
  );
  expect(priorities).toEqual([10, 0]);
  going.resolve({ text: "Ask not.", segments: [] });
  await Promise.all(jobs.map(({ body }) => ended(body.id)));

  // The trial asks each of them.
  hub.answer(() => ({ text: "Sugar from light.", segments: [] }));
  const tried = await administrator.post("/engines/test", {
    part: "recognition",
    settings: { LM_STT_LOW_ENGINE: null },
  });
  expect(tried.body.said.match(/whisper-(1|fast): Sugar/g)).toHaveLength(2);

  const jobsChat = await startChatServer();
  try {
    jobsChat.answer("Cells make sugar.");
    const settings = { LM_LLM_JOBS_URL: jobsChat.url, LM_LLM_JOBS_MODEL: "patient" };
    const part = "language_model_of_jobs";
    const trial = await administrator.post("/engines/test", { part, settings });
    expect(trial.body).toMatchObject({ ok: true, said: "Cells make sugar." });
    const { body } = await set({ ...settings, LM_LLM_URL: chat.url, LM_LLM_MODEL: "tutor" });
    expect(body.used).toMatchObject({
      language_model: { model: "tutor" },
      language_model_of_jobs: { model: "patient" },
    });
    const note = await student.post("/study-materials", {
      title: "Cells",
      content: "The cell makes sugar from light. The root takes water from the soil.",
    });
    jobsChat.asked.length = chat.asked.length = 0;
    const wish = { source: { kind: "study_material", id: note.body.id }, count: 2 };
    const cards = await student.post("/cards/suggestions", wish);
    await student.until(`/cards/suggestions/${cards.body.id}`, ({ status }) =>
      ["completed", "failed"].includes(status),
    );
    expect([jobsChat.asked.length > 0, chat.asked.length]).toEqual([true, 0]);
    const ordinary = await set({ LM_LLM_JOBS_URL: "", LM_LLM_JOBS_MODEL: "" });
    expect(ordinary.body.used.language_model_of_jobs).toBeNull();
  } finally {
    await jobsChat.close();
  }
  await set({ LM_STT_ENGINE: null, LM_STT_HIGH_ENGINE: null, LM_STT_HIGH_MODEL: null });
  await set({ LM_STT_LOW_ENGINE: null, LM_STT_OPENAI_URL: null });
});

test("a mail is sent to who tries it", async () => {
  const came: string[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onAuth: ({ password }, _session, done) => done(null, { user: password }),
    onData(stream, session, done) {
      stream.resume().on("end", () => {
        came.push(...session.envelope.rcptTo.map(({ address }) => address));
        done();
      });
    },
  });
  // A sender that goes away is no fault of the test.
  smtp.on("error", () => {});
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = smtp.server.address() as AddressInfo;
    const settings = { LM_SMTP_URL: `smtp://me:secret@127.0.0.1:${port}` };
    const refused = await administrator.post("/engines/test", { part: "mail" });
    expect(refused.body).toMatchObject({ ok: false, error_code: "engine-unavailable" });
    const { body } = await administrator.post("/engines/test", { part: "mail", settings });
    expect(body).toMatchObject({ part: "mail", ok: true, said: administrator.email });
    expect(came).toEqual([administrator.email]);
  } finally {
    await new Promise<void>((resolve) => smtp.close(resolve));
  }
});

test("voices and recognisers are tried with the program's own voice", async () => {
  const voices = await administrator.post("/engines/test", { part: "voices" });
  expect(voices.body.said).toMatch(/\d s$/);
  hub.answer(() => ({ text: "The cell makes sugar from light.", segments: [] }));
  const heard = await administrator.post("/engines/test", {
    part: "recognition",
    settings: { LM_STT_OPENAI_URL: `${hub.url}/v1`, LM_STT_ENGINE: "openai" },
  });
  expect(heard.body).toMatchObject({ ok: true });
  expect(heard.body.said).toContain("The cell makes sugar");
});
