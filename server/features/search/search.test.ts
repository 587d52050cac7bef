/** Search through the door: by words and, with an embedding server that answers from a script, by meaning. */
import { createHash } from "node:crypto";
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
import { closenessOfEach, fromBytes, toBytes } from "./stored-vector.ts";

/** Words that mean the same point the same way; every other word points nowhere. */
const MEANINGS = [
  ["car", "automobile", "vehicle", "auto"],
  ["fuel", "petrol", "gasoline", "benzin"],
  ["doctor", "physician", "arzt"],
  ["bread", "loaf", "brot"],
];

let app: TestApp;
let engine: ScriptedServer;
beforeAll(async () => {
  engine = await startScriptedServer(answer);
  app = await startTestApp({
    LM_EMBEDDINGS_URL: `${engine.url}/v1`,
    LM_EMBEDDINGS_MODEL: "meanings",
    LM_EMBEDDINGS_KEY: "secret",
  });
});
afterAll(async () => {
  await app?.stop();
  await engine?.close();
});

function answer({ body }: { body: Buffer }) {
  const { input, model } = JSON.parse(body.toString()) as { input: string[]; model: string };
  return {
    model,
    data: input.map((text, index) => ({ object: "embedding", index, embedding: vectorOf(text) })),
    usage: { prompt_tokens: 1, total_tokens: 1 },
  };
}

function vectorOf(text: string) {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const vector = MEANINGS.map((same) => words.filter((word) => same.includes(word)).length);
  // Never all zero: what means nothing here points somewhere else, each text to a place of its own.
  const elsewhere = Array<number>(64).fill(0);
  if (vector.every((value) => value === 0))
    elsewhere[Number.parseInt(createHash("md5").update(text).digest("hex").slice(0, 4), 16) % 64] =
      1;
  return [...vector, ...elsewhere];
}

