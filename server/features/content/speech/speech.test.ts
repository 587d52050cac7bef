import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createAudioDecoder } from "#server/providers/audio/decoder.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";

let app: TestApp;
let student: Student;

beforeAll(async () => {
  app = await startTestApp();
  student = await app.register();
});
afterAll(() => app?.stop());

const TEXT = "Plants make sugar from light. Oxygen is left over.";

async function spoken(wish: Record<string, unknown>, who = student) {
  const asked = await who.post("/tts", wish);
  expect(asked.status, JSON.stringify(asked.body)).toBe(201);
  const made = await who.until(`/tts/${asked.body.id}`, (each) =>
    ["ready", "failed"].includes(each.status),
  );
  expect(made.status, made.error_message).toBe("ready");
  return made;
}

it("reads a text aloud, with words for read-along, and makes the same only once", async () => {
  const made = await spoken({ text: TEXT });
  expect(made).toMatchObject({
    status: "ready",
    provider: "flite",
    voice: "slt",
    format: "mp3",
  });
  expect(
    made.words.map((word: any) => TEXT.slice(word.start_offset, word.end_offset)).join(" "),
  ).toBe(TEXT);
  expect(made.words.at(-1).end).toBeLessThanOrEqual(made.duration_seconds + 0.01);
  const again = await student.post("/tts", { text: TEXT });
  expect(again.status).toBe(200);
  expect(again.body.id).toBe(made.id);
});

it("reads typed text in its own language, and refuses what holds no word", async () => {
  const text = "Die Pflanze macht aus dem Licht der Sonne Zucker, und das ist nicht wenig.";
  expect((await student.post("/tts", { text })).body.voice).toBe("de");
  for (const empty of ["...", "--- !?"]) {
    const { status, body } = await student.post("/tts", { text: empty });
    expect(status).toBe(422);
    expect(body.errors).toEqual([expect.objectContaining({ field: "text" })]);
  }
});

const MARKDOWN = `# Plants *and* light

Read **this** and _that_ in [the book](https://x.org/a_b) with ![a leaf](leaf.png).

- one
- [ ] two
> quoted **a *b* c**

| Enzyme | Acts on |
|---|:-:|
| Amylase | \`starch\` |

\`\`\`cpp
if (a < b) { return x_1 * 2; }
\`\`\`
See https://www.example.org/plants?id=7#x.`;

it("reads Markdown without its signs, and everything else as it stands", async () => {
  const textOf = async (text: string) => (await student.post("/tts", { text })).body.text;
  expect(await textOf(MARKDOWN)).toBe(
    "Plants and light.\n\nRead this and that in the book with a leaf.\n\none\ntwo\nquoted a b c\n\n" +
      "Enzyme, Acts on.\nAmylase, starch.\n\nif (a < b) { return x_1 * 2; }\nSee example.org/plants.",
  );
  for (const text of [
    "List<String> and Map<String, Integer>",
    'hello <break time="10s"/> world',
    "<b>bold</b> & 2*3*4 = 24, snake_case_name, a * b, C#, C++",
    "if a<b and b>c then p<0.05",
    "Email <bob@example.org> for help.",
  ])
    expect(await textOf(text)).toBe(text);
  // What is no Markdown keeps its signs; only addresses are shortened.
  const note = await student.post("/study-materials", { title: "Note", content: "**One** thing" });
  const source = (kind: string, id: string) => ({ source: { kind, id } });
  expect((await student.post("/tts", source("study_material", note.body.id))).body.text).toBe(
    "One thing",
  );
  const form = new FormData();
  form.set("file", new Blob(["**One** thing of <T> at https://www.example.org/?q=1"]), "a.txt");
  const plain = await student.request("/study-materials", { method: "POST", body: form });
  const { id } = (await plain.json()) as { id: string };
  await student.until(`/study-materials/${id}`, ({ status }) => status === "ready");
  expect((await student.post("/tts", source("study_material", id))).body.text).toBe(
    "**One** thing of <T> at example.org",
  );
  expect((await student.post("/tts", { text: "![](a.png)\n\n---" })).status).toBe(422);
});

