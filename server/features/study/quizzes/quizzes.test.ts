/** Quizzes, exams, teaching back and overviews through the door. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type TestApp } from "#tests/support/app.ts";
import { startChatServer, type ChatServer } from "#tests/support/chat-server.ts";
import { gradeAnswer } from "./grade-answer.ts";

const SAMPLE = readFileSync(
  new URL("../../../../samples/photosynthesis.txt", import.meta.url),
  "utf8",
);

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app?.stop());

async function withSample(of: TestApp = app) {
  const student = await of.register();
  const { body } = await student.post("/study-materials", {
    title: "Photosynthesis",
    content: SAMPLE,
    subject: "Biology",
  });
  const { content } = (await student.get(`/study-materials/${body.id}`)).body;
  const source = { kind: "study_material", id: body.id as string };
  const literal = (witness: any) =>
    expect(content.slice(witness.start_offset, witness.end_offset)).toBe(witness.quote);
  return { student, source, literal };
}

describe("a quiz", () => {
  it("of a source tells each answer at once in practice, with its witness; the first answer counts", async () => {
    const { student, source, literal } = await withSample();
    const { status, body } = await student.post("/quizzes", { source, length: 6 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ mode: "practice", right: 0, of: 6, completed_at: null });
    for (const question of body.questions)
      expect(question).toMatchObject({ right: null, right_answer: null, witness: null });
    const [first] = body.questions;
    const wrong = await student.post(`/quizzes/${body.id}/answers`, {
      answers: [{ question_id: first.id, text: "a bicycle" }],
    });
    expect(wrong.body).toMatchObject({ right: 0, of: 1, questions: 6 });
    const [result] = wrong.body.results;
    literal(result.witness);
    const again = await student.post(`/quizzes/${body.id}/answers`, {
      answers: [{ question_id: first.id, text: result.right_answer }],
    });
    expect(again.body.right).toBe(0);
    const cards = await student.post(`/quizzes/${body.id}/cards`);
    expect(cards.status).toBe(201);
    expect(cards.body.items).toMatchObject([{ back: result.right_answer, tags: ["quiz"] }]);
    literal(cards.body.items[0].witness);
    expect((await student.post(`/quizzes/${body.id}/cards`)).body.items).toEqual([]);
    expect((await student.get("/quizzes")).body.items).toMatchObject([{ id: body.id, of: 6 }]);
  });

  it("as an exam is handed in once: what was not answered is wrong", async () => {
    const { student, literal } = await withSample();
    const { body } = await student.post("/quizzes", {
      subject: "Biology",
      length: 5,
      mode: "exam",
      kinds: ["choice"],
      seconds_allowed: 600,
    });
    expect(
      body.questions.every(({ kind, options }: any) => kind === "choice" && options.length >= 3),
    ).toBe(true);
    const answers = body.questions.slice(1).map(({ id, options }: any, at: number) => ({
      question_id: id,
      choice: at % 2 ? 0 : options[0],
    }));
    const { body: result } = await student.post(`/quizzes/${body.id}/answers`, { answers });
    expect(result.of).toBe(body.questions.length);
    expect(result.results).toHaveLength(body.questions.length);
    expect(result.right).toBe(result.results.filter(({ right }: any) => right).length);
    for (const one of result.results) {
      literal(one.witness);
      expect(one.right).toBe(one.answer === one.right_answer);
    }
    expect(result.results[0]).toMatchObject({ right: false, answer: "" });
    expect((await student.post(`/quizzes/${body.id}/answers`, { answers })).status).toBe(409);
    const after = (await student.get(`/quizzes/${body.id}`)).body;
    expect(after.completed_at).not.toBeNull();
    expect(after.questions[0].right_answer).toBe(result.results[0].right_answer);
  });

  it("of cards asks them, hides the gap, and belongs to its student", async () => {
    const student = await app.register();
    const a = (await student.post("/cards", { front: "2 + 2", back: "four" })).body;
    const b = (
      await student.post("/cards", { kind: "cloze", front: "{{c1::Paris}} is in {{c2::France}}" })
    ).body;
    const { body } = await student.post("/quizzes", {
      card_ids: [a.id, ...b.siblings],
      length: 10,
    });
    expect(body.questions.map(({ front }: any) => front)).toEqual(["2 + 2", "Paris is in […]"]);
    const answers = body.questions.map(({ id }: any, at: number) => ({
      question_id: id,
      text: ["Four", "france"][at],
    }));
    const { body: result } = await student.post(`/quizzes/${body.id}/answers`, { answers });
    expect(result).toMatchObject({ right: 2, of: 2 });
    const other = await app.register();
    expect((await other.get(`/quizzes/${body.id}`)).status).toBe(404);
    expect((await other.post(`/quizzes/${body.id}/answers`, { answers })).status).toBe(404);
    expect((await other.post("/quizzes", { card_ids: [a.id] })).status).toBe(404);
    expect((await student.post("/quizzes", {})).status).toBe(422);
    expect((await student.post("/quizzes", { subject: "Nothing" })).status).toBe(422);
  });

  it("asks a picture with one covered part, tells nothing of the others, and has its answers for paper", async () => {
    const student = await app.register();
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    const { url } = (
      await student.upload("/cards/media", { blob: new Blob([png]), name: "cell.png" })
    ).body;
    const part = (x: number, label?: string) => ({ x, y: 0.1, width: 0.2, height: 0.2, label });
    await student.post("/cards", {
      kind: "occlusion",
      front: `A cell ![a cell](${url})`,
      options: [part(0.1, "the nucleus"), part(0.4, "stroma"), part(0.7)],
      subject: "Cells",
    });
    // No source and no review: the cards of the subject are what there is to ask.
    const { status, body } = await student.post("/quizzes", { subject: "Cells" });
    expect(status).toBe(201);
    expect(body.questions).toMatchObject([
      { kind: "occlusion", options: null, parts: [{ x: 0.1 }, { x: 0.4 }, { x: 0.7 }] },
      { kind: "occlusion", options: null, parts: [{ x: 0.4 }, { x: 0.1 }, { x: 0.7 }] },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/nucleus|stroma|label/);
    const paper = (await student.get(`/quizzes/${body.id}?answers=all`)).body;
    expect(paper.questions.map((one: any) => one.right_answer)).toEqual(["the nucleus", "stroma"]);
    expect(paper.completed_at).toBeNull();
    const answers = body.questions.map(({ id }: any, at: number) => ({
      question_id: id,
      text: ["Nucleus", "chlorophyll"][at],
    }));
    const { body: result } = await student.post(`/quizzes/${body.id}/answers`, { answers });
    expect(result).toMatchObject({ right: 1, of: 2 });
    expect((await student.post(`/quizzes/${body.id}/cards`)).body.items).toEqual([]);
    const only = await student.post("/quizzes", { subject: "Cells", kinds: ["choice"] });
    expect(only.status).toBe(422);
  });

  it.each([
    ["typed", "photosynthesis", "Photosynthesis", true],
    ["typed", "photosynthesis", "photosynthsis", true],
    ["typed", "photosynthesis", "fermentation", false],
    ["typed", "1961", "1962", false],
    ["typed", "the stroma", "stroma", true],
    ["typed", "Müller", "muller", true],
    ["typed", "cat", "car", false],
    ["basic", "Light is turned into chemical energy.", "it turns light into chemical energy", true],
    ["basic", "Light is turned into chemical energy.", "no idea", false],
    ["typed", "x", "", false],
  ] as const)("an answer is graded: %s, right %s, given %s: %s", (kind, back, given, right) => {
    expect(gradeAnswer({ kind, back, options: null }, given)).toBe(right);
  });
});

it.each([
  ["denied", "In plants, photosynthesis does not take place in the chloroplasts."],
  ["figure", "The enzyme rubisco attaches carbon dioxide to a molecule with seven carbon atoms."],
  ["opposite", "At low temperature the enzymes lose their shape and the rate falls."],
] as const)("teaching back names a contradiction with its witness: %s", async (kind, text) => {
  const { student, source, literal } = await withSample();
  const { body } = await student.post("/teach-backs", { source, text });
  expect(body.contradicted).toMatchObject([{ said: text, why: { kind } }]);
  literal(body.contradicted[0].witness);
});

it("teaching back knows a word in another form", async () => {
  const { student, source } = await withSample();
  const { body } = await student.post("/teach-backs", {
    source,
    text: "With high temperatures an enzyme is losing its shape.",
  });
  expect(body.covered).toMatchObject([
    { statement: "At high temperature the enzymes lose their shape and the rate falls." },
  ]);
});

it("teaching back tells what was covered, missed and contradicted, each with words of the source", async () => {
  const { student, source, literal } = await withSample();
  const { status, body } = await student.post("/teach-backs", {
    source,
    text:
      "Photosynthesis takes place in the chloroplasts of plants. The green pigment chlorophyll " +
      "sits in the membranes of the thylakoids. At high temperature the enzymes lose their " +
      "shape and the rate rises.",
  });
  expect(status).toBe(200);
  for (const list of [body.covered, body.missed, body.contradicted])
    for (const { witness, reason, statement } of list) {
      literal(witness);
      expect(witness.quote.replace(/\s+/g, " ")).toBe(statement);
      expect(reason).not.toBe("");
    }
  const statements = (list: any[]) => list.map(({ statement }) => statement).join(" ");
  expect(statements(body.covered)).toMatch(/chloroplasts|chlorophyll/);
  expect(statements(body.missed)).toMatch(/./);
  expect(statements(body.missed)).not.toMatch(/pigment chlorophyll sits/);
  expect((await student.post("/teach-backs", { source, text: " " })).status).toBe(422);
  expect((await student.post("/teach-backs", { subject: "Nothing", text: "x" })).status).toBe(422);
});

describe("with an embedding engine and a language model", () => {
  let model: ChatServer;
  let own: TestApp;
  beforeAll(async () => {
    model = await startChatServer();
    own = await startTestApp({
      LM_LLM_URL: model.url,
      LM_LLM_MODEL: "test",
      LM_EMBEDDINGS_ENGINE: "auto",
    });
  });
  afterAll(async () => {
    await own?.stop();
    await model?.close();
  });
  const isDown = () =>
    model.answer((_request, { response }) => {
      response.writeHead(400);
      response.end("down");
    });

  it("teaching back finds by meaning what no word of the source says, and shows what only comes near", async () => {
    isDown();
    const { student, source, literal } = await withSample(own);
    const { body } = await student.post("/teach-backs", {
      source,
      text:
        "When it gets too hot the proteins come apart and everything slows down. A cactus lets " +
        "air in after sunset. An enzyme glues CO2 onto a sugar of 6 carbons. Mozart was born " +
        "in Salzburg.",
    });
    const whyOf = (start: string) =>
      [...body.covered, ...body.missed, ...body.contradicted].find(({ statement }: any) =>
        statement.startsWith(start),
      );
    expect(whyOf("At high temperature")).toMatchObject({
      why: { kind: "meaning" },
      said: "When it gets too hot the proteins come apart and everything slows down.",
    });
    expect(body.covered.map(({ statement }: any) => statement)).toContain(
      whyOf("At high temperature").statement,
    );
    expect(whyOf("The enzyme rubisco").why).toEqual({
      kind: "near-but-figure",
      ours: "5",
      theirs: "6",
    });
    for (const { witness, said } of [...body.covered, ...body.missed]) {
      literal(witness);
      expect(said ?? "").not.toMatch(/Mozart/);
    }
  });

  it("teaching back sees what is said in other words, and believes it nothing that was not said", async () => {
    const { student, source } = await withSample(own);
    const text = "Leaves catch sunshine and store it as food. Something else entirely.";
    const explain = async () => (await student.post("/teach-backs", { source, text })).body;
    const statementsOf = (content: string) =>
      [...content.matchAll(/^(\d+)\. (.+)$/gm)].map(([, , statement]) => statement!);
    let sent: string[] = [];
    model.answer(({ messages }, { say, finish }) => {
      sent = statementsOf(messages.at(-1)!.content);
      say(
        `Sure!\n[{"statement": 1, "said": "Leaves catch sunshine and  store it as food"}, ` +
          `{"statement": 2, "said": "The Calvin cycle is dark"}, {"statement": 999, "said": ` +
          `"Something else entirely"}, {"statement": 3, "said": "else"}`,
      );
      finish();
    });
    const judged = await explain();
    const byModel = ({ covered }: any) => covered.filter(({ why }: any) => why.kind === "model");
    expect(byModel(judged)).toMatchObject([
      { statement: sent[0], said: "Leaves catch sunshine and store it as food" },
    ]);
    expect(judged.missed).toHaveLength(sent.length - 1);
    isDown();
    expect(byModel(await explain())).toEqual([]);
  });

  const TRUE = [
    'Chlorophyll in the thylakoid membranes absorbs blue and red light. [[1: "Chlorophyll ' +
      'absorbs mainly blue and red light"]]',
    'The Calvin cycle takes place in the stroma and does not need light directly. [[1: "It ' +
      'takes place in the stroma and does not need light directly."]]',
  ];
  const LIES = [
    // The words are nobody's, or there are none.
    'The Calvin cycle takes place in the stroma. [[1: "The Calvin cycle runs in the stroma of all cells"]]',
    "Chlorophyll is a green pigment of the thylakoids.",
    // The words are there and say something else: another place, the opposite, another figure, another thing
    // altogether.
    'The Calvin cycle takes place in the nucleus and does not need light directly. [[1: "It ' +
      'takes place in the stroma and does not need light directly."]]',
    'The Calvin cycle takes place in the stroma and does need light directly. [[1: "It takes ' +
      'place in the stroma and does not need light directly."]]',
    'Chlorophyll reflects mainly blue and red light and absorbs green light, says [[1: "Napoleon"]].',
    'Rubisco attaches carbon dioxide to a molecule with 7 carbon atoms. [[1: "attaches ' +
      'carbon dioxide to a molecule with five carbon atoms"]]',
    'Plants in deserts open their stomata at night. [[1: "Chlorophyll absorbs mainly blue and red light"]]',
  ];

  it("a summary has sentences that the source bears out, counts the others, and is kept", async () => {
    const { student, source, literal } = await withSample(own);
    const path = `/overviews/summary?source_kind=${source.kind}&source_id=${source.id}`;
    expect((await student.get(path)).body).toEqual({ can_write: true, summary: null });
    model.answer(
      `Here is a summary.\n\n${[LIES[0], TRUE[0], ...LIES.slice(1), TRUE[1]].join(" ")}`,
    );
    const { status, body } = await student.post("/overviews/summary", { source });
    expect(status).toBe(202);
    expect(body).toMatchObject({ status: "pending", source, sentences: [] });
    const ended = ({ summary }: any) => !["pending", "processing"].includes(summary.status);
    const { summary } = await student.until(path, ended);
    expect(summary).toMatchObject({ id: body.id, status: "completed", parts: 1, parts_read: 1 });
    expect(summary.engine).toMatch(/test$/);
    expect(summary.sentences.map(({ text }: any) => text)).toEqual(
      TRUE.map((sentence) => sentence.replace(/ \[\[.*/, "")),
    );
    for (const { witness } of summary.sentences) literal(witness);
    expect(summary.dropped).toBe(LIES.length + 1);
    // Nobody asks the model again for what is kept.
    const asked = model.asked.length;
    expect((await student.get(path)).body.summary).toEqual(summary);
    expect(model.asked).toHaveLength(asked);
    // The source changes: a witness moves, or says that its words are gone.
    const { content } = (await student.get(`/study-materials/${source.id}`)).body;
    await student.patch(`/study-materials/${source.id}`, {
      content: `New. ${content.replace("It takes place in the stroma", "It takes place somewhere")}`,
    });
    const moved = (await student.get(path)).body.summary.sentences;
    expect(moved.map(({ witness }: any) => witness.status)).toEqual(["moved", "changed"]);
    const other = await own.register();
    expect((await other.get(path)).body.summary).toBeNull();
    expect((await other.post("/overviews/summary", { source })).status).toBe(404);
    // Written again it takes the place of the one before; a model of lies leaves nothing, and says so.
    model.answer(LIES.join(" "));
    await student.post("/overviews/summary", { source });
    const lies = (await student.until(path, ended)).summary;
    expect(lies).toMatchObject({ status: "completed", sentences: [] });
    isDown();
    await student.post("/overviews/summary", { source });
    expect((await student.until(path, ended)).summary).toMatchObject({
      status: "failed",
      error_code: "model-failed",
    });
  });
});