async function addNote(student: Student, title: string, content: string, more: object = {}) {
  const { status, body } = await student.post("/study-materials", { title, content, ...more });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id as string;
}
const found = async (student: Student, query: string): Promise<string[]> => {
  const { status, body } = await student.get(`/search?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.items.map((hit: { source: { title: string } }) => hit.source.title);
};
/** Else the next sweep comes when ten minutes are over. */
const sweepNow = ({ context }: TestApp) =>
  forPurpose("upkeep", () =>
    context.database.transaction().execute((tx) =>
      enqueueJob(tx, {
        user_id: null,
        job_type: "sweep-embeddings",
        payload: {},
        idempotency_key: "now",
      }),
    ),
  );
const search = (student: Student, q: string) =>
  found(student, new URLSearchParams({ q }).toString());

describe("search by words", () => {
  it("says where, highlights the forms it matched, and corrects a misspelt word", async () => {
    const student = await app.register();
    const content =
      "# Cells\n\nThe mitochondria are the part of a cell that makes its energy.\n\nThey were bacteria once.";
    const id = await addNote(student, "Cells", content);
    const { body } = await student.get("/search?q=mitochondrion%20energies");
    const [hit] = body.items;
    expect(content.slice(hit.start_offset, hit.end_offset)).toBe(hit.text);
    expect(hit.source).toEqual({ kind: "study_material", id, title: "Cells" });
    expect(
      hit.highlights.map(({ start, end }: { start: number; end: number }) =>
        hit.text.slice(start, end),
      ),
    ).toContain("energy");
    const misspelt = await student.get("/search?q=mitochondira");
    expect(misspelt.body.items).toHaveLength(1);
    expect(misspelt.body.corrections).toEqual([{ from: "mitochondira", to: ["mitochondria"] }]);
    expect((await student.get("/search?q=zygomorphic")).body).toMatchObject({
      items: [],
      unknown_words: ["zygomorphic"],
    });
  });

  it("marks no small word", async () => {
    const student = await app.register();
    await addNote(student, "One", "The colony of a bee swarmed in the warmer month of spring.");
    const { text, highlights } = (await student.get("/search?q=a+swarmed+bee")).body.items[0];
    expect(
      highlights.map((at: { start: number; end: number }) => text.slice(at.start, at.end)),
    ).toEqual(["bee", "swarmed"]);
  });

  it("finds a quoted phrase only as it stands", async () => {
    const student = await app.register();
    await addNote(student, "One", "The cell wall keeps the shape of a plant.");
    await addNote(student, "Two", "The wall of the cell is thin here.");
    expect((await search(student, "cell wall")).toSorted()).toEqual(["One", "Two"]);
    expect(await search(student, '"cell wall"')).toEqual(["One"]);
  });

  it.each([
    ["de", "Die Häuser wurden abgerissen.", "Haus abreißen Häuser"],
    ["zh", "光合作用把光能变成化学能。", "光合作用"],
    ["ja", "光合成は光をエネルギーに変える。", "エネルギー"],
    ["ar", "يحول النبات الضوء إلى طاقة.", "النبات"],
    ["th", "พืชเปลี่ยนแสงเป็นพลังงาน", "พลังงาน"],
    ["ru", "Растения превращают свет в энергию.", "растение"],
  ])("works in %s", async (language, content, q) => {
    const student = await app.register();
    await addNote(student, language, content);
    const { body } = await student.get(`/search?q=${encodeURIComponent(q)}`);
    expect(body.items[0]).toMatchObject({ text: content });
    expect(body.items[0].highlights.length).toBeGreaterThan(0);
  });

  it("filters by kind, subject, source and date, and counts what each would give", async () => {
    const student = await app.register();
    await addNote(student, "Leaves", "Plants breathe through their leaves.", {
      subject: "Biology",
    });
    const roots = await addNote(student, "Roots", "Plants drink through roots.", {
      subject: "Biology",
    });
    await addNote(student, "Factories", "Plants make steel in this town.", { subject: "Industry" });
    expect((await found(student, "q=plants&subject=Biology")).toSorted()).toEqual([
      "Leaves",
      "Roots",
    ]);
    expect(await found(student, `q=plants&source_id=${roots}`)).toEqual(["Roots"]);
    expect(await found(student, "q=plants&kind=recording")).toEqual([]);
    expect(await found(student, "q=plants&to=2020-01-01")).toEqual([]);
    const { body } = await student.get("/search?q=plants&subject=Industry&facets=true");
    expect(body.items).toHaveLength(1);
    expect(body.facets).toEqual({
      kinds: [{ kind: "study_material", passages: 3 }],
      subjects: [
        { subject: "Biology", passages: 2 },
        { subject: "Industry", passages: 1 },
      ],
    });
  });

  it("finds a source by its title, and never another student's", async () => {
    const student = await app.register();
    const stranger = await app.register();
    const id = await addNote(student, "Lecture 7: 100% Thermodynamics", "Heat flows.");
    await addNote(stranger, "Thermodynamics of quonkletons", "Quonkletons and heat.");
    const titles = async (q: string) =>
      (await student.get(`/search?q=${encodeURIComponent(q)}`)).body.titles;
    expect(await titles("thermo lecture")).toEqual([
      {
        kind: "study_material",
        id,
        title: "Lecture 7: 100% Thermodynamics",
        subject: null,
      },
    ]);
    for (const q of ["%", "_", "quonkletons"]) expect(await titles(q)).toEqual([]);
    expect(await search(student, "quonkletons")).toEqual([]);
    // Nor does a misspelling reach into another student's words.
    const { body } = await student.get("/search?q=quonkletonz&facets=true");
    expect(body).toMatchObject({ items: [], titles: [], corrections: [] });
    expect(JSON.stringify(body)).not.toMatch(/quonkletons/i);
  });
});

describe("search by meaning", () => {
  it(
    "finds what says it in other words, keeps to the owner, and says nothing of what means " +
      "something else",
    async () => {
      const student = await app.register();
      const stranger = await app.register();
      await addNote(student, "Engines", "An automobile burns petrol.");
      await addNote(student, "Bakery", "A loaf rises in the oven.");
      await addNote(stranger, "Garage", "Gasoline for every vehicle.");
      // Each source is embedded by a job of its own: one that is found says nothing of the other.
      await expect.poll(() => search(student, "car fuel")).toEqual(["Engines"]);
      await expect.poll(() => search(student, "Brot")).toEqual(["Bakery"]);
      const asked = engine.asked.at(-1)!;
      expect(asked).toMatchObject({
        path: "/v1/embeddings",
        headers: { authorization: "Bearer secret" },
      });
      expect(await found(student, "q=car%20fuel&kind=recording")).toEqual([]);
      // Both rankings together: the words first, then the meaning.
      await addNote(student, "Racing", "A car race needs fuel.");
      await expect.poll(() => search(student, "car fuel")).toEqual(["Racing", "Engines"]);
    },
  );

  it("saves and finds by words while the engine is down, and completes it later", async () => {
    const student = await app.register();
    engine.answer((_asked, response) => void response.writeHead(503).end("{}"));
    await addNote(student, "Practice", "The physician examines the patient.");
    expect(await search(student, "patient")).toEqual(["Practice"]);
    expect(await search(student, "Arzt")).toEqual([]);
    const health = async () => (await student.get("/health")).body.parts.embeddings;
    expect(await health()).toMatchObject({
      status: "degraded",
      detail: expect.stringContaining("by words"),
    });
    engine.answer(answer);
    await expect.poll(() => search(student, "Arzt")).toEqual(["Practice"]);
    expect(await health()).toMatchObject({ status: "ok" });
  });

  it("takes no vectors that mean nothing from a server that is set up wrongly", async () => {
    const { embeddings } = app.context;
    const asks = () =>
      embeddings!.embed(["a car", "a loaf"], "question", AbortSignal.timeout(5000));
    const answers = (each: (index: number) => unknown, most = 2) =>
      engine.answer((_asked, response) => {
        const data = [0, 1].slice(0, most).map((index) => ({ index, embedding: each(index) }));
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ model: "meanings", data }).replaceAll('"huge"', "1e999"));
      });
    try {
      answers((index) => [1, index]);
      expect(await asks()).toHaveLength(2);
      for (const wrong of [
        () => [],
        () => [0, 0],
        () => [1, null],
        () => [1, "huge"],
        (index: number) => [1, 1, 1].slice(index),
        () => Array(16_385).fill(1),
      ]) {
        answers(wrong);
        await expect(asks(), String(wrong)).rejects.toMatchObject({ code: "engine-failed" });
      }
      answers(() => [1, 1], 1);
      await expect(asks()).rejects.toMatchObject({ code: "engine-failed" });
    } finally {
      engine.answer(answer);
    }
  });

  it("makes vectors anew when another model answers by the same name", async () => {
    const student = await app.register();
    await addNote(student, "Health", "The physician is in.");
    await expect.poll(() => search(student, "doctor")).toEqual(["Health"]);
    engine.answer(({ body }) => {
      const { input } = JSON.parse(body.toString()) as { input: string[] };
      return {
        data: input.map((text, index) => ({ index, embedding: [...vectorOf(text), 0, 0] })),
      };
    });
    try {
      await addNote(student, "Bakery", "A loaf rises in the oven.");
      await expect.poll(() => search(student, "brot")).toEqual(["Bakery"]);
      await sweepNow(app);
      await expect.poll(() => search(student, "doctor who")).toEqual(["Health"]);
    } finally {
      engine.answer(answer);
    }
  });

  it("indexes again in the background when the model changes; words find meanwhile", async () => {
    const database = await createTestDatabase();
    const folder = await mkdtemp(join(tmpdir(), "lm-search-"));
    const start = (model: string) =>
      startTestServer(
        { folder, databaseUrl: database.url },
        { LM_EMBEDDINGS_URL: `${engine.url}/v1`, LM_EMBEDDINGS_MODEL: model },
      );
    let server = await start("meanings");
    try {
      const before = await register(server.url);
      await addNote(before, "Health", "The physician is in.");
      await expect.poll(() => search(before, "doctor")).toEqual(["Health"]);
      // Else the next sweep comes when ten minutes are over.
      await forPurpose("upkeep", () =>
        sql`delete from jobs where job_type = 'sweep-embeddings'`.execute(
          server.opened.context.database,
        ),
      );
      await server.stop();
      server = await start("other-meanings");
      const after = studentWith(server.url, before);
      expect(await search(after, "physician")).toEqual(["Health"]);
      await expect.poll(() => search(after, "doctor")).toEqual(["Health"]);
    } finally {
      await server.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("stores a vector so that cosines stay, and the database reads the same numbers", async () => {
    const vector = (seed: number) => {
      const values = Float32Array.from({ length: 512 }, (_, i) => Math.sin(seed * (i + 1) ** 1.5));
      const length = Math.hypot(...values);
      return values.map((value) => value / length);
    };
    const [asked, ...others] = [1, 1.001, 2, 3].map(vector);
    const bytes = others.map(toBytes);
    expect(bytes[0]).toHaveLength(512);
    const cosines = others.map((other) => other.reduce((sum, x, i) => sum + x * asked![i]!, 0));
    closenessOfEach(Buffer.concat(bytes), asked!).forEach((cosine, i) =>
      expect(cosine).toBeCloseTo(cosines[i]!, 2.5),
    );
    expect(Math.hypot(...fromBytes(bytes[1]!))).toBeCloseTo(1, 5);
    expect(fromBytes(toBytes(new Float32Array(3)))).toEqual(new Float32Array(3));
    const { rows } = await sql<{ read: number[] }>`
      select int8s(${bytes[0]}) as read`.execute(app.context.database);
    expect(Int8Array.from(rows[0]!.read)).toEqual(new Int8Array(bytes[0]!));
  });

  it("works with a model on this machine, without any server", async () => {
    const modelsDir = await mkdtemp(join(tmpdir(), "lm-models-"));
    await makeEmbeddingModel(modelsDir, MEANINGS);
    const local = await startTestApp({
      LM_MODELS_DIR: modelsDir,
      LM_EMBEDDINGS_ENGINE: "auto",
    });
    try {
      const student = await local.register();
      await addNote(student, "Engines", "An automobile burns petrol.");
      await addNote(student, "Bakery", "A loaf rises in the oven.");
      await expect.poll(() => search(student, "car fuel")).toEqual(["Engines"]);
      await expect.poll(() => search(student, "Brot")).toEqual(["Bakery"]);
      const { rows } = await sql<{ model: string }>`
        select distinct model from passage_embeddings`.execute(local.context.database);
      expect(rows).toEqual([{ model: "local/meanings-tests" }]);
    } finally {
      await local.stop();
      await rm(modelsDir, { recursive: true });
    }
  });
});
