/**
 * Suggested cards: each with words that are really in the source, with and without a language model, also one that
 * lies.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { startChatServer, type ChatServer } from "#tests/support/chat-server.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { readItems } from "./read-items.ts";

const SAMPLE = readFileSync(
  new URL("../../../../../samples/photosynthesis.txt", import.meta.url),
  "utf8",
);
const LECTURES = new URL("../../../../../../shared/lectures/", import.meta.url);

const fold = (text: string) => text.toLowerCase().replace(/\s+/g, " ").trim();
const plain = (text: string) => text.replace(/\{\{c\d+::(.*?)(?:::.*?)?\}\}/g, "$1");

async function withSample(app: TestApp) {
  const student = await app.register();
  const { body } = await student.post("/study-materials", {
    title: "Photosynthesis",
    content: SAMPLE,
    subject: "Biology",
  });
  const { content } = (await student.get(`/study-materials/${body.id}`)).body;
  return {
    student,
    source: { kind: "study_material", id: body.id as string },
    content: content as string,
  };
}

async function suggest(student: Student, wish: object) {
  const { status, body } = await student.post("/cards/suggestions", wish);
  expect(status, JSON.stringify(body)).toBe(202);
  expect(body).toMatchObject({ status: "pending", items: [] });
  return student.until(`/cards/suggestions/${body.id}`, ({ status: now }) =>
    ["completed", "failed"].includes(now),
  );
}

/** The witness is literal, what the card asks for is in it, and of a choice only the right option is. */
function expectBorneOut(item: any, text: string) {
  const { witness, kind, front, back, options } = item;
  expect(witness).not.toBeNull();
  expect(text.slice(witness.start_offset, witness.end_offset)).toBe(witness.quote);
  const quote = fold(witness.quote);
  if (kind === "cloze") expect(quote).toContain(fold(plain(front)).replace(/^\W+/, ""));
  if (kind === "typed" || kind === "choice") expect(quote).toContain(fold(back));
  if (kind === "choice") {
    expect(new Set(options.map(fold)).size).toBe(options.length);
    expect(options.filter((option: string) => quote.includes(fold(option)))).toEqual([back]);
  }
  if (kind === "basic") expect(quote).toContain(fold(back).replace(/\.$/, ""));
}