it("says comparisons, and neither obeys nor spells what looks like a tag", async () => {
  const seconds = async (text: string, voice = "en-us") =>
    (await spoken({ text, voice, format: "wav" })).duration_seconds as number;
  for (const voice of ["en-us", "de", "fr-fr", "es"])
    expect(await seconds("x < 9", voice)).toBeGreaterThan((await seconds("x 9", voice)) + 0.3);
  expect(await seconds('hello <break time="10s"/> world')).toBeLessThan(4);
  expect(await seconds("A List<String> here")).toBeLessThan(
    (await seconds("A List String here")) + 0.3,
  );
  const text = "So a < b and b >= 3, as List<String> says.";
  const { words } = await spoken({ text });
  expect(words.map((word: any) => text.slice(word.start_offset, word.end_offset)).join(" ")).toBe(
    text,
  );
});

it("refuses by its field what would be ignored or done otherwise", async () => {
  for (const [wish, field] of [
    [{ text: TEXT, pitch: 2 }, "pitch"],
    [{ text: TEXT, engine: "nobody" }, "engine"],
    [{ text: TEXT, engine: "" }, "engine"],
    [{ text: TEXT, voice: "nobody" }, "voice"],
    [{ text: TEXT, speed: 0.3 }, "speed"],
    [{ text: TEXT, speed: 3.9 }, "speed"],
    [{ text: TEXT, speed: 40 }, "speed"],
    [{ text: TEXT, speed: null }, "speed"],
  ] as const) {
    const { status, body } = await student.post("/tts", wish);
    expect([status, body.errors?.map((each: any) => each.field)]).toEqual([422, [field]]);
  }
  const { engines } = (await student.get("/tts/voices")).body;
  expect(engines).toEqual([
    expect.objectContaining({ name: "flite", slowest: 0.5, fastest: 2.5 }),
    expect.objectContaining({ name: "espeak", slowest: 0.5, fastest: 2.5 }),
  ]);
  for (const { name, slowest, fastest } of engines) {
    const seconds = async (speed: number) => {
      const text = `${TEXT} Again, and faster or slower.`;
      return (await spoken({ text, speed, engine: name })).duration_seconds;
    };
    const usual = await seconds(1);
    for (const speed of [slowest, fastest])
      expect(usual / (await seconds(speed)) / speed).toBeCloseTo(1, 0.5);
  }
});

it("gives the sound with ranges, as long as it says", async () => {
  const made = await spoken({ text: "One, two, three.", format: "ogg" });
  const whole = await student.request(`/tts/${made.id}/audio`);
  expect(whole.headers.get("content-type")).toBe("audio/ogg");
  const bytes = Buffer.from(await whole.arrayBuffer());
  expect(bytes.length).toBe(made.size_bytes);
  const part = await student.request(`/tts/${made.id}/audio`, {
    headers: { range: "bytes=10-19" },
  });
  expect(part.status).toBe(206);
  expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(10, 20));
  const path = join(app.folder, "spoken.ogg");
  await writeFile(path, bytes);
  let samples = 0;
  for await (const chunk of createAudioDecoder({ ffmpeg: "off" }).decode(path))
    samples += chunk.length;
  expect(Math.abs(samples / 16_000 - made.duration_seconds)).toBeLessThan(0.2);
});

it("takes voice and pace, and the voice of the language when none is chosen", async () => {
  const slow = await spoken({ text: TEXT, voice: "en-gb", format: "wav" });
  const fast = await spoken({ text: TEXT, voice: "en-gb", format: "wav", speed: 2 });
  expect(fast.duration_seconds).toBeLessThan(slow.duration_seconds * 0.7);
  expect(await spoken({ text: "Guten Tag.", language: "de" })).toMatchObject({ voice: "de" });
  const { body } = await student.get("/tts/voices");
  expect(body.items.length).toBeGreaterThan(100);
  expect(new Set(body.items.map((voice: { engine: string }) => voice.engine))).toEqual(
    new Set(["flite", "espeak"]),
  );
  expect(slow.provider).toBe("espeak");
});

it("reads a note aloud by its id", async () => {
  const note = await student.post("/study-materials", {
    title: "Roots",
    content: "Roots drink water.",
  });
  expect(note.status).toBe(201);
  const made = await spoken({ source: { kind: "study_material", id: note.body.id } });
  expect(made).toMatchObject({
    status: "ready",
    text: "Roots drink water.",
    source_id: note.body.id,
  });
});

