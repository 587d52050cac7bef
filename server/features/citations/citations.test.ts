/** Quotations through the door, while what they quote is edited, restored and deleted. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";

let app: TestApp;
beforeAll(async () => void (app = await startTestApp()));
afterAll(() => app?.stop());

const SENTENCES = [
  "Plants make sugar from light.",
  "Osmosis moves water through a membrane.",
  "Oxygen is left over and leaves the plant.",
];

/** Each sentence for four seconds, from `from` on. */
const captionsOf = (sentences: string[], from = 0) =>
  sentences
    .map((text, at) => {
      const two = (seconds: number) => String(seconds).padStart(2, "0");
      return `${at + 1}\n00:00:${two(from + at * 4)},000 --> 00:00:${two(from + at * 4 + 4)},000\n${text}\n`;
    })
    .join("\n");

async function lecture(student: Student) {
  const uploaded = await student.upload(
    "/recordings",
    { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(64_000)))]), name: "lecture.wav" },
    { title: "Plants", transcribe: "false", captions: new Blob([captionsOf(SENTENCES)]) },
  );
  expect(uploaded.status).toBe(201);
  const recordingId = uploaded.body.recording.id as string;
  return { recordingId, versionId: await current(student, recordingId) };
}

async function current(student: Student, recordingId: string) {
  const { body } = await student.get(`/transcriptions?recording_id=${recordingId}`);
  return body.items.find((each: any) => each.is_current).id as string;
}

/** A question whose answer quotes the sentence about osmosis, and a card with it as witness. */
async function quoted(student: Student, recordingId: string) {
  const conversation = await student.post("/conversations", {});
  const answer = await student.post(`/conversations/${conversation.body.id}/messages`, {
    content: "What does osmosis move?",
  });
  expect(answer.body.citations[0].quote).toContain("Osmosis moves water");
  const card = await student.post("/cards", {
    kind: "basic",
    front: "Osmosis?",
    back: "Water",
    witness: { source: { kind: "recording", id: recordingId }, quote: "Osmosis moves water" },
  });
  expect(card.status).toBe(201);
  return async () => {
    const { body } = await student.get(`/conversations/${conversation.body.id}/messages`);
    const { body: kept } = await student.get(`/cards/${card.body.items?.[0]?.id ?? card.body.id}`);
    return [body.items[1].citations[0], kept.witness];
  };
}

async function addVersion(student: Student, recordingId: string, captions: string) {
  const added = await student.request(`/recordings/${recordingId}/captions`, {
    method: "POST",
    headers: { "content-type": "application/x-subrip" },
    body: captions,
  });
  expect(added.status).toBe(201);
}

describe("quotations of an edited transcript", () => {
  it("are as before when the edit is undone, in whatever order", async () => {
    const student = await app.register();
    const { recordingId, versionId } = await lecture(student);
    const quotations = await quoted(student, recordingId);
    const before = await quotations();
    const edit = (number: number, text: string) =>
      student.patch(`/transcriptions/${versionId}/segments/${number}`, { text });
    const undo = (number: number) =>
      student.patch(`/transcriptions/${versionId}/segments/${number}`, { undo: true });
    await edit(1, "Diffusion moves salt.");
    expect((await quotations()).map(({ status }) => status)).toEqual(["changed", "changed"]);
    await edit(0, "Green plants make a lot of sugar from light, as we saw.");
    await undo(1);
    expect((await quotations()).map(({ status }) => status)).toEqual(["moved", "moved"]);
    await undo(0);
    expect(await quotations()).toEqual(before);
    expect((await student.get(`/transcriptions/${versionId}`)).body.edited_at).toBeNull();
  });

  it("do not go over to the same words said elsewhere", async () => {
    const student = await app.register();
    const note = await student.post("/study-materials", {
      title: "Twice",
      content: "Osmosis moves water.\n\nSomething else.\n\nOsmosis moves water.",
    });
    const mark = await student.post("/marks", {
      source: { kind: "study_material", id: note.body.id },
      start_offset: 0,
      end_offset: 19,
    });
    const write = (content: string) =>
      student.patch(`/study-materials/${note.body.id}`, { content });
    const marked = async () => (await student.get(`/marks/${mark.body.id}`)).body;
    await write("Diffusion does.\n\nSomething else.\n\nOsmosis moves water.");
    expect(await marked()).toMatchObject({ status: "changed" });
    await write("Osmosis moves water.\n\nSomething else.\n\nOsmosis moves water.");
    expect(await marked()).toMatchObject({ status: "valid", start_offset: 0, end_offset: 19 });
    // A paragraph that was cut out and put in elsewhere is the same one.
    await write("Something else.\n\nMore.\n\nOsmosis moves water. Osmosis moves water.");
    expect((await marked()).status).toBe("moved");
  });
});

describe("quotations of a deleted version", () => {
  it("keep their recording and second where no other version says their words", async () => {
    const student = await app.register();
    const { recordingId, versionId } = await lecture(student);
    const quotations = await quoted(student, recordingId);
    const before = await quotations();
    await addVersion(student, recordingId, captionsOf(["Quite other words.", "Were heard here."]));
    expect((await student.delete(`/transcriptions/${versionId}`)).status).toBe(204);
    expect(await quotations()).toEqual(
      before.map((each) => ({
        ...each,
        status: "changed",
        source: { ...each.source, id: recordingId, transcription_id: null },
      })),
    );
    expect((await student.delete(`/recordings/${recordingId}`)).status).toBe(204);
    for (const gone of await quotations())
      expect(gone).toMatchObject({ source: { kind: "recording", id: null }, start_seconds: 4 });
  });

  it("stand in the version that takes its place where that says them at their second", async () => {
    const student = await app.register();
    const { recordingId, versionId } = await lecture(student);
    const quotations = await quoted(student, recordingId);
    await addVersion(student, recordingId, captionsOf(["Welcome.", ...SENTENCES]));
    const next = await current(student, recordingId);
    expect((await student.delete(`/transcriptions/${versionId}`)).status).toBe(204);
    const { text } = (await student.get(`/transcriptions/${next}`)).body;
    for (const each of await quotations()) {
      expect(each).toMatchObject({
        status: "moved",
        source: { id: recordingId, transcription_id: next },
      });
      expect(text.slice(each.start_offset, each.end_offset)).toBe(each.quote);
    }
  });
});