describe("without a language model", () => {
  let app: TestApp;
  beforeAll(async () => void (app = await startTestApp()));
  afterAll(() => app?.stop());

  it("makes cards of what a text defines, lists, counts and gives reasons for", async () => {
    const { student, source, content } = await withSample(app);
    const { items, engine, asked, made, message } = await suggest(student, { source, count: 12 });
    expect(engine).toBe("rules");
    expect([asked, made, message]).toEqual([
      12,
      items.length,
      expect.stringMatching(/ of 12 made/),
    ]);
    expect(items.length).toBeGreaterThanOrEqual(8);
    for (const item of items) expectBorneOut(item, content);
    expect(items.map(({ item }: any) => item)).toEqual(items.map((_: any, at: number) => at));
    expect(items[0]).toMatchObject({ subject: "Biology", decision: null });
    expect(new Set(items.flatMap(({ tags }: any) => tags)).size).toBeGreaterThan(2);
    expect(items.map(({ front }: any) => front)).toContain("What is photosynthesis?");
  });

  it("keeps to the kinds asked for, and says when there are no more", async () => {
    const { student, source, content } = await withSample(app);
    for (const kind of ["cloze", "choice", "typed", "basic"]) {
      const { items, message } = await suggest(student, { source, count: 50, kinds: [kind] });
      expect(items.length, kind).toBeGreaterThan(0);
      for (const item of items) {
        expect(item.kind).toBe(kind);
        expectBorneOut(item, content);
      }
      expect(message).toMatch(/no more sentences/);
    }
  });

  it("a kept card is in the deck with its witness, a changed one as it was changed, a dropped one is not", async () => {
    const { student, source } = await withSample(app);
    const { id, items } = await suggest(student, { source, count: 5 });
    expect((await student.get("/cards")).body.items).toEqual([]);
    const kept = await student.post("/cards", { suggestion_id: id, item: 0 });
    expect(kept.status).toBe(201);
    expect(kept.body).toMatchObject({ front: items[0].front, back: items[0].back });
    expect(kept.body.witness).toEqual(items[0].witness);
    const again = await student.post("/cards", { suggestion_id: id, item: 0 });
    expect(again.status).toBe(409);
    const changed = await student.post("/cards", {
      suggestion_id: id,
      item: 1,
      changes: { tags: ["mine"], subject: null },
    });
    expect(changed.body).toMatchObject({ tags: ["mine"], subject: null });
    await student.patch(`/cards/suggestions/${id}/items/2`, { dropped: true });
    const now = (await student.get(`/cards/suggestions/${id}`)).body.items;
    expect(now.map(({ decision }: any) => decision)).toEqual([
      "kept",
      "kept",
      "dropped",
      null,
      null,
    ]);
    expect(now[0].card_id).toBe(kept.body.id);
    expect((await student.get("/cards")).body.items).toHaveLength(2);
    const other = await app.register();
    expect((await other.get(`/cards/suggestions/${id}`)).status).toBe(404);
    expect((await other.post("/cards", { suggestion_id: id, item: 3 })).status).toBe(404);
    expect((await student.post("/cards", { suggestion_id: id, item: 99 })).status).toBe(404);
  });

  it("refuses what has no text", async () => {
    const student = await app.register();
    for (const wish of [
      {},
      { subject: "A", source: { kind: "recording", id: crypto.randomUUID() } },
      { source: { kind: "recording", id: crypto.randomUUID() } },
      { source: { kind: "song", id: crypto.randomUUID() } },
      { subject: "A", count: 0 },
      { subject: "A", count: 1000 },
    ])
      expect((await student.post("/cards/suggestions", wish)).status).toBe(422);
    const empty = await suggest(student, { subject: "Nothing" });
    expect(empty).toMatchObject({ status: "failed", error_code: "invalid-input" });
    expect(empty.error_message).toMatch(/no text/);
  });

  const lectures = existsSync(LECTURES)
    ? readdirSync(LECTURES).filter((name) => !name.includes("."))
    : [];
  it.each(lectures)("a real lecture: %s", async (name) => {
    const student = await app.register();
    const captions = readFileSync(new URL(`${name}/captions.srt`, LECTURES));
    const { status, body } = await student.upload(
      "/recordings",
      { blob: new Blob([makeWav(Buffer.alloc(16_000))]), name: "lecture.wav" },
      { captions: new Blob([captions]), subject: name },
    );
    expect(status).toBe(201);
    const recording = body.recording ?? body;
    const transcription = (await student.get(`/transcriptions?recording_id=${recording.id}`)).body
      .items[0];
    const { text } = (await student.get(`/transcriptions/${transcription.id}`)).body;
    const { items } = await suggest(student, { subject: name, count: 40 });
    expect(items.length).toBeGreaterThan(15);
    for (const item of items) {
      expectBorneOut(item, text);
      expect(item.witness.start_seconds).toBeGreaterThanOrEqual(0);
    }
  });

  it(
    "every suggested card and kept one of these quotes its source letter by letter: by SQL, no " +
      "violation",
    async () => {
      for (const table of ["suggested_cards", "card_witnesses"]) {
        // Characters and UTF-16 units are counted alike where no character takes two.
        const { rows } = await sql<{ checked: number; violations: number }>`
        select count(*)::integer as checked,
          count(*) filter (where quoting.quote is distinct
            from substring(source.text from quoting.start_offset + 1 for quoting.end_offset -
              quoting.start_offset))::integer as violations
        from ${sql.table(table)} as quoting
          join (
            select user_id, id, text from transcriptions union all select user_id, id, content from study_materials
          ) as source on source.user_id = quoting.user_id
            and source.id = coalesce(quoting.transcription_id, quoting.study_material_id)
        where source.text !~ ${"[\u{10000}-\u{10FFFF}]"}`.execute(app.context.database);
        expect(rows[0]!.checked, table).toBeGreaterThan(table === "suggested_cards" ? 20 : 1);
        expect(rows[0]!.violations, table).toBe(0);
      }
    },
  );
});