it("without a language model a summary is refused with what to do instead", async () => {
  const { student, source } = await withSample();
  const path = `/overviews/summary?source_kind=${source.kind}&source_id=${source.id}`;
  expect((await student.get(path)).body).toEqual({ can_write: false, summary: null });
  const { status, body } = await student.post("/overviews/summary", { source });
  expect([status, body.code]).toEqual([503, "engine-unavailable"]);
  expect(body.detail).toMatch(/No language model/);
});

describe("an overview", () => {
  it("has terms, outline and sentences that are in the source", async () => {
    const { student, source, literal } = await withSample();
    const { status, body } = await student.get(
      `/overviews?source_kind=${source.kind}&source_id=${source.id}`,
    );
    expect(status).toBe(200);
    expect(body.terms.map(({ term }: any) => term)).toContain("carbon dioxide");
    for (const { term, witness } of body.terms) {
      literal(witness);
      expect(witness.quote.toLowerCase().replace(/\s+/g, " ")).toContain(
        term.toLowerCase().slice(0, -2),
      );
    }
    expect(body.outline.length).toBeGreaterThan(0);
    expect(body.sentences.length).toBeGreaterThan(2);
    for (const { witness } of [...body.outline, ...body.sentences]) literal(witness);
    const map = (await student.get("/study/map?subject=Biology")).body;
    expect(map.terms[0].sources[0].witness.source.id).toBe(source.id);
    expect(map.links.length).toBeGreaterThan(0);
    const other = await app.register();
    expect(
      (await other.get(`/overviews?source_kind=${source.kind}&source_id=${source.id}`)).status,
    ).toBe(404);
  });

  it("takes the headings of a document as they stand", async () => {
    const student = await app.register();
    const content =
      "# Light\n\nLight is a wave of the electromagnetic field.\n\n# Sound\n\nSound is a wave of pressure in the air.";
    const { id } = (await student.post("/study-materials", { title: "Waves", content })).body;
    const { body } = await student.get(`/overviews?source_kind=study_material&source_id=${id}`);
    expect(body.outline.map(({ title }: any) => title)).toEqual(["Light", "Sound"]);
  });
});
