/**
 * Text as keyboards, programs and other servers send it: a NUL is named by its field, and what looks the same is stored
 * the same.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";

let app: TestApp;
let student: Student;
beforeAll(async () => {
  app = await startTestApp({ LM_WORKER: "off" });
  student = await app.register();
});
afterAll(() => app?.stop());

const NUL = "a\u0000b";
const NONE = crypto.randomUUID();
const wav = () => ({ blob: new Blob([makeWav(Buffer.alloc(3200))]), name: "a.wav" });
const text = () => ({ blob: new Blob(["Some words."]), name: "a.txt" });
const basic = { front: "f", back: "b" };
const tus = (fields: Record<string, string>) =>
  student.request("/uploads", {
    method: "POST",
    headers: {
      "tus-resumable": "1.0.0",
      "upload-length": "10",
      "upload-metadata": Object.entries(fields)
        .map(([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`)
        .join(","),
    },
  });

const REQUESTS: [string, string, () => Promise<{ status: number; body: any }>][] = [
  ["a title", "title", () => student.post("/study-materials", { title: NUL, content: "x" })],
  ["a note", "content", () => student.post("/study-materials", { title: "t", content: NUL })],
  ["a name", "full_name", () => student.patch("/auth/me", { full_name: NUL })],
  ["a conversation", "title", () => student.post("/conversations", { title: NUL })],
  [
    "a question",
    "content",
    () => student.post(`/conversations/${NONE}/messages`, { content: NUL }),
  ],
  ["a card", "front", () => student.post("/cards", { ...basic, front: NUL })],
  ["a choice", "options.1", () => student.post("/cards", { ...basic, options: ["a", NUL] })],
  ["a tag", "tags.0", () => student.post("/cards", { ...basic, tags: [NUL] })],
  ["the name of a field", "ab", () => student.post("/cards", { ...basic, [NUL]: 1 })],
  ["an own field of nobody", "x.y.0", () => student.post("/cards", { ...basic, x: { y: [NUL] } })],
  ["JSON that is only text", "json", () => student.post("/cards", NUL)],
  ["a mark", "note", () => student.post("/marks", { note: NUL })],
  ["listening", "text", () => student.post("/tts", { text: NUL })],
  ["a search", "q", () => student.get("/search?q=a%00b")],
  ["a filter", "subject", () => student.get("/search?q=a&subject=a%00b")],
  ["a filter of cards", "tag", () => student.get("/cards?tag=a%00b")],
  ["a query that nobody reads", "x", () => student.get("/jobs?x=a&x=%00")],
  ["a form", "title", () => student.upload("/recordings", wav(), { title: NUL })],
  ["another form", "subject", () => student.upload("/study-materials", text(), { subject: NUL })],
  [
    "an upload in pieces",
    "Upload-Metadata title",
    async () => {
      const answer = await tus({ title: NUL });
      return { status: answer.status, body: await answer.json() };
    },
  ],
];

it.each(REQUESTS)("a NUL in %s is an error of the field %s", async (_, field, send) => {
  const { status, body } = await send();
  expect([status, body.code, body.errors]).toEqual([
    422,
    "invalid-input",
    [{ field, message: "contains a character that cannot be shown" }],
  ]);
});

it("a backslash, a u and four noughts are no NUL", async () => {
  const content = String.raw`In C, '\u0000' ends a string; "\\u0000" does not.`;
  const { status, body } = await student.post("/study-materials", { title: "C", content });
  expect([status, body.content]).toEqual([201, content]);
});

it("a refused form leaves nothing behind", async () => {
  await student.upload("/study-materials", text(), { title: NUL });
  const { items } = (await student.get("/study-materials")).body;
  expect(items.map((item: any) => item.title)).toEqual(["C"]);
});

it("titles, subjects, questions, cards and marks are stored composed", async () => {
  const apart = "Ü".normalize("NFD") + "bung";
  expect(apart).not.toBe("Übung");
  const own = await app.register();
  const note = (
    await own.post("/study-materials", { title: apart, subject: apart, content: `${apart}.` })
  ).body;
  expect([note.title, note.subject, note.content]).toEqual(["Übung", "Übung", "Übung."]);
  const recording = (
    await own.upload("/recordings", wav(), { title: apart, subject: apart, transcribe: "false" })
  ).body.recording;
  expect([recording.title, recording.subject]).toEqual(["Übung", "Übung"]);
  const query = new URLSearchParams({ q: apart, subject: apart });
  expect((await own.get(`/search?${query}`)).body.items).toHaveLength(1);

  const { id } = (await own.post("/conversations", { subject: apart })).body;
  const asked = await own.post(
    `/conversations/${id}/messages`,
    { content: `${apart}?` },
    { accept: "application/json" },
  );
  expect(asked.status).toBe(200);
  const { items } = (await own.get(`/conversations/${id}/messages`)).body;
  expect(items[0].content).toBe("Übung?");
  expect((await own.get(`/conversations/${id}`)).body).toMatchObject({
    subject: "Übung",
    // What the answer quotes.
    title: "Übung",
  });

  const card = (await own.post("/cards", { front: apart, back: apart, tags: [apart] })).body;
  expect([card.front, card.back, card.tags]).toEqual(["Übung", "Übung", ["Übung"]]);
  expect(
    (await own.get(`/cards?${new URLSearchParams({ tag: apart, q: apart })}`)).body.items,
  ).toHaveLength(1);
  const source = { kind: "study_material", id: note.id };
  const mark = (await own.post("/marks", { source, start_offset: 0, end_offset: 5, note: apart }))
    .body;
  expect(mark.note).toBe("Übung");
});
