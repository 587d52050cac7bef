/** What a transcript says of itself: half, silent, supplied. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeWav } from "#server/providers/stt/wav.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { madeModel } from "#tests/support/real-speech.ts";

const { modelsDir } = await madeModel();
let app: TestApp;
let student: Student;
beforeAll(async () => {
  app = await startTestApp({ LM_MODELS_DIR: modelsDir });
  student = await app.register();
});
afterAll(() => app?.stop());

const sound = (seconds: number) => ({
  blob: new Blob([Uint8Array.from(encodeWav(new Float32Array(16_000 * seconds), 16_000))]),
  name: "sound.wav",
});

async function supplied(captions: string) {
  const { body } = await student.upload("/recordings", sound(8), {
    title: "Lecture",
    transcribe: "false",
    captions: new Blob([captions]),
  });
  const versions = await student.get(`/transcriptions?recording_id=${body.recording.id}`);
  return versions.body.items[0].id as string;
}

it("silence has no language, also where the recording has one", async () => {
  const { body } = await student.upload("/recordings", sound(20), { language: "en" });
  const job = await student.until(`/transcription-jobs/${body.transcription_job.id}`, (each) =>
    ["completed", "failed"].includes(each.status),
  );
  expect(job).toMatchObject({
    status: "completed",
    error_message: "No speech was found in this recording.",
  });
  const { items } = (await student.get(`/transcriptions?recording_id=${body.recording.id}`)).body;
  expect(items[0]).toMatchObject({ no_speech: true, language: null });
});

describe("an export of half a transcript", () => {
  it("says at its head and in its name that it is half", async () => {
    const id = await supplied("1\n00:00:01,000 --> 00:00:03,000\nSo far <and> no further.\n");
    // As it stands while a transcription runs, or was stopped.
    await app.context.database
      .updateTable("transcriptions")
      .set({ completed_at: null, source: "recognised" })
      .where("id", "=", id)
      .execute();
    const said =
      "Unfinished: this transcript goes up to 0:00:03 of 0:00:08, because its transcription has not ended";
    const file = async (format: string) => {
      const answer = await student.request(`/transcriptions/${id}/export?format=${format}`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-disposition")).toContain(
        `filename="Lecture (unfinished).${format}"`,
      );
      return answer.text();
    };
    expect(await file("txt")).toBe(`[${said}.]\n\nSo far <and> no further.\n`);
    expect(await file("srt")).toBe(
      `1\n00:00:01,000 --> 00:00:03,000\nSo far <and> no further.\n\n2\n00:00:03,000 --> 00:00:08,000\n[${said}.]\n`,
    );
    expect(await file("vtt")).toMatch(new RegExp(`^WEBVTT\n\nNOTE ${said}\\.\n\n`));
    expect(await file("md")).toContain(said);
    expect(JSON.parse(await file("json"))).toMatchObject({ unfinished: said, completed_at: null });
    await file("docx");
  });
});

describe("supplied captions", () => {
  const cues = Array.from({ length: 40 }, (_, at) => {
    const time = (ms: number) => new Date(at * 9000 + ms).toISOString().slice(11, 23);
    const text =
      `Cue ${at + 1} says more than eighty-four letters, on one line that no cue maker would ` +
      `ever\nwrite, and "a < b" & more on the other, for eight and a half seconds.`;
    return { start: time(123), end: time(8623), text };
  });
  const SRT = cues
    .map(
      ({ start, end, text }, at) =>
        `${at + 1}\n${start.replace(".", ",")} --> ${end.replace(".", ",")}\n${text}\n`,
    )
    .join("\n");
  const VTT = `WEBVTT\n\n${cues
    .map(
      ({ start, end, text }) =>
        `${start} --> ${end}\n${text.replace("&", "&amp;").replace("<", "&lt;")}\n`,
    )
    .join("\n")}`;

  it.each([
    ["srt", SRT],
    ["vtt", VTT],
  ])("come back as they were: %s", async (format, captions) => {
    const id = await supplied(captions);
    const exported = async (as: string) =>
      (await student.request(`/transcriptions/${id}/export?format=${as}`)).text();
    expect(await exported(format)).toBe(captions);
    expect(await exported("srt")).toBe(SRT);
    expect(await exported("vtt")).toBe(VTT);
    const original = await student.request(`/transcriptions/${id}/captions`);
    expect(await original.text()).toBe(captions);
    // Lines too, once an edit is undone.
    const path = `/transcriptions/${id}/segments/7`;
    expect((await student.patch(path, { text: "Something else" })).status).toBe(200);
    expect((await exported("srt")).match(/-->/g)).toHaveLength(40);
    await student.patch(path, { undo: true });
    expect(await exported("srt")).toBe(SRT);
  });
});

it("an engine or a model that there is not is refused at once, and so is a filter", async () => {
  const fieldsOf = ({ status, body }: { status: number; body: any }) => [
    status,
    body.errors?.map((each: any) => each.field),
  ];
  expect(fieldsOf(await student.upload("/recordings", sound(1), { engine: "nobody" }))).toEqual([
    422,
    ["engine"],
  ]);
  expect(fieldsOf(await student.upload("/recordings", sound(1), { model: "nothing" }))).toEqual([
    422,
    ["model"],
  ]);
  const { body } = await student.upload("/recordings", sound(1), { transcribe: "false" });
  const again = (wish: object) => student.post(`/recordings/${body.recording.id}/transcribe`, wish);
  expect(fieldsOf(await again({ engine: "nobody" }))).toEqual([422, ["engine"]]);
  expect(fieldsOf(await again({ engine: "sherpa", model: "nothing" }))).toEqual([422, ["model"]]);
  expect(fieldsOf(await again({ langauge: "en" }))).toEqual([422, ["langauge"]]);
  expect(fieldsOf(await student.get("/recordings?status=failed&limit=2"))).toEqual([
    422,
    ["status"],
  ]);
  const begun = await student.request("/uploads", {
    method: "POST",
    headers: {
      "tus-resumable": "1.0.0",
      "upload-length": "10",
      "upload-metadata": `engine ${Buffer.from("nobody").toString("base64")}`,
    },
  });
  expect(fieldsOf({ status: begun.status, body: await begun.json() })).toEqual([
    422,
    ["Upload-Metadata engine"],
  ]);
  expect((await student.get("/recordings")).body.items).not.toContainEqual(
    expect.objectContaining({ title: "nobody" }),
  );
});
