/**
 * Each quota through the door: what is over it is refused with a sentence and, where waiting helps, with when; of two
 * at once one.
 */
import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ASKED_JOB_TYPES } from "#server/vocabulary.ts";
import {
  PASSWORD,
  startTestApp,
  startTestServer,
  type Answer,
  type Student,
  type TestApp,
} from "#tests/support/app.ts";
import { startChatServer, type ChatServer } from "#tests/support/chat-server.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { COSTLY_OPERATIONS } from "./costly-operations.ts";

const KiB = 1024;
const STORAGE = 400 * KiB;

let app: TestApp;
let chat: ChatServer;
let administrator: Student;

beforeAll(async () => {
  chat = await startChatServer();
  app = await startTestApp({
    LM_WORKER: "off",
    LM_QUOTA_STORAGE_BYTES: String(STORAGE),
    LM_QUOTA_UNFINISHED_UPLOADS: "2",
    LM_QUOTA_QUEUED_JOBS: "1",
    LM_QUOTA_QUEUED_JOBS_OF_TYPE: "export-cards=1",
    LM_QUOTA_EVENT_STREAMS: "2",
    LM_QUOTA_ANSWER_STREAMS: "1",
    LM_QUOTA_API_KEYS: "2",
    LM_QUOTA_PASSKEYS: "1",
    LM_LLM_URL: chat.url,
    LM_LLM_MODEL: "test",
  });
  administrator = await app.register();
});
afterAll(async () => {
  await app.stop();
  await chat.close();
});

const byNumber = (a: number, b: number) => a - b;
const statuses = (answers: { status: number }[]) =>
  answers.map(({ status }) => status).toSorted(byNumber);

/** One refused answer among others that went well. */
function expectRefused(answers: Answer[], code: string, status: 413 | 429) {
  const refused = answers.filter((answer) => answer.status >= 400);
  for (const answer of refused) {
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    if (status === 429) expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(answer.body.detail).toMatch(/^[A-Z].+\.$/);
  }
  return refused.length;
}

const document = (bytes: number) => ({
  blob: new Blob([randomBytes(bytes).toString("hex").slice(0, bytes)]),
  name: "notes.txt",
});

async function tus(who: Student, headers: Record<string, string>): Promise<Answer> {
  const answer = await who.request("/uploads", {
    method: "POST",
    headers: {
      "tus-resumable": "1.0.0",
      "upload-metadata": `transcribe ${Buffer.from("false").toString("base64")}`,
      ...headers,
    },
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text && JSON.parse(text) };
}

test("requests of one student that wait leave connections to others, and are done in the end", async () => {
  const [greedy, other] = [await app.register(), await app.register()];
  const { body: note } = await greedy.post("/study-materials", { title: "n", content: "a note" });
  const held = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const { database } = app.context;
  const holding = database.transaction().execute(async (tx) => {
    await sql`select from study_materials where id = ${note.id} for update`.execute(tx);
    held.resolve();
    await release.promise;
  });
  await held.promise;
  const asked = Array.from({ length: 30 }, (_, at) =>
    greedy.patch(`/study-materials/${note.id}`, { title: `Title ${at}` }),
  );
  const countWaiting = async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      database,
    );
    return rows[0]!.count;
  };
  await expect.poll(countWaiting).toBe(5);
  expect((await other.get("/library")).status).toBe(200);
  expect((await other.post("/study-materials", { title: "n", content: "mine" })).status).toBe(201);
  expect(await countWaiting()).toBe(5);
  release.resolve();
  await holding;
  expect(new Set(statuses(await Promise.all(asked)))).toEqual(new Set([200]));
});

