/**
 * Search measured on a student's own questions: figures, what is never found, engines side by side, and the worse one
 * refused.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forPurpose } from "#database/principal.ts";
import { enqueueJob } from "#server/features/jobs/enqueue-job.ts";
import {
  register,
  startTestApp,
  startTestServer,
  studentWith,
  type Student,
  type TestApp,
} from "#tests/support/app.ts";
import { createTestDatabase } from "#tests/support/database.ts";
import { makeEmbeddingModel } from "#tests/support/make-embedding-model.ts";
import { startScriptedServer, type ScriptedServer } from "#tests/support/openai-server.ts";
import type { SearchMeasurement } from "./shapes.ts";

/** What is asked, and what the note says, in other words. */
const PAIRS = [
  ["automobile", "car"],
  ["physician", "doctor"],
  ["bread", "loaf"],
  ["vessel", "ship"],
  ["dwelling", "house"],
  ["rock", "stone"],
  ["forest", "woods"],
  ["beverage", "drink"],
  ["infant", "baby"],
  ["garment", "clothes"],
  ["monarch", "king"],
  ["instructor", "teacher"],
] as const;

/** A server of embeddings: a direction for each meaning; `blind` ones see one meaning in everything. */
let engine: ScriptedServer;
let app: TestApp;
let modelsDir: string;

beforeAll(async () => {
  engine = await startScriptedServer(({ body }) => {
    const { input, model } = JSON.parse(body.toString()) as { input: string[]; model: string };
    return {
      model,
      data: input.map((text, index) => ({
        index,
        embedding: model === "blind" ? blind(text) : vectorOf(text),
      })),
    };
  });
  modelsDir = await mkdtemp(join(tmpdir(), "lm-models-"));
  await makeEmbeddingModel(
    modelsDir,
    PAIRS.map((pair) => [...pair]),
  );
  app = await startTestApp({
    LM_EMBEDDINGS_URL: `${engine.url}/v1`,
    LM_EMBEDDINGS_MODEL: "blind",
    LM_MODELS_DIR: modelsDir,
  });
});
afterAll(async () => {
  await app?.stop();
  await engine?.close();
  await rm(modelsDir, { recursive: true, force: true });
});

function vectorOf(text: string) {
  const vector = Array.from({ length: PAIRS.length + 1 }, () => 0.01);
  PAIRS.forEach((pair, at) => {
    if (pair.some((word) => text.toLowerCase().includes(word))) vector[at] = 1;
  });
  return vector;
}

/** Whatever is asked is nearest to the next note's meaning. */
function blind(text: string) {
  const vector = vectorOf(text);
  const asked = PAIRS.findIndex(([word]) => text.toLowerCase().includes(word));
  if (asked < 0) return vector;
  const wrong = vector.map(() => 0.01);
  wrong[(asked + 1) % PAIRS.length] = 1;
  return wrong;
}

/** A note for each meaning and a card that asks for it in the other word. */
async function study(student: Student) {
  for (const [asked, said] of PAIRS) {
    const content = `Here we speak of the ${said} at some length.`;
    const { body } = await student.post("/study-materials", { title: `Note ${said}`, content });
    const card = await student.post("/cards", {
      front: `Tell something about ${asked}`,
      back: said,
      witness: { source: { kind: "study_material", id: body.id }, quote: content },
    });
    expect(card.status).toBe(201);
  }
}

async function measure(student: Student, compare_with?: string) {
  const started = await student.post("/search/measurements", compare_with ? { compare_with } : {});
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  return student.until<SearchMeasurement>(
    `/search/measurements/${started.body.id}`,
    ({ status }) => status === "completed" || status === "failed",
  );
}

const choose = async (student: Student, wanted: string) => {
  const answer = await student.request("/search/engine", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ engine: wanted }),
  });
  return { status: answer.status, body: await answer.json() };
};

const LOCAL = "local/meanings-tests";

describe("a measurement", () => {
  it("asks the student's own cards and headings, says how often they are found, and what never is", async () => {
    const student = await app.register();
    await study(student);
    await student.post("/study-materials", {
      title: "Seas",
      content: "# The Atlantic\n\nSalt water.\n\n# The Pacific ocean\n\nMore of it.\n",
    });
    const made = await measure(student, "words");
    expect(made).toMatchObject({ status: "completed", progress: 1, is_automatic: false });
    // Twelve cards and two headings.
    expect(made.questions).toBe(14);
    const [current, words] = made.results!;
    expect(current!.engine).not.toBe("words");
    // No word of a card stands in its note, the headings stand where they stand.
    expect(words).toMatchObject({ engine: "words", found: 2 });
    expect(words!.hit_at_1).toBeCloseTo(2 / 14);
    expect(words!.mrr).toBeCloseTo(2 / 14);
    expect(made.never_found!.length).toBeGreaterThan(0);
    for (const { title, questions } of made.never_found!) {
      expect(title).toMatch(/^Note /);
      expect(questions).toBe(1);
    }
    expect((await student.get("/search/measurements")).body.items).toMatchObject([{ id: made.id }]);
  });

  it("of somebody with few questions tells nothing, and is nobody else's", async () => {
    const [student, other] = [await app.register(), await app.register()];
    const made = await measure(student);
    expect(made).toMatchObject({ questions: 0, results: [], never_found: [] });
    expect((await other.get(`/search/measurements/${made.id}`)).status).toBe(404);
    expect((await other.get("/search/measurements")).body.items).toEqual([]);
    const unknown = await student.post("/search/measurements", { compare_with: "local/none" });
    expect(unknown.status).toBe(404);
  });
});

