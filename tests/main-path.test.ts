/** The main job through HTTP: from a lecture to a cited answer, and what goes wrong on the way. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "./support/app.ts";
import { makeSpeech } from "./support/make-speech.ts";

const sample = (name: string) => fileURLToPath(new URL(`../samples/${name}`, import.meta.url));

const CAPTIONS = `WEBVTT

00:00:00.000 --> 00:00:02.000
Photosynthesis has two stages.

00:00:02.000 --> 00:00:04.500
The second stage is the Calvin cycle. It takes place in the stroma.
`;

let app: TestApp;
let speech: { blob: Blob; name: string };

beforeAll(async () => {
  // No recogniser: what happens then is part of the main path, and the same on every machine.
  app = await startTestApp({ LM_STT_ENGINE: "sherpa", LM_FFMPEG: "off" });
  speech = {
    blob: await makeSpeech(
      app.context,
      "Photosynthesis has two stages. The second stage is the Calvin cycle.",
    ),
    name: "lecture.mp3",
  };
});

afterAll(() => app?.stop());

describe("a lecture without a recogniser", () => {
  it("is kept, says what to do, and can be tried again", async () => {
    const student = await app.register();
    const { status, body } = await student.upload("/recordings", speech, { title: "Plants" });
    expect(status).toBe(201);
    expect(body.recording).toMatchObject({
      title: "Plants",
      mime_type: "audio/mpeg",
      recording_type: "lecture",
    });

    const job = await student.until(
      `/transcription-jobs/${body.transcription_job.id}`,
      ({ status: now }) => now === "failed",
    );
    expect(job.error_code).toBe("engine-unavailable");
    expect(job.error_message).toMatch(/lm models pull/);

    const audio = await student.request(`/recordings/${body.recording.id}/audio`);
    expect(
      Buffer.from(await audio.arrayBuffer()).equals(Buffer.from(await speech.blob.arrayBuffer())),
    ).toBe(true);

    const retried = await student.post(`/transcription-jobs/${job.id}/retry`);
    expect(retried.body.status).toBe("pending");
    await student.until(`/transcription-jobs/${job.id}`, ({ status: now }) => now === "failed");
  });
});

describe("a lecture with captions", () => {
  it("has its transcript at once, and answers that cite its second", async () => {
    const student = await app.register();
    const { body } = await student.upload("/recordings", speech, {
      title: "Plants",
      language: "en",
      captions: new Blob([CAPTIONS]),
    });
    expect(body.transcription_job).toBeNull();
    const transcription = await student.get(`/transcriptions/${body.recording.transcription_id}`);
    expect(transcription.body).toMatchObject({ source: "supplied", engine: "captions" });
    expect(
      transcription.body.segments.map(({ start, text }: { start: number; text: string }) => [
        start,
        text,
      ]),
    ).toEqual([
      [0, "Photosynthesis has two stages."],
      [2, "The second stage is the Calvin cycle. It takes place in the stroma."],
    ]);

    const answer = await ask(student, "Where does the Calvin cycle take place?");
    expect(answer.content).toMatch(/stroma/);
    const citation = answer.citations[0];
    expect(citation).toMatchObject({
      number: 1,
      source: { kind: "recording", id: body.recording.id, title: "Plants" },
    });
    expect(citation.start_seconds).toBeGreaterThanOrEqual(2);
    expect(transcription.body.text.slice(citation.start_offset, citation.end_offset)).toBe(
      citation.quote,
    );

    const ranged = await student.request(`/recordings/${body.recording.id}/audio`, {
      headers: { range: "bytes=10-19" },
    });
    expect(ranged.status).toBe(206);
    expect((await ranged.arrayBuffer()).byteLength).toBe(10);
  });

  it("says so when nothing fits", async () => {
    const student = await app.register();
    await student.upload("/recordings", speech, { captions: new Blob([CAPTIONS]) });
    expect((await ask(student, "Who won the chess tournament of Reykjavik?")).citations).toEqual(
      [],
    );
  });
});

describe("notes and documents", () => {
  it("are cited by page", async () => {
    const student = await app.register();
    await student.post("/study-materials", {
      title: "Exams",
      content: "The exam is on the first Monday of June.",
    });
    const { status, body } = await student.upload(
      "/study-materials",
      sample("cellular-respiration.pdf"),
      { title: "Respiration" },
    );
    expect(status).toBe(201);
    const material = await student.until(
      `/study-materials/${body.id}`,
      (now) => now.status !== "pending" && now.status !== "processing",
    );
    expect(material).toMatchObject({ status: "ready", kind: "pdf", page_count: 2 });

    const krebs = await ask(student, "Who described the Krebs cycle in 1937?");
    expect(krebs.citations[0]).toMatchObject({
      page: 2,
      source: { kind: "study_material", id: body.id },
    });
    expect(
      material.content.slice(krebs.citations[0].start_offset, krebs.citations[0].end_offset),
    ).toBe(krebs.citations[0].quote);
    expect((await ask(student, "When is the exam?")).content).toMatch(/June/);

    const file = await student.request(`/study-materials/${body.id}/file`);
    expect(
      Buffer.from(await file.arrayBuffer()).equals(
        readFileSync(sample("cellular-respiration.pdf")),
      ),
    ).toBe(true);
  });
});

describe("listening", () => {
  it("makes a text audible once, with words for read-along", async () => {
    const student = await app.register();
    const wish = { text: "The Calvin cycle takes place in the stroma." };
    const first = await student.post("/tts", wish);
    expect(first.status).toBe(201);
    const ready = await student.until(
      `/tts/${first.body.id}`,
      ({ status }) => status === "ready" || status === "failed",
    );
    expect(ready).toMatchObject({ status: "ready", format: "mp3" });
    expect(ready.duration_seconds).toBeGreaterThan(1);
    expect(
      ready.words.map((word: { start_offset: number; end_offset: number }) =>
        wish.text.slice(word.start_offset, word.end_offset),
      ),
    ).toContain("Calvin");
    const second = await student.post("/tts", wish);
    expect([second.status, second.body.id]).toEqual([200, first.body.id]);
    const audio = await student.request(`/tts/${first.body.id}/audio`);
    expect((await audio.arrayBuffer()).byteLength).toBe(ready.size_bytes);
  });
});

describe("bad input", () => {
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );

  it.each([
    ["an empty file", "/recordings", new Blob([]), "lecture.mp3", 422, "file-empty"],
    [
      "a picture renamed .mp3",
      "/recordings",
      new Blob([png]),
      "lecture.mp3",
      422,
      "audio-unreadable",
    ],
    ["an empty document", "/study-materials", new Blob([]), "notes.pdf", 422, "file-empty"],
  ])("%s is refused and nothing is left", async (_name, path, blob, name, status, code) => {
    const student = await app.register();
    const answer = await student.upload(path, { blob, name });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.detail).toMatch(/^[A-Z].+\.$/);
    expect((await student.get(path)).body.items).toEqual([]);
    expect((await student.get("/jobs")).body.items).toEqual([]);
    expect(await keysOf(student)).toEqual([]);
  });

  it("a broken PDF ends as failed with a sentence", async () => {
    const student = await app.register();
    const { body } = await student.upload("/study-materials", {
      blob: new Blob(["%PDF-1.7\nbroken"]),
      name: "broken.pdf",
    });
    const material = await student.until(
      `/study-materials/${body.id}`,
      ({ status }) => status === "failed" || status === "ready",
    );
    expect(material).toMatchObject({ status: "failed", error_code: "document-unreadable" });
  });

  it("a file above the limit is refused before its body is read", async () => {
    const small = await startTestApp({ LM_MAX_AUDIO_BYTES: "100000" });
    try {
      const student = await small.register();
      const answer = await student.upload("/recordings", {
        blob: new Blob([Buffer.alloc(1_000_000)]),
        name: "long.mp3",
      });
      expect([answer.status, answer.body.code]).toEqual([413, "file-too-large"]);
      expect((await student.get("/recordings")).body.items).toEqual([]);
    } finally {
      await small.stop();
    }
  });

  it("no file, broken captions, an unknown id, someone else's id, no token", async () => {
    const [student, other] = await Promise.all([app.register(), app.register()]);
    const form = new FormData();
    form.set("title", "nothing");
    expect(
      (await (await student.request("/recordings", { method: "POST", body: form })).json()).code,
    ).toBe("file-missing");
    const captions = await student.upload("/recordings", speech, {
      captions: new Blob(["no captions at all"]),
    });
    expect(captions.body.code).toBe("captions-unreadable");
    expect(await keysOf(student)).toEqual([]);

    const { body } = await student.upload("/recordings", speech, { transcribe: "false" });
    const unknown = await other.get(`/recordings/${crypto.randomUUID()}`);
    const foreign = await other.get(`/recordings/${body.recording.id}`);
    expect([foreign.status, { ...foreign.body, request_id: "" }]).toEqual([
      404,
      { ...unknown.body, request_id: "" },
    ]);
    expect((await other.delete(`/recordings/${body.recording.id}`)).status).toBe(404);
    expect((await other.get("/recordings/not-an-id")).status).toBe(422);
    expect((await fetch(`${app.url}/api/recordings`)).status).toBe(401);
  });
});

it("deleting a recording deletes its file and everything made from it", async () => {
  const student = await app.register();
  const { body } = await student.upload("/recordings", speech, { captions: new Blob([CAPTIONS]) });
  expect((await keysOf(student)).length).toBe(1);
  expect((await student.delete(`/recordings/${body.recording.id}`)).status).toBe(204);
  expect(await keysOf(student)).toEqual([]);
  expect((await student.get("/search?q=Calvin")).body.items).toEqual([]);
  expect((await student.get(`/transcriptions/${body.recording.transcription_id}`)).status).toBe(
    404,
  );
});

it("an Idempotency-Key makes one thing of two requests", async () => {
  const student = await app.register();
  const send = (content: string) =>
    student.post("/study-materials", { title: "Once", content }, { "idempotency-key": "note-1" });
  const [first, second] = [await send("text"), await send("text")];
  expect(second.body.id).toBe(first.body.id);
  expect((await student.get("/study-materials")).body.items).toHaveLength(1);
  expect((await send("another text")).body.code).toBe("idempotency-key-reused");
});

async function ask(student: Student, content: string) {
  const conversation = await student.post("/conversations", { title: "Questions" });
  const answer = await student.post(
    `/conversations/${conversation.body.id}/messages`,
    { content },
    { accept: "application/json" },
  );
  expect(answer.status).toBe(200);
  return answer.body;
}

async function keysOf(student: Student) {
  const keys: string[] = [];
  for await (const { key } of app.context.storage.list(`${student.id}/`)) keys.push(key);
  return keys;
}