describe("storage", () => {
  test("of two files at once that fit one by one, one comes in, and nothing of the other stays", async () => {
    const student = await app.register();
    const files = [1, 2].map(() => document(250 * KiB));
    await student.post("/study-materials", { title: "n", content: "a note" });
    const answers = await Promise.all(
      files.map((file) =>
        student.upload(
          "/recordings",
          { ...file, blob: soundOf(250 * KiB), name: "a.wav" },
          { transcribe: "false" },
        ),
      ),
    );
    expect(statuses(answers)).toEqual([201, 413]);
    expect(expectRefused(answers, "quota-storage", 413)).toBe(1);
    const keys: string[] = [];
    for await (const { key } of app.context.storage.list(`${student.id}/`)) keys.push(key);
    expect(keys.length).toBe(1);
    const { body } = await student.get("/account/quota");
    expect(body.storage_bytes.limit).toBe(STORAGE);
    expect(body.storage_bytes.used).toBeGreaterThan(250 * KiB);
    // What is larger than what is left is refused while it comes.
    const late = await student.upload("/study-materials", document(200 * KiB));
    expect(expectRefused([late], "quota-storage", 413)).toBe(1);
  });

  test("captions count, and those that do not fit leave nothing", async () => {
    const student = await app.register();
    const sound = { blob: soundOf(20 * KiB), name: "a.wav" };
    const made = await student.upload("/recordings", sound, { transcribe: "false" });
    const path = `/recordings/${made.body.recording.id}/captions`;
    const text = `WEBVTT\n\n00:00.000 --> 00:01.000\n${"word ".repeat(15_000)}\n\n`.repeat(3);
    const answers: Answer[] = [];
    for (let n = 0; n < 2; n++) {
      const headers = { "content-type": "text/vtt" };
      const answer = await student.request(path, { method: "POST", headers, body: text });
      const body = await answer.json();
      answers.push({ status: answer.status, headers: answer.headers, body });
    }
    expect(answers.map(({ status }) => status)).toEqual([201, 413]);
    expectRefused(answers.slice(1), "quota-storage", 413);
    expect((await student.get("/transcriptions")).body.items).toHaveLength(1);
    const { body } = await student.get("/account/quota");
    expect(body.storage_bytes.used).toBeGreaterThan(text.length);
  });

  test("an upload has the length that it announces; a live recording takes what it needs as it comes", async () => {
    const student = await app.register();
    const announced = await Promise.all(
      [1, 2].map(() => tus(student, { "upload-length": String(300 * KiB) })),
    );
    expect(statuses(announced)).toEqual([201, 413]);
    expectRefused(announced, "quota-storage", 413);
    const live = await tus(student, { "upload-defer-length": "1" });
    expect(live.status).toBe(201);
    const path = live.headers.get("location")!.replace("/api", "");
    const piece = (bytes: number, offset: number) =>
      student.request(path, {
        method: "PATCH",
        headers: {
          "tus-resumable": "1.0.0",
          "content-type": "application/offset+octet-stream",
          "upload-offset": String(offset),
        },
        body: randomBytes(bytes),
      });
    expect((await piece(50 * KiB, 0)).status).toBe(204);
    const over = await piece(80 * KiB, 50 * KiB);
    expect([over.status, ((await over.json()) as any).code]).toEqual([413, "quota-storage"]);
    // Nothing of what was acknowledged is lost, and with more space it goes on.
    const id = path.split("/").at(-1)!;
    expect((await student.get(`/uploads/${id}`)).body.offset_bytes).toBe(50 * KiB);
    const given = { storage_bytes: 10 * STORAGE };
    expect((await administrator.patch(`/admin/users/${student.id}/quota`, given)).status).toBe(200);
    expect((await piece(80 * KiB, 50 * KiB)).status).toBe(204);
  });

  test("a note and a web page need space too", async () => {
    const student = await app.register();
    await administrator.patch(`/admin/users/${student.id}/quota`, { storage_bytes: 100 });
    const answers = [
      await student.post("/study-materials", { title: "n", content: "word ".repeat(100) }),
    ];
    expect(expectRefused(answers, "quota-storage", 413)).toBe(1);
    const kept = await student.post("/study-materials", { title: "n", content: "word" });
    expect(kept.status).toBe(201);
    const grown = await student.patch(`/study-materials/${kept.body.id}`, {
      content: "word ".repeat(100),
    });
    expect(expectRefused([grown], "quota-storage", 413)).toBe(1);
    // What becomes shorter is kept even where nothing more would be.
    await administrator.patch(`/admin/users/${student.id}/quota`, { storage_bytes: 1 });
    const path = `/study-materials/${kept.body.id}`;
    expect((await student.patch(path, { content: "wor" })).status).toBe(200);
    expect((await student.patch(path, { content: "worst" })).status).toBe(413);
  });
});