it("refuses an unknown voice, no text, both, and what belongs to somebody else", async () => {
  expect((await student.post("/tts", { text: TEXT, voice: "nobody" })).body.code).toBe(
    "voice-unknown",
  );
  expect((await student.post("/tts", {})).status).toBe(422);
  expect((await student.post("/tts", { text: "  " })).status).toBe(422);
  const made = await spoken({ text: "Mine alone." });
  const other = await app.register();
  for (const path of [`/tts/${made.id}`, `/tts/${made.id}/audio`])
    expect((await other.get(path)).status).toBe(404);
  expect((await other.delete(`/tts/${made.id}`)).status).toBe(404);
  const note = await student.post("/study-materials", { title: "Mine", content: "Mine." });
  expect(
    (await other.post("/tts", { source: { kind: "study_material", id: note.body.id } })).status,
  ).toBe(404);
  expect((await student.delete(`/tts/${made.id}`)).status).toBe(204);
  expect((await student.get(`/tts/${made.id}`)).status).toBe(404);
});

it("gives a document for the way: an MP3 whose chapters are its headings", async () => {
  const note = await student.post("/study-materials", {
    title: "Plants – Grün",
    content: `# Roots\n\nRoots drink **water**.\n\n## Leaves\n\nLeaves make sugar.\n\n# Blüten 🌸\n\nThey shine.`,
  });
  const made = await spoken({ source: { kind: "study_material", id: note.body.id } });
  const answer = await student.request(`/tts/${made.id}/audio?download=true`);
  expect(answer.headers.get("content-disposition")).toMatch(/^attachment;.*\.mp3/);
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(bytes.length).toBe(made.size_bytes);
  const chapters = chaptersIn(bytes);
  expect(chapters.map(({ title }) => title)).toEqual(["Roots", "Leaves", "Blüten 🌸"]);
  expect(chapters[0]!.start).toBe(0);
  const said = (word: string) => {
    const at = made.text.indexOf(word);
    return made.words.find((each: { start_offset: number }) => each.start_offset === at).start;
  };
  expect(chapters[1]!.start).toBeCloseTo(said("Leaves"), 2);
  expect(chapters[2]!.start).toBeCloseTo(said("Blüten"), 2);
  expect(chapters[2]!.end).toBeCloseTo(made.duration_seconds, 2);
  // It is still sound, to our own decoder too.
  const path = join(app.folder, "plants.mp3");
  await writeFile(path, bytes);
  let samples = 0;
  for await (const chunk of createAudioDecoder({ ffmpeg: "off" }).decode(path))
    samples += chunk.length;
  expect(Math.abs(samples / 16_000 - made.duration_seconds)).toBeLessThan(0.3);
});

it("gives a whole subject for the way: a chapter for each document and for its headings", async () => {
  const add = async (title: string, content: string) =>
    (await student.post("/study-materials", { title, content, subject: "Geology" })).body.id;
  const ice = await add("Week 10: ice", "A glacier carves valleys.");
  const fire = await add("Week 2: fire", "# Magma\n\nMagma rises.\n\n# Ash\n\nAsh falls **down**.");
  const made = await spoken({ subject: "Geology" });
  expect(made).toMatchObject({ subject: "Geology", source_kind: null, source_id: null });
  expect(made.text).toBe(
    "Week 2: fire.\n\nMagma.\n\nMagma rises.\n\nAsh.\n\nAsh falls down.\n\n" +
      "Week 10: ice.\n\nA glacier carves valleys.",
  );
  const answer = await student.request(`/tts/${made.id}/audio?download=true`);
  expect(answer.headers.get("content-disposition")).toContain("Geology.mp3");
  const chapters = chaptersIn(Buffer.from(await answer.arrayBuffer()));
  expect(chapters.map(({ title }) => title)).toEqual([
    "Week 2: fire",
    "Week 2: fire: Magma",
    "Week 2: fire: Ash",
    "Week 10: ice",
  ]);
  const at = made.text.indexOf("Week 10");
  const word = made.words.find((each: { start_offset: number }) => each.start_offset === at);
  expect(chapters[3]!.start).toBeCloseTo(word.start, 2);
  expect((await student.post("/tts", { subject: "Geology" })).body.id).toBe(made.id);
  expect((await student.post("/tts", { subject: "Nothing" })).status).toBe(409);
  expect((await student.post("/tts", { subject: "Geology", text: "x" })).status).toBe(422);
  // What a document in the bin says is not heard, and whoever deletes one deletes what was read of it.
  const gone = (id: string) =>
    expect.poll(async () => (await student.get(`/tts/${id}`)).status).toBe(404);
  expect(
    (await student.post("/bin", { items: [{ kind: "study_material", id: fire }] })).status,
  ).toBe(200);
  await gone(made.id);
  const rest = await spoken({ subject: "Geology" });
  expect(rest.text).toBe("Week 10: ice.\n\nA glacier carves valleys.");
  await student.delete(`/study-materials/${ice}`);
  await gone(rest.id);
});

