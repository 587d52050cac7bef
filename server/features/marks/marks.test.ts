/** Marks through the door: on words, on a second, on a page; kept through edits and other transcripts. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { makePdf } from "#tests/support/make-documents.ts";
import { makeScan } from "#tests/support/make-scan.ts";
import { makeWav } from "#tests/support/make-wav.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

const captions = (first: string, second: string) =>
  `WEBVTT\n\n00:00.000 --> 00:04.000\n${first}\n\n00:04.000 --> 00:08.000\n${second}\n`;

async function lecture(student: Student) {
  const { body } = await student.upload(
    "/recordings",
    { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(128_000)))]), name: "a.wav" },
    {
      title: "Plants",
      captions: new Blob([captions("Plants turn light into sugar.", "The stroma is a fluid.")]),
    },
  );
  const recording = await student.get(`/recordings/${body.recording.id}`);
  const { body: transcription } = await student.get(
    `/transcriptions/${recording.body.transcription_id}`,
  );
  return { id: body.recording.id as string, transcription };
}

const note = async (student: Student, content: string) =>
  (await student.post("/study-materials", { title: "Note", content })).body.id as string;

describe("marks", () => {
  it("stand on words of a transcript, with their second, and move when the text is edited", async () => {
    const student = await app.register();
    const { id, transcription } = await lecture(student);
    const start = transcription.text.indexOf("The stroma");
    const made = await student.post("/marks", {
      source: { kind: "recording", id },
      start_offset: start,
      end_offset: start + 10,
      colour: "yellow",
      note: "**Exam!**",
    });
    expect(made).toMatchObject({
      status: 201,
      body: {
        source: { kind: "recording", id, title: "Plants" },
        quote: "The stroma",
        start_offset: start,
        at_seconds: 4,
        page: null,
        colour: "yellow",
        note: "**Exam!**",
        status: "valid",
      },
    });
    await student.patch(`/transcriptions/${transcription.id}/segments/0`, {
      text: "Green plants turn light into sugar.",
    });
    const moved = await student.get(`/marks/${made.body.id}`);
    expect(moved.body).toMatchObject({ status: "moved", start_offset: start + 6 });
    await student.patch(`/transcriptions/${transcription.id}/segments/1`, {
      text: "It is a fluid.",
    });
    expect((await student.get(`/marks/${made.body.id}`)).body).toMatchObject({
      status: "changed",
      at_seconds: 4,
    });
  });

  it("frame a part of a picture, and of nothing else", async () => {
    const student = await app.register();
    const picture = await student.upload("/study-materials", {
      blob: new Blob([Uint8Array.from(makeScan(["Osmosis"]).jpeg)]),
      name: "board.jpg",
    });
    const source = { kind: "study_material", id: picture.body.id };
    const made = await student.post("/marks", { source, area: [0.1, 0.2, 0.3, 0.8], note: "This" });
    expect(made).toMatchObject({
      status: 201,
      body: { area: [0.1, 0.2, 0.3, 0.8], quote: null, page: null, status: "valid" },
    });
    for (const area of [
      [0.5, 0, 0.6, 1],
      [0, 0, 0, 1],
      [0, 0, 1],
      [-0.1, 0, 0.5, 0.5],
    ])
      expect((await student.post("/marks", { source, area })).status).toBe(422);
    const words = { kind: "study_material", id: await note(student, "No picture.") };
    expect((await student.post("/marks", { source: words, area: [0, 0, 1, 1] })).status).toBe(422);
    const stranger = await app.register();
    expect((await stranger.post("/marks", { source, area: [0, 0, 1, 1] })).status).toBe(404);
  });

  it("go over to another transcript where their words are said at their time", async () => {
    const student = await app.register();
    const { id, transcription } = await lecture(student);
    const mark = async (words: string) => {
      const start = transcription.text.indexOf(words);
      const { body } = await student.post("/marks", {
        source: { kind: "recording", id },
        start_offset: start,
        end_offset: start + words.length,
      });
      return body.id as string;
    };
    const [kept, lost] = [await mark("stroma"), await mark("sugar")];
    await student.request(`/recordings/${id}/captions`, {
      method: "POST",
      headers: { "content-type": "text/vtt" },
      body: captions("Well, plants turn light into shoulders.", "And the stroma is a fluid."),
    });
    const { body: recording } = await student.get(`/recordings/${id}`);
    const { body: other } = await student.get(`/transcriptions/${recording.transcription_id}`);
    const { body: carried } = await student.get(`/marks/${kept}`);
    expect(carried.status).toBe("moved");
    expect(other.text.slice(carried.start_offset, carried.end_offset)).toBe("stroma");
    expect((await student.get(`/marks/${lost}`)).body).toMatchObject({
      status: "changed",
      quote: "sugar",
    });
  });

  it("stand on a second, on a page, or on words of a document", async () => {
    const student = await app.register();
    const { id } = await lecture(student);
    const bookmark = await student.post("/marks", {
      source: { kind: "recording", id },
      at_seconds: 5.5,
      note: "ask about this",
    });
    expect(bookmark.body).toMatchObject({ at_seconds: 5.5, quote: null, colour: null });
    const { body: deck } = await student.upload("/study-materials", {
      blob: new Blob([Uint8Array.from(makePdf([["First page"], ["The second page"]]))]),
      name: "deck.pdf",
    });
    await student.until(`/study-materials/${deck.id}`, ({ status }) => status === "ready");
    const { body: document } = await student.get(`/study-materials/${deck.id}`);
    const start = document.content.indexOf("second");
    const words = await student.post("/marks", {
      source: { kind: "study_material", id: deck.id },
      start_offset: start,
      end_offset: start + 6,
    });
    expect(words.body).toMatchObject({ quote: "second", page: 2, at_seconds: null });
    const page = await student.post("/marks", {
      source: { kind: "study_material", id: deck.id },
      page: 1,
      colour: "blue",
    });
    expect(page.body).toMatchObject({ page: 1, quote: null, colour: "blue" });
  });

  it("are listed by source and found by their words and notes; changed and deleted", async () => {
    const student = await app.register();
    const [one, two] = [
      await note(student, "Kinase moves a phosphate."),
      await note(student, "50% of it"),
    ];
    const mark = (id: string, end_offset: number, text?: string) =>
      student.post("/marks", {
        source: { kind: "study_material", id },
        start_offset: 0,
        end_offset,
        ...(text && { note: text }),
      });
    const first = (await mark(one, 6, "an enzyme")).body;
    const second = (await mark(two, 3)).body;
    const ids = async (query: string) =>
      (await student.get(`/marks${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await ids("")).toEqual([second.id, first.id]);
    expect(await ids("?limit=1")).toEqual([second.id]);
    expect(await ids(`?source_kind=study_material&source_id=${one}`)).toEqual([first.id]);
    expect(await ids("?source_kind=recording")).toEqual([]);
    expect(await ids("?q=KINASE")).toEqual([first.id]);
    expect(await ids("?q=enzyme")).toEqual([first.id]);
    expect(await ids(`?q=${encodeURIComponent("50%")}`)).toEqual([second.id]);
    expect(await ids(`?q=${encodeURIComponent("%")}`)).toEqual([second.id]);
    const changed = await student.patch(`/marks/${first.id}`, { colour: "pink", note: null });
    expect(changed.body).toMatchObject({ colour: "pink", note: null, quote: "Kinase" });
    expect((await student.delete(`/marks/${first.id}`)).status).toBe(204);
    expect((await student.get(`/marks/${first.id}`)).status).toBe(404);
    await student.delete(`/study-materials/${two}`);
    expect(await ids("")).toEqual([]);
  });

  it("are refused where there is nothing to mark, and nobody else's are seen", async () => {
    const student = await app.register();
    const source = { kind: "study_material", id: await note(student, "Short.") };
    for (const wrong of [
      {},
      { start_offset: 0 },
      { start_offset: 0, end_offset: 7 },
      { start_offset: 3, end_offset: 3 },
      { at_seconds: 3 },
      { page: 0 },
      { page: 1, colour: "beige" },
    ])
      expect((await student.post("/marks", { source, ...wrong })).status).toBe(422);
    const { body } = await student.post("/marks", { source, start_offset: 0, end_offset: 5 });
    const stranger = await app.register();
    expect((await stranger.post("/marks", { source, page: 1 })).status).toBe(404);
    expect((await stranger.get(`/marks/${body.id}`)).status).toBe(404);
    expect((await stranger.patch(`/marks/${body.id}`, { note: "mine" })).status).toBe(404);
    expect((await stranger.delete(`/marks/${body.id}`)).status).toBe(404);
    expect((await stranger.get("/marks")).body.items).toEqual([]);
  });
});