const soundOf = (bytes: number) => new Blob([makeWav(randomBytes(bytes - 44))]);

test("unfinished uploads: of three at once two begin, and one that is given up makes room", async () => {
  const student = await app.register();
  const answers = await Promise.all([1, 2, 3].map(() => tus(student, { "upload-length": "1000" })));
  expect(statuses(answers)).toEqual([201, 201, 429]);
  expectRefused(answers, "quota-uploads", 429);
  const path = answers.find(({ status }) => status === 201)!.headers.get("location")!;
  const dropped = await student.request(path.replace("/api", ""), {
    method: "DELETE",
    headers: { "tus-resumable": "1.0.0" },
  });
  expect(dropped.status).toBe(204);
  expect((await tus(student, { "upload-length": "1000" })).status).toBe(201);
});

/** How each type that a person asks for is asked for. */
const ASK: Record<
  (typeof ASKED_JOB_TYPES)[number],
  (who: Student) => Promise<() => Promise<Answer>>
> = {
  transcribe: async (who) => {
    const { body } = await who.upload(
      "/recordings",
      { blob: soundOf(2000), name: "a.wav" },
      { transcribe: "false" },
    );
    return () => who.post(`/recordings/${body.recording.id}/transcribe`, {});
  },
  speak: async (who) => {
    let n = 0;
    return () => who.post("/tts", { text: `Number ${n++} of these.` });
  },
  "parse-material": async (who) => () => who.upload("/study-materials", document(200)),
  "align-slides": async (who) => {
    const { body } = await who.upload(
      "/recordings",
      { blob: soundOf(2000), name: "a.wav" },
      { transcribe: "false" },
    );
    const deck = await who.upload("/study-materials", document(200));
    // Read by nobody here, with the pages that a deck has.
    await sql`update study_materials set status = 'ready', page_count = 3 where id = ${deck.body.id}`.execute(
      app.context.database,
    );
    const id = body.recording.id;
    return async () => {
      const answer = await who.request(`/recordings/${id}/slides`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ study_material_id: deck.body.id }),
      });
      return { status: answer.status, headers: answer.headers, body: await answer.json() };
    };
  },
  "find-speakers": async (who) => {
    // One recording has one search: each is of another.
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) {
      const { body } = await who.upload(
        "/recordings",
        { blob: soundOf(2000), name: "a.wav" },
        { transcribe: "false" },
      );
      ids.push(body.recording.id);
    }
    return () => who.post(`/recordings/${ids.shift()}/speakers`, {});
  },
  "export-account": async (who) => () => who.post("/account/export"),
  "import-account": async (who) => () =>
    who.upload("/account/import", { blob: new Blob(["zip"]), name: "a.zip" }),
  "export-cards": async (who) => () => who.post("/cards/export", { format: "csv" }),
  "import-cards": async (who) => () =>
    who.upload("/cards/import", { blob: new Blob(["front,back\na,b"]), name: "a.csv" }),
  "suggest-cards": async (who) => () =>
    who.post("/cards/suggestions", { subject: "Biology", count: 3 }),
  "summarise-source": async (who) => {
    // One that is asked for twice is one.
    const notes = await Promise.all(
      ["A", "B"].map((title) =>
        who.post("/study-materials", { title, content: "Light is a wave." }),
      ),
    );
    return () =>
      who.post("/overviews/summary", {
        source: { kind: "study_material", id: notes.pop()!.body.id },
      });
  },
};

test.each(ASKED_JOB_TYPES.map((type) => [type]))(
  "queued jobs: of two %s at once one is queued",
  async (type) => {
    const student = await app.register();
    const ask = await ASK[type](student);
    const answers = await Promise.all([ask(), ask()]);
    const refused = expectRefused(answers, "quota-jobs", 429);
    const { body } = await student.get("/account/quota");
    const line = body.queued_jobs.find((one: any) => one.job_type === type);
    expect([refused, line]).toEqual([1, { job_type: type, used: 1, limit: 1 }]);
  },
);

