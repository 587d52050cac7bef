/** Slides through the door: linked, aligned in a job, corrected, kept through another transcript, offered. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { makePdf } from "#tests/support/make-documents.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { startScriptedServer } from "#tests/support/openai-server.ts";

const LECTURES = fileURLToPath(new URL("../../../../shared/lectures/", import.meta.url));

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

const DECK = [
  "Volcanoes and their magma chambers",
  "Glaciers carve valleys and leave moraines",
  "Earthquakes along transform faults",
  "Sedimentary layers and fossils",
];

const SAID = [
  "Good morning and welcome back.",
  "A volcano sits above a chamber of magma.",
  "When the magma rises, the volcano erupts.",
  "Next come glaciers, which carve deep valleys.",
  "A moraine is what a glacier leaves behind.",
  "Earthquakes happen where faults slip.",
  "A transform fault makes many earthquakes.",
  "Fossils lie in sedimentary layers.",
  "Older layers lie below, and their fossils are older.",
];

function captions(lines: string[], seconds = 6) {
  const clock = (at: number) => new Date(at * 1000).toISOString().slice(11, 23);
  return `WEBVTT\n\n${lines
    .map((line, at) => `${clock(at * seconds)} --> ${clock((at + 1) * seconds)}\n${line}\n`)
    .join("\n")}`;
}

function silence(seconds: number) {
  return {
    blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(seconds * 16_000)))]),
    name: "lecture.wav",
  };
}

async function lecture(student: Student, lines = SAID, seconds = 6) {
  const { body } = await student.upload("/recordings", silence(lines.length * seconds), {
    title: "Geology 1",
    captions: new Blob([captions(lines, seconds)], { type: "text/vtt" }),
  });
  return body.recording.id as string;
}

async function deck(student: Student, pages = DECK) {
  const { body } = await student.upload(
    "/study-materials",
    {
      blob: new Blob([Uint8Array.from(makePdf(pages.map((text) => [`# ${text}`])))]),
      name: "slides.pdf",
    },
    { title: "Geology slides" },
  );
  await student.until(`/study-materials/${body.id}`, ({ status }) => status === "ready");
  return body.id as string;
}

const put = async (student: Student, recording: string, study_material_id: string) => {
  const answer = await student.request(`/recordings/${recording}/slides`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ study_material_id }),
  });
  return { status: answer.status, body: await answer.json() };
};

const aligned = (student: Student, recording: string) =>
  student.until(`/recordings/${recording}/slides`, ({ status }) => status === "ready");

const pageAt = (
  spans: { page: number; start_seconds: number; end_seconds: number }[],
  at: number,
) => spans.find((span) => span.start_seconds <= at && at < span.end_seconds)?.page;

function expectWhole(spans: { start_seconds: number; end_seconds: number }[], duration: number) {
  expect(spans[0]!.start_seconds).toBe(0);
  expect(spans.at(-1)!.end_seconds).toBeCloseTo(duration, 3);
  for (const [at, span] of spans.slice(1).entries())
    expect(span.start_seconds).toBe(spans[at]!.end_seconds);
}

describe("slides of a recording", () => {
  it("are aligned with what is said, from the first to the last second", async () => {
    const student = await app.register();
    const [recording, material] = [await lecture(student), await deck(student)];
    const linked = await put(student, recording, material);
    expect(linked).toMatchObject({ status: 202, body: { study_material_id: material } });
    const slides = await aligned(student, recording);
    expectWhole(slides.spans, 54);
    expect([9, 21, 33, 45].map((at) => pageAt(slides.spans, at))).toEqual([1, 2, 3, 4]);
    expect(slides.unspoken_pages).toEqual([]);
    expect(slides.waits_for).toBeNull();
  });

  it("wait for a transcript and are aligned once it is there", async () => {
    const student = await app.register();
    const { body } = await student.upload("/recordings", silence(54), { transcribe: "false" });
    const id = body.recording.id as string;
    const material = await deck(student);
    expect((await put(student, id, material)).body).toMatchObject({
      status: "pending",
      waits_for: "transcription",
      spans: [],
    });
    await student.request(`/recordings/${id}/captions`, {
      method: "POST",
      headers: { "content-type": "text/vtt" },
      body: captions(SAID),
    });
    const slides = await aligned(student, id);
    expect(pageAt(slides.spans, 45)).toBe(4);
  });

  it("keep a correction through the rest of the alignment and through another transcript", async () => {
    const student = await app.register();
    const [recording, material] = [await lecture(student), await deck(student)];
    await put(student, recording, material);
    await aligned(student, recording);
    const path = `/recordings/${recording}/slides`;
    const corrected = await student.patch(path, { start_seconds: 0, end_seconds: 7, page: null });
    expect(corrected.status).toBe(200);
    expect(corrected.body.spans[0]).toEqual({
      page: null,
      start_seconds: 0,
      end_seconds: 7,
      confirmed: true,
    });
    await student.patch(path, { start_seconds: 20, end_seconds: 24, page: 3 });
    await student.request(`/recordings/${recording}/captions`, {
      method: "POST",
      headers: { "content-type": "text/vtt" },
      body: captions([...SAID.slice(0, 8), "And that was all for today."]),
    });
    const slides = await aligned(student, recording);
    expectWhole(slides.spans, 54);
    expect(slides.spans.filter((span: { confirmed: boolean }) => span.confirmed)).toEqual([
      { page: null, start_seconds: 0, end_seconds: 7, confirmed: true },
      { page: 3, start_seconds: 20, end_seconds: 24, confirmed: true },
    ]);
  });

  it("say why where their document could not be read, and go to the bin and back with it", async () => {
    const student = await app.register();
    const [recording, material] = [await lecture(student), await deck(student)];
    await put(student, recording, material);
    await aligned(student, recording);
    const path = `/recordings/${recording}/slides`;
    await student.patch(path, { start_seconds: 12, page: 4 });
    await aligned(student, recording);
    const items = [{ kind: "study_material", id: material }];
    expect((await student.post("/bin", { items })).status).toBe(200);
    expect((await student.get(`/recordings/${recording}`)).status).toBe(200);
    expect((await student.patch(path, { start_seconds: 1, page: 1 })).status).toBe(404);
    expect((await student.post("/bin/restore", { items })).status).toBe(200);
    const { body } = await student.get(path);
    expect(body.spans).toContainEqual(expect.objectContaining({ page: 4, confirmed: true }));

    await app.context.database
      .updateTable("study_materials")
      .set({ status: "failed", error_code: "document-password", error_message: "Locked." })
      .where("id", "=", material)
      .execute();
    await app.context.database
      .updateTable("recording_slides")
      .set({ status: "pending" })
      .where("recording_id", "=", recording)
      .execute();
    expect((await student.get(path)).body).toMatchObject({
      status: "failed",
      waits_for: null,
      error_code: "document-password",
      error_message: "Locked.",
    });
  });

  it("refuse what cannot be: a note, a page beyond the last, a time after the end, a stranger", async () => {
    const student = await app.register();
    const [recording, material] = [await lecture(student), await deck(student)];
    const note = await student.post("/study-materials", { title: "Note", content: "No pages." });
    expect((await put(student, recording, note.body.id)).status).toBe(422);
    const locked = await student.upload("/study-materials", {
      blob: new Blob([Uint8Array.from(makePdf([["Secret."]], { encrypt: true }))]),
      name: "locked.pdf",
    });
    await student.until(
      `/study-materials/${locked.body.id}`,
      ({ status }: { status: string }) => status === "failed",
    );
    expect((await put(student, recording, locked.body.id)).status).toBe(422);
    await put(student, recording, material);
    await aligned(student, recording);
    const path = `/recordings/${recording}/slides`;
    for (const wrong of [
      { start_seconds: 3, page: 5 },
      { start_seconds: 60, page: 1 },
      { start_seconds: 5, end_seconds: 4, page: 1 },
      { start_seconds: -1, page: 1 },
      { start_seconds: 1, page: 0 },
    ])
      expect((await student.patch(path, wrong)).status).toBe(422);
    const stranger = await app.register();
    expect((await stranger.get(path)).status).toBe(404);
    expect((await stranger.patch(path, { start_seconds: 1, page: 1 })).status).toBe(404);
    expect((await stranger.delete(path)).status).toBe(404);
    expect((await put(stranger, recording, material)).status).toBe(404);
    expect((await put(stranger, await lecture(stranger), material)).status).toBe(404);
    expect((await stranger.get(`${path}/suggestions`)).status).toBe(404);
    expect((await student.delete(path)).status).toBe(204);
    expect((await student.get(path)).status).toBe(404);
    expect((await student.get(`/study-materials/${material}`)).status).toBe(200);
  });

  it("are offered: the deck that is spoken of, not another one", async () => {
    const student = await app.register();
    const recording = await lecture(student);
    const material = await deck(student);
    await deck(student, ["Supply and demand curves", "Elastic prices", "Monopolies and cartels"]);
    const { body } = await student.get(`/recordings/${recording}/slides/suggestions`);
    expect(body.items.map((item: { study_material_id: string }) => item.study_material_id)).toEqual(
      [material],
    );
  });

  it("are found by meaning where page and voice share no word, once both have vectors", async () => {
    const topics = ["volcano lava", "glacier ice", "earthquake quake", "fossil bone"];
    const engine = await startScriptedServer(({ body }) => {
      const { input } = JSON.parse(body.toString()) as { input: string[] };
      const data = input.map((text, index) => ({
        object: "embedding",
        index,
        embedding: topics.map((words) =>
          Number(words.split(" ").some((word) => text.toLowerCase().includes(word))),
        ),
      }));
      return { model: "topics", data };
    });
    const own = await startTestApp({
      LM_EMBEDDINGS_URL: `${engine.url}/v1`,
      LM_EMBEDDINGS_MODEL: "topics",
    });
    try {
      const student = await own.register();
      const counts = [60, 45, 75, 60];
      const said = topics.flatMap((words, topic) =>
        Array.from(
          { length: counts[topic]! },
          (_, at) =>
            `Nothing but ${words.split(" ")[1]} was seen by anybody that stood nearby on day ${at}.`,
        ),
      );
      const recording = await lecture(student, said, 1);
      const material = await deck(
        student,
        topics.map((words) => words.split(" ")[0]!),
      );
      await put(student, recording, material);
      await expect
        .poll(async () => {
          const { spans } = (await student.get(`/recordings/${recording}/slides`)).body;
          return [30, 82, 142, 210].map((at) => pageAt(spans, at));
        })
        .toEqual([1, 2, 3, 4]);
    } finally {
      await own.stop();
      await engine.close();
    }
  });

  it.runIf(existsSync(LECTURES))("find most slides of a real lecture", async () => {
    const student = await app.register();
    const folder = `${LECTURES}theory-of-computation/`;
    const { sentences } = JSON.parse(await readFile(`${folder}slides.json`, "utf8")) as {
      sentences: { seconds: number; slide: number }[];
    };
    const { body } = await student.upload("/recordings", silence(10), {
      title: "Theory of computation",
      transcribe: "false",
    });
    await student.request(`/recordings/${body.recording.id}/captions`, {
      method: "POST",
      headers: { "content-type": "application/x-subrip" },
      body: await readFile(`${folder}captions.srt`),
    });
    const material = await student.upload("/study-materials", `${folder}slides.pdf`);
    await student.until(`/study-materials/${material.body.id}`, ({ status }) => status === "ready");
    await put(student, body.recording.id, material.body.id);
    const { spans } = await aligned(student, body.recording.id);
    const labelled = sentences.filter(({ slide }) => slide > 0);
    const right = labelled.filter(({ seconds, slide }) => pageAt(spans, seconds - 0.01) === slide);
    expect(right.length / labelled.length).toBeGreaterThan(0.8);
  });
});

describe("chapters", () => {
  it("are the student's from the first change on, hold through another transcript, and leave as files", async () => {
    const student = await app.register();
    const id = await lecture(student);
    const path = `/recordings/${id}/chapters`;
    const read = async () => (await student.get(path)).body;
    const change = (items: object[], state?: string) =>
      student.request(path, {
        method: "PATCH",
        headers: {
          "content-type": "application/json",
          ...(state !== undefined && { "if-match": `"${state}"` }),
        },
        body: JSON.stringify({ items }),
      });
    expect(await read()).toMatchObject({ origin: "found", updated_at: "found" });
    const chapters = [
      { title: "Glaciers --> <ice>", start_seconds: 18 },
      { title: "Volcanoes", start_seconds: 6.5 },
    ];
    expect((await change(chapters, "found")).status).toBe(200);
    const own = await read();
    expect(own).toMatchObject({ origin: "student", items: chapters.toReversed() });
    // Two tabs: the one that has not seen the other's change is told.
    expect((await change([], "found")).status).toBe(412);
    expect((await change(chapters.slice(1), own.updated_at)).status).toBe(200);
    expect((await change(chapters, own.updated_at)).status).toBe(412);
    expect((await change(chapters)).status).toBe(200);
    expect((await change([chapters[0]!, { title: "Again", start_seconds: 18 }])).status).toBe(422);

    const supplied = await student.request(`/recordings/${id}/captions`, {
      method: "POST",
      headers: { "content-type": "text/vtt" },
      body: captions(SAID.toReversed()),
    });
    expect(supplied.status).toBeLessThan(300);
    expect((await read()).items).toEqual(chapters.toReversed());
    expect((await student.get(`${path}/export`)).body).toBe(
      "0:06 Volcanoes\n0:18 Glaciers --> <ice>\n",
    );
    expect((await student.get(`${path}/export?format=vtt`)).body).toBe(
      "WEBVTT\n\n1\n00:00:06.500 --> 00:00:18.000\nVolcanoes\n\n" +
        "2\n00:00:18.000 --> 00:00:54.000\nGlaciers --&gt; &lt;ice&gt;\n",
    );

    const other = await app.register();
    expect((await other.get(path)).status).toBe(404);
    expect((await other.patch(path, { items: [] })).status).toBe(404);
    expect((await student.delete(path)).status).toBe(204);
    expect(await read()).toMatchObject({ origin: "found" });
    expect((await student.delete(path)).status).toBe(404);
  });
});