describe("engines side by side", () => {
  it("the better one may be chosen, the worse one is refused, and search follows", async () => {
    const student = await app.register();
    await study(student);
    const { body: before } = await student.get("/search/engine");
    expect(before.engine).toMatch(/blind$/);
    expect(before.engines.map(({ engine: name }: { engine: string }) => name)).toEqual(
      expect.arrayContaining(["words", before.engine, LOCAL]),
    );
    expect(await choose(student, LOCAL)).toMatchObject({ body: { code: "engine-not-compared" } });
    const made = await measure(student, LOCAL);
    const [blindOne, local] = made.results!;
    expect(local!.mrr).toBe(1);
    expect(blindOne!.mrr).toBeLessThan(0.6);
    expect(await choose(student, LOCAL)).toMatchObject({ status: 200, body: { engine: LOCAL } });
    const { body } = await student.get(`/search?q=${encodeURIComponent("about the monarch")}`);
    expect(body.items[0].text).toContain("king");
    expect(await choose(student, before.engine)).toMatchObject({
      status: 409,
      body: { code: "engine-worse" },
    });
    expect((await student.get("/search/engine")).body.engine).toBe(LOCAL);
  });

  it("of everybody are shown to administrators as numbers", async () => {
    const student = await app.register();
    expect((await student.get("/admin/search-measurements")).status).toBe(403);
    expect((await student.post("/admin/search-measurements")).status).toBe(403);
    await sql`update users set role = 'administrator' where id = ${student.id}`.execute(
      app.context.database,
    );
    const administrator = await loggedInAgain(student);
    const { body } = await administrator.get("/admin/search-measurements");
    const local = body.engines.find(({ engine: name }: { engine: string }) => name === LOCAL);
    expect(local).toMatchObject({ students: 1, questions: 12, mrr: 1 });
    expect(JSON.stringify(body)).not.toMatch(/Note |monarch|@/);
    const { status, body: all } = await administrator.post("/admin/search-measurements");
    expect(status).toBe(202);
    expect(all.started).toBeGreaterThan(1);
    await expect
      .poll(async () => (await administrator.get("/admin/search-measurements")).body.running, {
        timeout: 30_000,
      })
      .toBe(0);
  });
});

async function loggedInAgain(student: Student) {
  const answer = await fetch(`${app.url}/api/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: student.email, password: "Correct-Horse-7" }),
  });
  const { access_token } = (await answer.json()) as { access_token: string };
  return studentWith(app.url, { ...student, token: access_token });
}

describe("another engine of the server", () => {
  it("does not take the place of one that finds more", async () => {
    const database = await createTestDatabase();
    const folder = await mkdtemp(join(tmpdir(), "lm-measure-"));
    let server = await startTestServer(
      { folder, databaseUrl: database.url },
      { LM_MODELS_DIR: modelsDir, LM_EMBEDDINGS_ENGINE: "meanings-tests" },
    );
    try {
      const first = await register(server.url);
      await study(first);
      const monarch = async (student: Student) =>
        (await student.get(`/search?q=${encodeURIComponent("about the monarch")}`)).body.items[0]
          ?.text ?? "";
      await expect.poll(() => monarch(first), { timeout: 30_000 }).toContain("king");
      await server.stop();
      server = await startTestServer(
        { folder, databaseUrl: database.url },
        {
          LM_MODELS_DIR: modelsDir,
          LM_EMBEDDINGS_URL: `${engine.url}/v1`,
          LM_EMBEDDINGS_MODEL: "blind",
        },
      );
      const student = studentWith(server.url, first);
      const chosen = async () => (await student.get("/search/engine")).body;
      // The next sweep comes in ten minutes: those that are needed come now.
      const sweep = () =>
        forPurpose("upkeep", () =>
          server.opened.context.database.transaction().execute((tx) =>
            enqueueJob(tx, {
              user_id: null,
              job_type: "sweep-embeddings",
              payload: {},
              idempotency_key: "now",
            }),
          ),
        );
      await expect
        .poll(
          async () => {
            await sweep();
            const { items } = (await student.get("/search/measurements")).body;
            return items[0]?.status;
          },
          { timeout: 60_000, interval: 500 },
        )
        .toBe("completed");
      expect((await student.get("/search/measurements")).body.items[0]).toMatchObject({
        is_automatic: true,
        engines: [LOCAL, expect.stringContaining("blind")],
      });
      expect(await chosen()).toMatchObject({ engine: LOCAL, is_provisional: false });
      expect(await monarch(student)).toContain("king");
    } finally {
      await server.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
