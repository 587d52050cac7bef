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