test("a failed job is not put back beyond the queue's quota", async () => {
  const student = await app.register();
  const ask = await ASK["export-account"](student);
  await ask();
  const first = (await student.get("/jobs")).body.items[0];
  expect((await student.post(`/jobs/${first.id}/cancel`)).status).toBe(200);
  expect((await ask()).status).toBe(202);
  expect(expectRefused([await student.post(`/jobs/${first.id}/retry`)], "quota-jobs", 429)).toBe(1);
});

test("event streams: of three at once two open, and one that is closed makes room", async () => {
  const student = await app.register();
  const aborts = [1, 2, 3].map(() => new AbortController());
  const open = aborts.map(({ signal }) => student.request("/events", { signal }));
  const answers = await Promise.all(open);
  expect(statuses(answers)).toEqual([200, 200, 429]);
  const refused = answers.find(({ status }) => status === 429)!;
  expect(((await refused.json()) as any).code).toBe("quota-streams");
  expect(refused.headers.get("retry-after")).toBe("5");
  const used = async () => (await student.get("/account/quota")).body.event_streams.used;
  expect(await used()).toBe(2);
  aborts[answers.findIndex(({ status }) => status === 200)]!.abort();
  await vi.waitUntil(async () => (await used()) === 1, { timeout: 20_000 });
  const again = await student.request("/events", { signal: aborts[2]!.signal });
  expect(again.status).toBe(200);
  for (const abort of aborts) abort.abort();
});

test("streams are counted for all servers, and a server that was killed gives them back by silence", async () => {
  const student = await app.register();
  const second = await startTestServer(
    { folder: app.folder, databaseUrl: app.databaseUrl },
    { LM_WORKER: "off", LM_QUOTA_EVENT_STREAMS: "2" },
  );
  const aborts = [1, 2, 3, 4].map(() => new AbortController());
  const listen = (url: string, at: number) =>
    fetch(`${url}/api/events`, {
      headers: { authorization: `Bearer ${student.token}` },
      signal: aborts[at]!.signal,
    });
  try {
    expect((await listen(app.url, 0)).status).toBe(200);
    expect((await listen(second.url, 1)).status).toBe(200);
    expect((await student.get("/account/quota")).body.event_streams.used).toBe(2);
    for (const url of [app.url, second.url]) expect((await listen(url, 2)).status).toBe(429);
    // As if nobody renewed them any more.
    await sql`update rate_limits set window_ends_at = now()`.execute(app.context.database);
    expect((await listen(second.url, 3)).status).toBe(200);
  } finally {
    for (const abort of aborts) abort.abort();
    await second.stop();
  }
});

test("answers: a second one while the first is written is refused before its question is stored", async () => {
  const student = await app.register();
  const text = "Chlorophyll absorbs light and makes sugar out of it.";
  await student.post("/study-materials", { title: "Plants", content: text });
  const { body: conversation } = await student.post("/conversations", { title: "c" });
  const asked = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  chat.answer(async (_request, reply) => {
    asked.resolve();
    await goOn.promise;
    reply.say("It makes sugar.");
    reply.finish();
  });
  const path = `/conversations/${conversation.id}/messages`;
  const ask = (content: string) => student.post(path, { content });
  const first = ask("What does chlorophyll absorb?");
  await asked.promise;
  const second = await ask("What does it make?");
  expect(expectRefused([second], "quota-streams", 429)).toBe(1);
  goOn.resolve();
  expect((await first).status).toBe(200);
  const contents = (await student.get(path)).body.items.map((message: any) => message.content);
  expect(contents).not.toContain("What does it make?");
  expect((await ask("What does it make?")).status).toBe(200);
});