describe("with a language model", () => {
  let app: TestApp;
  let model: ChatServer;
  beforeAll(async () => {
    model = await startChatServer();
    app = await startTestApp({ LM_LLM_URL: model.url, LM_LLM_MODEL: "test" });
  });
  afterAll(async () => {
    await app?.stop();
    await model?.close();
  });

  const GOOD = [
    {
      kind: "basic",
      front: "Where does the Calvin cycle take place?",
      back: "in the stroma",
      quote: "It takes place in the stroma and does not need light directly.",
    },
    {
      kind: "typed",
      front: "What is the fluid around the thylakoids called?",
      back: "stroma",
      quote: "The fluid around the thylakoids is called the stroma.",
    },
    {
      kind: "cloze",
      front:
        "The enzyme {{c1::rubisco}} attaches carbon dioxide to a molecule with five carbon atoms.",
      back: "",
      quote: "The enzyme rubisco attaches carbon dioxide to a molecule with five carbon atoms.",
    },
    {
      kind: "choice",
      front: "What sits in the membranes of the thylakoids?",
      back: "chlorophyll",
      options: ["chlorophyll", "rubisco", "maize", "sugar cane"],
      quote: "The green pigment chlorophyll sits in the membranes of the thylakoids.",
    },
  ];
  const BAD = [
    // The quote is nobody's.
    {
      kind: "basic",
      front: "Where does the Calvin cycle take place?",
      back: "in the nucleus",
      quote: "The Calvin cycle takes place in the nucleus.",
    },
    // The quote is real and the answer is not in it.
    {
      kind: "basic",
      front: "Which enzyme attaches carbon dioxide?",
      back: "pepsin",
      quote: "The enzyme rubisco attaches carbon dioxide to a molecule with five carbon atoms.",
    },
    // The opposite of what is written.
    {
      kind: "basic",
      front: "What about the Calvin cycle and light?",
      back: "The second stage takes place in the stroma and does need light directly",
      quote: "It takes place in the stroma and does not need light directly.",
    },
    // The question is about something else.
    {
      kind: "basic",
      front: "Where does glycolysis take place?",
      back: "in the stroma",
      quote: "It takes place in the stroma and does not need light directly.",
    },
    // Two options are right, none is, or one is there twice.
    {
      kind: "choice",
      front: "What does chlorophyll absorb?",
      back: "blue",
      options: ["blue", "red", "green", "violet"],
      quote:
        "Chlorophyll absorbs mainly blue and red light and reflects green light, and that is why leaves look green.",
    },
    {
      kind: "choice",
      front: "What sits in the membranes of the thylakoids?",
      back: "chlorophyll",
      options: ["rubisco", "maize", "sugar cane"],
      quote: "The green pigment chlorophyll sits in the membranes of the thylakoids.",
    },
    {
      kind: "choice",
      front: "What sits in the membranes of the thylakoids?",
      back: "chlorophyll",
      options: ["chlorophyll", "Chlorophyll", "maize"],
      quote: "The green pigment chlorophyll sits in the membranes of the thylakoids.",
    },
    // A gap in a sentence of the model's own.
    {
      kind: "cloze",
      front: "The enzyme {{c1::rubisco}} destroys carbon dioxide.",
      back: "",
      quote: "The enzyme rubisco attaches carbon dioxide to a molecule with five carbon atoms.",
    },
    {
      kind: "typed",
      front: "",
      back: "x",
      quote: "The fluid around the thylakoids is called the stroma.",
    },
    "not an object",
  ];

  it("keeps what the source bears out, in whatever shape it comes, and tells what it left out", async () => {
    const shapes: ((items: unknown[]) => string)[] = [
      (items) => JSON.stringify(items),
      (items) => `Here you are:\n\`\`\`json\n${JSON.stringify({ cards: items }, null, 2)}\n\`\`\``,
      (items) => JSON.stringify(items).replaceAll("}", ",}").replace("]", ",]"),
      (items) => `${JSON.stringify(items).slice(0, -1)},{"kind":"basic","front":"cut o`,
    ];
    for (const shape of shapes) {
      const { student, source, content } = await withSample(app);
      model.answer(shape(GOOD));
      const { items, engine, message } = await suggest(student, { source, count: 5 });
      expect(engine).toMatch(/test/);
      expect(items.map(({ front }: any) => front)).toEqual(GOOD.map(({ front }) => front));
      for (const { witness } of items)
        expect(content.slice(witness.start_offset, witness.end_offset)).toBe(witness.quote);
      expect(message).toMatch(/^4 of 5 made/);
    }
  });

  it("a model that lies makes no bad item", async () => {
    const { student, source, content } = await withSample(app);
    model.answer(JSON.stringify([...BAD, ...GOOD.slice(0, 1), ...BAD]));
    const { items, dropped } = await suggest(student, { source, count: 5 });
    expect(items.map(({ front }: any) => front)).toEqual([GOOD[0]!.front]);
    expect(dropped).toBeGreaterThanOrEqual(BAD.length);
    model.answer(JSON.stringify(BAD));
    const lies = await suggest(student, { source, count: 5 });
    // Nothing of it was borne out: the cards are made without it, and the student is told.
    expect(lies.engine).toBe("rules");
    expect(lies.message).toMatch(/without the language model/);
    for (const item of lies.items) expectBorneOut(item, content);
  });

  it("a model that is down, or talks instead, is told and done without", async () => {
    const { student, source, content } = await withSample(app);
    model.answer((_request, { response }) => {
      response.writeHead(400);
      response.end("down");
    });
    const down = await suggest(student, { source, count: 5 });
    expect(down).toMatchObject({ status: "completed", engine: "rules" });
    expect(down.message).toMatch(/without the language model/);
    for (const item of down.items) expectBorneOut(item, content);
    model.answer("I would love to help you study!");
    expect(await suggest(student, { source, count: 3 })).toMatchObject({
      engine: "rules",
      made: 3,
    });
  });
});

it("items are read from nearly any JSON", () => {
  const item = '{"front":"a","back":"b {c}","quote":"say \\"x\\""}';
  expect(readItems(`[${item}, ${item}`).items).toHaveLength(2);
  expect(readItems(`{"items":[${item}]}`).items).toEqual([
    { kind: "basic", front: "a", back: "b {c}", quote: 'say "x"' },
  ]);
  expect(readItems('{"quote": 1}')).toEqual({ items: [], broken: 1 });
  expect(readItems("{{{{".repeat(1000))).toEqual({ items: [], broken: 0 });
});