it("reads a language in the voice that the student chose for it, until it is gone", async () => {
  const reader = await app.register();
  const put = (language: string, json: object) =>
    reader.request(`/tts/voices/${language}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(json),
    });
  const voiceOf = async (wish: object) => (await reader.post("/tts", wish)).body.voice;
  expect((await put("en-GB", { engine: "flite", voice: "rms" })).status).toBe(204);
  expect(await voiceOf({ text: "Plants make sugar.", language: "en-US" })).toBe("rms");
  expect(await voiceOf({ text: "Guten Tag.", language: "de" })).toBe("de");
  expect(await voiceOf({ text: "Plants.", language: "en", voice: "en-gb" })).toBe("en-gb");
  expect(await voiceOf({ text: "Plants.", language: "en", engine: "espeak" })).toBe("en-us");
  await put("en", { engine: "espeak", voice: "en-gb" });
  expect((await reader.get("/tts/voices")).body.chosen).toEqual([
    { language: "en", engine: "espeak", voice: "en-gb" },
  ]);
  expect(await voiceOf({ text: "Plants make sugar.", language: "en" })).toBe("en-gb");
  for (const [language, choice, status] of [
    ["en", { engine: "espeak", voice: "nobody" }, 422],
    ["de", { engine: "flite", voice: "rms" }, 422],
    ["en", { engine: "parrot", voice: "rms" }, 422],
    ["!", { engine: "flite", voice: "rms" }, 422],
  ] as const)
    expect((await put(language, choice)).status, JSON.stringify(choice)).toBe(status);
  // Two words tell no language: that of what the student has does.
  expect(await voiceOf({ text: "Xylem. Phloem." })).toBe("en-us");
  await reader.post("/study-materials", {
    title: "Luft",
    content: "Der Wind ist nichts als Luft, die sich von einem Ort zu einem anderen bewegt.",
  });
  expect(await voiceOf({ text: "Xylem. Phloem." })).toBe("de");
  // A model that was removed is no mistake of the student's.
  await app.context.database
    .updateTable("chosen_voices")
    .set({ voice: "en-gone" })
    .where("user_id", "=", reader.id)
    .execute();
  expect(await voiceOf({ text: "Plants.", language: "en" })).toBe("slt");
  expect((await reader.delete("/tts/voices/en")).status).toBe(204);
  expect((await reader.get("/tts/voices")).body.chosen).toEqual([]);
  expect((await student.get("/tts/voices")).body.chosen).toEqual([]);
});

/** As a player reads them: https://id3.org/id3v2-chapters-1.0 */
function chaptersIn(mp3: Buffer) {
  expect(mp3.subarray(0, 4).toString("latin1")).toBe("ID3\u0003");
  const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + mp3[at]!, 0);
  const found = [];
  for (let at = 10; at < 10 + size;) {
    const id = mp3.subarray(at, at + 4).toString("latin1");
    const length = mp3.readUInt32BE(at + 4);
    const content = mp3.subarray(at + 10, at + 10 + length);
    if (id === "CHAP") {
      const times = content.indexOf(0) + 1;
      const title = content.subarray(times + 16 + 10 + 3).toString("utf16le");
      found.push({
        title: title.replace(/\0$/, ""),
        start: content.readUInt32BE(times) / 1000,
        end: content.readUInt32BE(times + 4) / 1000,
      });
    }
    at += 10 + length;
  }
  // What follows the head is a frame of sound.
  expect(mp3.readUInt16BE(10 + size) & 0xffe0).toBe(0xffe0);
  return found;
}
