/** Lists are read often and whole: what of an entry is long is fetched one by one. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type TestApp } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { readOperations } from "#tests/support/openapi-requests.ts";

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app?.stop());

/** Titles, names and excerpts; a transcript of three hours has 200 KB, a page of its words 20 MB. */
const MOST_BYTES = 4000;

it("an entry of any list carries no whole text and no times of words", async () => {
  const student = await app.register();
  const long = "The stroma is a fluid that fills the chloroplast. ".repeat(4000);
  const cues = Array.from(
    { length: 2000 },
    (_, at) =>
      `${at + 1}\n00:${String(Math.floor(at / 60) % 60).padStart(2, "0")}:${String(at % 60).padStart(2, "0")},` +
      `000 --> 00:59:59,000\nWhat is said in cue ${at}, more or less.\n`,
  ).join("\n");
  const uploaded = await student.upload(
    "/recordings",
    { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(16_000)))]), name: "a.wav" },
    { captions: new Blob([cues]), transcribe: "false" },
  );
  expect(uploaded.status).toBe(201);
  const note = await student.post("/study-materials", { title: "Long", content: long });
  expect(note.status).toBe(201);
  const speech = await student.post("/tts", { text: `Read this. ${long}`.slice(0, 3000) });
  await student.until(`/tts/${speech.body.id}`, ({ status }) => status === "ready");
  expect((await student.get(`/tts/${speech.body.id}`)).body.words.length).toBeGreaterThan(100);
  await student.post("/conversations", { title: "Questions" });

  const lists = (await readOperations(app.url)).filter(
    ({ method, path }) => method === "GET" && !path.includes("{") && path !== "/events",
  );
  let seen = 0;
  for (const { path } of lists) {
    const { body } = await student.get(path);
    for (const item of Array.isArray(body?.items) ? body.items : []) {
      seen += 1;
      expect(
        JSON.stringify(item).length,
        `${path}: ${JSON.stringify(item).slice(0, 300)}`,
      ).toBeLessThan(MOST_BYTES);
    }
  }
  expect(seen).toBeGreaterThan(5);
  const [transcription] = (await student.get("/transcriptions")).body.items;
  expect(transcription.excerpt).toMatch(/^What is said in cue 0/);
  expect(transcription).not.toHaveProperty("text");
  const [read] = (await student.get("/tts")).body.items;
  expect(read.excerpt).toMatch(/^Read this\./);
  expect(read).not.toHaveProperty("words");
});

/** A recording without a text, and five notes. */
async function makeLibrary() {
  const student = await app.register();
  const wav = { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(16_000)))]), name: "a.wav" };
  const { body } = await student.upload("/recordings", wav, {
    title: "Zellen",
    subject: "Biology",
    transcribe: "false",
  });
  const ids: Record<string, string> = { Zellen: body.recording.id };
  const kinds: Record<string, string> = { Zellen: "recording" };
  for (const [title, subject] of [
    ["Ärzte", "biology "],
    ["Atome", "Éthique"],
    ["Blätter", "ethique."],
    ["Lecture 10", undefined],
    ["Lecture 2", undefined],
  ] as const) {
    const made = await student.post("/study-materials", {
      title,
      content: `About ${title}.`,
      ...(subject && { subject }),
    });
    ids[title] = made.body.id;
    kinds[title] = "study_material";
  }
  const thing = (title: string) => ({ kind: kinds[title]!, id: ids[title]! });
  const titles = async (query: string) => {
    const { status, body: page } = await student.get(`/library?${query}`);
    expect(status).toBe(200);
    return page.items.map(({ item }: any) => item.title);
  };
  return { student, thing, titles };
}

it("the library is filtered and sorted by the server, page by page", async () => {
  const { student, thing, titles } = await makeLibrary();
  const newest = ["Lecture 2", "Lecture 10", "Blätter", "Atome", "Ärzte", "Zellen"];
  expect(await titles("")).toEqual(newest);
  expect(await titles("sort=oldest")).toEqual(newest.toReversed());
  expect(await titles("sort=title")).toEqual([
    "Ärzte",
    "Atome",
    "Blätter",
    "Lecture 2",
    "Lecture 10",
    "Zellen",
  ]);
  await student.request("/study/places", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ source: thing("Zellen"), at_seconds: 1 }),
  });
  expect(await titles("sort=opened")).toEqual(["Zellen", ...newest.slice(0, 5)]);
  expect(await titles("kind=recording")).toEqual(["Zellen"]);
  expect(await titles("state=no_text")).toEqual(["Zellen"]);
  expect(await titles("state=ready&kind=study_material")).toHaveLength(5);
  expect(await titles("state=failed")).toEqual([]);
  for (const sort of ["newest", "oldest", "title", "opened"]) {
    const whole = await titles(`sort=${sort}`);
    const found: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const { body }: { body: any } = await student.get(
        `/library?sort=${sort}&limit=2${cursor && `&cursor=${cursor}`}`,
      );
      found.push(...body.items.map(({ item }: any) => item.title));
      cursor = body.next_cursor;
    }
    expect(found).toEqual(whole);
  }
  const forged = Buffer.from(JSON.stringify(["a\0", "b"])).toString("base64url");
  for (const cursor of ["x", forged]) {
    const { status, body } = await student.get(`/library?cursor=${cursor}`);
    expect([status, body.errors[0].field]).toEqual([422, "cursor"]);
  }
});

it("a subject is spelt as it is there, and many things are moved at once", async () => {
  const { student, thing, titles } = await makeLibrary();
  expect(await titles("subject=Biology")).toEqual(["Ärzte", "Zellen"]);
  expect(await titles("subject=%C3%89thique")).toEqual(["Blätter", "Atome"]);
  const card = await student.post("/cards", {
    kind: "basic",
    front: "What?",
    back: "That.",
    subject: " BIOLOGY",
  });
  expect(card.body.subject).toBe("Biology");
  const items = [thing("Zellen"), thing("Lecture 2")];
  const change = (values: object) => student.patch("/library", values);
  expect((await change({ items, subject: "ethique", add_tags: ["exam", "b"] })).body).toEqual({
    changed: 2,
  });
  expect(await titles("subject=%C3%89thique")).toEqual(["Lecture 2", "Blätter", "Atome", "Zellen"]);
  expect((await student.get("/library/tags")).body.items).toEqual([
    { tag: "b", things: 2 },
    { tag: "exam", things: 2 },
  ]);
  await change({ items, remove_tags: ["b"] });
  expect(await titles("tag=exam")).toEqual(["Lecture 2", "Zellen"]);
  expect(await titles("tag=b")).toEqual([]);
  // All or none, and nobody else's.
  const missing = { kind: "recording", id: crypto.randomUUID() };
  expect((await change({ items: [...items, missing], subject: "X" })).status).toBe(404);
  const other = await app.register();
  expect((await other.patch("/library", { items, subject: "X" })).status).toBe(404);
  expect(await titles("subject=X")).toEqual([]);
  // Whoever moves all that have a spelling may spell it anew.
  const all = ["Zellen", "Lecture 2", "Blätter", "Atome"].map(thing);
  await change({ items: all, subject: "Ethique" });
  expect(await titles("subject=Ethique")).toHaveLength(4);
});
