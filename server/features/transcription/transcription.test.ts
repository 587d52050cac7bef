import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeWav } from "#server/providers/stt/wav.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { startScriptedServer, type ScriptedServer } from "#tests/support/openai-server.ts";
import {
  hasSharedAudio,
  madeModel,
  SHARED_AUDIO,
  shortSpeech,
} from "#tests/support/real-speech.ts";

const { modelsDir, model } = await madeModel();
let app: TestApp;
let speechServer: ScriptedServer;
let student: Student;
let folder: string;
let speech: string;

const CAPTIONS = `WEBVTT

00:00.000 --> 00:04.000
Plants make sugar from light.

00:04.000 --> 00:08.000
Water comes up threw the roots.

00:08.000 --> 00:11.000
Oxygen is <i>left</i> over &amp; leaves.
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lm-transcription-"));
  speech = await shortSpeech();
  speechServer = await startScriptedServer(() => ({
    language: "english",
    segments: [
      { start: 0, end: 1, text: "Ask not what your country", avg_logprob: -0.2 },
      { start: 1, end: 2, text: "can do for you.", avg_logprob: -1.2 },
    ],
  }));
  app = await startTestApp({
    LM_MODELS_DIR: modelsDir,
    LM_STT_OPENAI_URL: `${speechServer.url}/v1`,
  });
  student = await app.register();
});
afterAll(async () => {
  await app?.stop();
  await speechServer?.close();
});

/** A recording with supplied captions, and its transcription. */
async function captioned(who = student) {
  const uploaded = await who.upload("/recordings", speech, {
    title: "Plants / light",
    transcribe: "false",
    captions: new Blob([CAPTIONS], { type: "text/vtt" }),
  });
  expect(uploaded.status).toBe(201);
  const { recording } = uploaded.body;
  const versions = await who.get(`/transcriptions?recording_id=${recording.id}`);
  return { recording, id: versions.body.items[0].id as string };
}

async function transcribed(file: string, wish: Record<string, string> = {}) {
  const uploaded = await student.upload("/recordings", file, wish);
  expect(uploaded.status, JSON.stringify(uploaded.body)).toBe(201);
  const job = await student.until(
    `/transcription-jobs/${uploaded.body.transcription_job.id}`,
    (each) => ["completed", "failed"].includes(each.status),
  );
  const versions = await student.get(`/transcriptions?recording_id=${uploaded.body.recording.id}`);
  return { recording: uploaded.body.recording, job, versions: versions.body.items };
}

describe("a transcription", () => {
  it("has timed words, marks the doubtful ones, and says which engine and model made it", async () => {
    const { job, versions } = await transcribed(speech);
    expect(job).toMatchObject({
      status: "completed",
      engine: "openai",
      model: "whisper-1",
      error_message: null,
      time_left: null,
    });
    const { body } = await student.get(`/transcriptions/${versions[0].id}`);
    expect(body).toMatchObject({
      no_speech: false,
      engine: "openai",
      language: "en",
      is_current: true,
    });
    expect(body.segments[0].words.map((word: { text: string }) => word.text).join(" ")).toBe(
      body.segments[0].text,
    );
    expect(body.text).toBe(
      body.segments.map((segment: { text: string }) => segment.text).join("\n"),
    );
  });

  it("can be made again with another engine; both versions are kept, and one is chosen", async () => {
    const { recording, versions } = await transcribed(speech);
    const again = await student.post(`/recordings/${recording.id}/transcribe`, {
      engine: "sherpa",
      model,
    });
    expect(again.status).toBe(201);
    await student.until(
      `/transcription-jobs/${again.body.id}`,
      (each) => each.status === "completed",
    );
    const both = await student.get(`/transcriptions?recording_id=${recording.id}`);
    expect(both.body.items.map((each: any) => [each.engine, each.is_current])).toEqual([
      ["sherpa", true],
      ["openai", false],
    ]);
    const chosen = await student.patch(`/transcriptions/${versions[0].id}`, { is_current: true });
    expect(chosen.body).toMatchObject({ engine: "openai", is_current: true });
    expect((await student.get(`/search?q=country`)).body.items.length).toBeGreaterThan(0);
    // The newest that is left takes the place of a deleted one.
    expect((await student.delete(`/transcriptions/${versions[0].id}`)).status).toBe(204);
    const left = await student.get(`/transcriptions?recording_id=${recording.id}`);
    expect(left.body.items.map((each: any) => [each.engine, each.is_current])).toEqual([
      ["sherpa", true],
    ]);
  });

  it("says that there was no speech", async () => {
    const path = join(folder, "silence.wav");
    await writeFile(path, encodeWav(new Float32Array(16_000 * 20), 16_000));
    const { job, versions } = await transcribed(path);
    expect(job).toMatchObject({
      status: "completed",
      error_message: "No speech was found in this recording.",
      progress_seconds: 20,
    });
    expect(versions[0]).toMatchObject({ no_speech: true, excerpt: "" });
    const file = await student.get(`/transcriptions/${versions[0].id}/export?format=txt`);
    expect(file.body).toBe("No speech was found in this recording.\n");
  });

  it.runIf(hasSharedAudio)(
    "keeps what there is of a file that stops in the middle, and says so",
    async () => {
      const half = join(folder, "half.flac");
      await writeFile(
        half,
        (await readFile(join(SHARED_AUDIO, "lj001_5min.flac"))).subarray(0, 1_000_000),
      );
      const { job, versions } = await transcribed(half);
      expect(job.status).toBe("completed");
      expect(job.error_message).toMatch(/stops at \d:\d\d, although the file says 4:55/);
      expect(versions[0].excerpt).not.toBe("");
    },
  );

  it("ends with a sentence when the file is no recording", async () => {
    const path = join(folder, "picture.mp3");
    const png =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    await writeFile(path, Buffer.from(png, "base64"));
    const uploaded = await student.upload("/recordings", path);
    // Told at once where the upload looks at it, and by the job otherwise.
    if (uploaded.status !== 201)
      return expect(uploaded.body.code).toMatch(/audio-unreadable|file-type-unknown/);
    const job = await student.until(
      `/transcription-jobs/${uploaded.body.transcription_job.id}`,
      (each) => each.status === "failed",
    );
    expect(job).toMatchObject({ error_code: "audio-unreadable" });
    expect(job.error_message).toContain("a picture");
  });

  it("lists the engines with what each still needs", async () => {
    const { body } = await student.get("/transcription-engines");
    expect(body.items.map((each: { name: string }) => each.name)).toEqual([
      "openai",
      "sherpa",
      "pocketsphinx",
    ]);
    for (const each of body.items)
      expect(each.available ? each.models.length : each.remedy.length).toBeGreaterThan(0);
  });
});

describe("an edit", () => {
  it("changes the segment and the text, keeps the original, re-times the words, and can be undone", async () => {
    const { id } = await captioned();
    const before = (await student.get(`/transcriptions/${id}`)).body;
    const edited = await student.patch(`/transcriptions/${id}/segments/1`, {
      text: " Water comes up through  narrow roots. ",
    });
    expect(edited.status).toBe(200);
    expect(edited.body).toMatchObject({
      number: 1,
      text: "Water comes up through narrow roots.",
      original: { text: "Water comes up threw the roots." },
    });
    const words = edited.body.words as { text: string; start: number; end: number }[];
    expect(words.map((word) => word.text).join(" ")).toBe(edited.body.text);
    let last = 4;
    for (const word of words) {
      expect(word.start).toBeGreaterThanOrEqual(last - 0.001);
      expect(word.end).toBeGreaterThanOrEqual(word.start);
      last = word.end;
    }
    expect(last).toBeLessThanOrEqual(8.001);
    const after = (await student.get(`/transcriptions/${id}`)).body;
    expect(after.text).toBe(before.text.replace("threw the", "through narrow"));
    expect(after.edited_at).not.toBeNull();
    expect((await student.get("/search?q=narrow")).body.items.length).toBeGreaterThan(0);
    // Another tab that still shows the engine's words is told, and overwrites nothing.
    const late = await student.patch(`/transcriptions/${id}/segments/1`, {
      text: "Something else.",
      was: "What stood there before.",
    });
    expect(late).toMatchObject({ status: 412, body: { code: "changed-meanwhile" } });
    const undone = await student.patch(`/transcriptions/${id}/segments/1`, { undo: true });
    expect(undone.body).toMatchObject({
      text: "Water comes up threw the roots.",
      original: null,
      words: before.segments[1].words,
    });
    expect((await student.get(`/transcriptions/${id}`)).body.text).toBe(before.text);
  });

  it("has words of its own in scripts without spaces", async () => {
    const text = "光合作用把光能变成化学能。植物需要水。";
    const uploaded = await student.upload("/recordings", speech, {
      transcribe: "false",
      captions: new Blob([`WEBVTT\n\n00:00.000 --> 00:04.000\n${text}\n`], { type: "text/vtt" }),
    });
    const versions = await student.get(
      `/transcriptions?recording_id=${uploaded.body.recording.id}`,
    );
    const { id } = versions.body.items[0];
    const edited = await student.patch(`/transcriptions/${id}/segments/0`, {
      text: text.replace("水", "阳光"),
    });
    const { words } = edited.body;
    expect(words.length).toBeGreaterThan(5);
    expect(words.map((word: { text: string }) => word.text).join("")).toBe(edited.body.text);
    expect(words.at(-1).text).toMatch(/阳光。$/);
    expect(words.at(-1).start).toBeGreaterThan(2);
  });

  it(
    "moves citations to where their quote stands, flags those whose quote is gone, and never " +
      "points beside it",
    async () => {
      const { id } = await captioned();
      const { text } = (await student.get(`/transcriptions/${id}`)).body;
      const message = await messageCiting(id, text, [
        "Plants make sugar",
        "up threw the roots",
        "Water comes",
        "Oxygen is left over",
      ]);
      await student.patch(`/transcriptions/${id}/segments/1`, {
        text: "So: Water comes up through the roots.",
      });
      expect(await citationsOf(message, id)).toEqual([
        ["Plants make sugar", "valid", true],
        ["up threw the roots", "changed", false],
        ["Water comes", "moved", true],
        ["Oxygen is left over", "moved", true],
      ]);
      await student.patch(`/transcriptions/${id}/segments/1`, { undo: true });
      expect((await citationsOf(message, id)).map(([, , stands]) => stands)).toEqual([
        true,
        true,
        true,
        true,
      ]);
    },
  );

  it("is refused for another student, a missing segment and a wrong body", async () => {
    const { id } = await captioned();
    const other = await app.register();
    expect((await other.patch(`/transcriptions/${id}/segments/0`, { text: "x" })).status).toBe(404);
    expect((await other.get(`/transcriptions/${id}/export`)).status).toBe(404);
    expect((await other.patch(`/transcriptions/${id}`, { is_current: true })).status).toBe(404);
    expect((await student.patch(`/transcriptions/${id}/segments/99`, { text: "x" })).status).toBe(
      404,
    );
    expect(
      (await student.patch(`/transcriptions/${randomUUID()}/segments/0`, { text: "x" })).status,
    ).toBe(404);
    expect((await student.patch(`/transcriptions/${id}/segments/0`, { words: [] })).status).toBe(
      422,
    );
  });

  it("of many at once loses none", async () => {
    const { id } = await captioned();
    const edits = await Promise.all(
      [0, 1, 2].map((number) =>
        student.patch(`/transcriptions/${id}/segments/${number}`, { text: `Sentence ${number}` }),
      ),
    );
    expect(edits.map((each) => each.status)).toEqual([200, 200, 200]);
    expect((await student.get(`/transcriptions/${id}`)).body.text).toBe(
      "Sentence 0\nSentence 1\nSentence 2",
    );
  });
});

describe("an export", () => {
  it("is what each format says it is", async () => {
    const { id } = await captioned();
    const get = (format: string) =>
      student.request(`/transcriptions/${id}/export?format=${format}`);
    const texts = Object.fromEntries(
      await Promise.all(
        ["txt", "srt", "vtt", "md", "json"].map(async (format) => [
          format,
          await (await get(format)).text(),
        ]),
      ),
    );
    expect(texts["txt"]).toBe(
      "Plants make sugar from light. Water comes up threw the roots. Oxygen is left over & leaves.\n",
    );
    expect(texts["srt"]).toContain(
      "2\n00:00:04,000 --> 00:00:08,000\nWater comes up threw the roots.\n",
    );
    expect(texts["vtt"]).toMatch(
      /^WEBVTT\n\n00:00:00\.000 --> 00:00:04\.000\nPlants make sugar from light\.\n/,
    );
    expect(texts["vtt"]).toContain("over &amp; leaves");
    expect(texts["md"]).toMatch(
      /^# Plants \/ light\n\n\*Supplied captions.*\*\n\n\*\*0:00:00\*\* Plants/,
    );
    expect(JSON.parse(texts["json"]!)).toMatchObject({
      title: "Plants / light",
      source: "supplied",
      segments: [{ start: 0, end: 4 }, {}, {}],
    });
    const docx = await get("docx");
    expect(docx.headers.get("content-disposition")).toContain('filename="Plants   light.docx"');
    const { default: mammoth } = await import("mammoth");
    const { value } = await mammoth.extractRawText({
      buffer: Buffer.from(await docx.arrayBuffer()),
    });
    expect(value).toContain("Oxygen is left over & leaves.");
  });

  it("comes back as it went out: SRT and VTT are captions again", async () => {
    const { recording, id } = await captioned();
    for (const [format, type] of [
      ["srt", "application/x-subrip"],
      ["vtt", "text/vtt"],
    ] as const) {
      const file = await (
        await student.request(`/transcriptions/${id}/export?format=${format}`)
      ).text();
      const supplied = await student.request(`/recordings/${recording.id}/captions`, {
        method: "POST",
        headers: { "content-type": type },
        body: file,
      });
      expect(supplied.status).toBe(201);
      const made = (
        await student.get(`/transcriptions/${((await supplied.json()) as { id: string }).id}`)
      ).body;
      expect(made.segments.map((each: any) => [each.start, each.end, each.text])).toEqual(
        (await student.get(`/transcriptions/${id}`)).body.segments.map((each: any) => [
          each.start,
          each.end,
          each.text,
        ]),
      );
    }
  });
});

async function messageCiting(transcriptionId: string, text: string, quotes: string[]) {
  const { database } = app.context;
  const conversation = await student.post("/conversations", { title: "About plants" });
  expect(conversation.status).toBe(201);
  const { id } = await database
    .insertInto("messages")
    .values({
      user_id: student.id,
      conversation_id: conversation.body.id,
      role: "assistant",
      content: "See there.",
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await database
    .insertInto("citations")
    .values(
      quotes.map((quote, index) => ({
        user_id: student.id,
        message_id: id,
        number: index + 1,
        quote,
        transcription_id: transcriptionId,
        source_title: "Plants",
        start_offset: text.indexOf(quote),
        end_offset: text.indexOf(quote) + quote.length,
      })),
    )
    .execute();
  return id;
}

/** Quote, status, and whether it stands literally at its offsets. */
async function citationsOf(messageId: string, transcriptionId: string) {
  const { text } = (await student.get(`/transcriptions/${transcriptionId}`)).body as {
    text: string;
  };
  const rows = await app.context.database
    .selectFrom("citations")
    .select(["quote", "status", "start_offset", "end_offset"])
    .where("user_id", "=", student.id)
    .where("message_id", "=", messageId)
    .orderBy("number")
    .execute();
  return rows.map(
    (row) =>
      [row.quote, row.status, text.slice(row.start_offset, row.end_offset) === row.quote] as const,
  );
}