test("keys and passkeys", async () => {
  const student = await app.register();
  const make = () => student.post("/auth/api-keys", { name: "script", password: PASSWORD });
  const made = await Promise.all([make(), make(), make()]);
  expect(statuses(made)).toEqual([201, 201, 429]);
  expectRefused(made, "quota-keys", 429);
  await sql`insert into passkeys (user_id, name, credential_id, public_key)
    values (${student.id}, 'k', 'abc', decode(repeat('ab', 32), 'hex'))`.execute(
    app.context.database,
  );
  const passkey = await student.post("/auth/passkeys/start", { password: PASSWORD });
  expect(expectRefused([passkey], "quota-keys", 429)).toBe(1);
});

test("an administrator reads and changes what one person may; nobody else does", async () => {
  const student = await app.register();
  const path = `/admin/users/${student.id}/quota`;
  expect((await student.get(path)).status).toBe(403);
  expect((await student.patch(path, { api_keys: 100 })).status).toBe(403);
  const given = await administrator.patch(path, { api_keys: 7, queued_jobs: 3 });
  expect(given.body.api_keys).toEqual({ used: 0, limit: 7 });
  expect((await student.get("/account/quota")).body.api_keys.limit).toBe(7);
  const back = await administrator.patch(path, { api_keys: null });
  expect(back.body.api_keys.limit).toBe(2);
  for (const wrong of [
    { api_keys: -1 },
    { storage: 1 },
    { storage_bytes: "much" },
    { passkeys: 1e20 },
  ])
    expect((await administrator.patch(path, wrong)).status).toBe(422);
  const nobody = path.replace(student.id, "00000000-0000-7000-8000-000000000000");
  expect((await administrator.get(nobody)).status).toBe(404);
  expect((await administrator.patch(nobody, { api_keys: 1 })).status).toBe(404);
});

describe("costly operations in a minute", () => {
  let bounded: TestApp;
  beforeAll(async () => {
    bounded = await startTestApp({
      LM_WORKER: "off",
      LM_RATE_LIMITS: "on",
      LM_LIMIT_REGISTRATIONS_PER_HOUR: "100",
      ...Object.fromEntries(
        Object.keys(COSTLY_OPERATIONS).map((cost) => [
          `LM_QUOTA_${cost.toUpperCase()}_PER_MINUTE`,
          "2",
        ]),
      ),
    });
  });
  afterAll(() => bounded.stop());

  test.each(Object.entries(COSTLY_OPERATIONS))(
    "%s: the third is refused, and only this person's",
    async (cost, operations) => {
      const [ada, bob] = [await bounded.register(), await bounded.register()];
      const id = "00000000-0000-7000-8000-000000000000";
      const send = async (who: Student, operation: string) => {
        const [method = "", path = ""] = operation.replace(/\{\w+\}/g, id).split(" ");
        const answer = await who.request(path, {
          method,
          ...(method === "GET"
            ? {}
            : { headers: { "content-type": "application/json" }, body: "{}" }),
        });
        const text = await answer.text();
        const isJson = /json/.test(answer.headers.get("content-type") ?? "");
        return { status: answer.status, headers: answer.headers, body: isJson && JSON.parse(text) };
      };
      const three = [0, 1, 2].map((n) => send(ada, operations[n % operations.length]!));
      const refused = (await Promise.all(three)).filter(({ status }) => status === 429);
      expect(refused.length).toBe(1);
      expectRefused(refused, "quota-requests", 429);
      expect((await send(bob, operations[0]!)).status).not.toBe(429);
      const { body } = await ada.get("/account/quota");
      const line = body.requests_per_minute.find((one: any) => one.operation === cost);
      expect(line).toEqual({ operation: cost, used: 3, limit: 2 });
    },
  );

  test("every one of them is an operation of the OpenAPI document", async () => {
    const described = (await (await fetch(`${bounded.url}/api/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    for (const operation of Object.values(COSTLY_OPERATIONS).flat()) {
      const [method = "", path = ""] = operation.split(" ");
      expect([operation, Object.keys(described.paths[path] ?? {})]).toEqual([
        operation,
        expect.arrayContaining([method.toLowerCase()]),
      ]);
    }
  });
});
