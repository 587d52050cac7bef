/** Who speaks, through the door: found by the voices in a job, renamed, kept through another transcript, forgotten. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createAudioDecoder } from "#server/providers/audio/decoder.ts";
import { joinVoices } from "#server/providers/diarization/join-voices.ts";
import { createSherpaDiarization } from "#server/providers/diarization/sherpa.ts";
import { encodeWav } from "#server/providers/stt/wav.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { makeSpeakerModels } from "#tests/support/make-speaker-models.ts";
import { nameVoices, speakerOf, type NamedTurn } from "./turns.ts";

const MAGMA =
  "A volcano sits above a chamber of magma. When the magma rises, the volcano erupts and ash falls on the fields.";
const ICE =
  "Next come glaciers, which carve deep valleys. A moraine is what a glacier leaves behind when the ice melts.";
/** A woman and a man take turns. */
const SAID = [
  { voice: "slt", text: MAGMA },
  { voice: "rms", text: ICE },
  { voice: "slt", text: ICE },
  { voice: "rms", text: MAGMA },
];

let app: TestApp;
let student: Student;
let recording: string;
let captions: Blob;
let spoken: Awaited<ReturnType<typeof conversation>>;
let modelsDir: string;

beforeAll(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), "lm-models-"));
  await makeSpeakerModels(modelsDir);
  app = await startTestApp({ LM_MODELS_DIR: modelsDir });
  student = await app.register();
  spoken = await conversation();
  captions = new Blob([vtt(spoken.turns)]);
  const { body } = await student.upload(
    "/recordings",
    { blob: new Blob([Uint8Array.from(spoken.wav)]), name: "seminar.wav" },
    { transcribe: "false", title: "Seminar", captions },
  );
  recording = body.recording.id;
});
afterAll(() => app?.stop());

async function conversation() {
  const engine = await app.context.tts.choose("flite");
  const parts: Float32Array[] = [];
  const turns: { start: number; end: number; text: string }[] = [];
  let samples = 0;
  for (const { voice, text } of SAID) {
    const { audio } = await engine.speak({
      text,
      voice,
      speed: 1,
      format: "wav",
      signal: AbortSignal.timeout(60_000),
    });
    const wav = await buffer(audio);
    const part = Float32Array.from(
      { length: (wav.length - 44) >> 1 },
      (_, at) => wav.readInt16LE(44 + 2 * at) / 32_768,
    );
    const middle = samples + (part.length >> 1);
    const [first, second] = text.split(/(?<=\.) /);
    turns.push({ start: samples / 16_000, end: middle / 16_000, text: first! });
    samples += part.length;
    turns.push({ start: middle / 16_000, end: samples / 16_000, text: second! });
    parts.push(part);
  }
  const all = new Float32Array(samples);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return { wav: encodeWav(all, 16_000), turns };
}

function vtt(turns: { start: number; end: number; text: string }[]) {
  const time = (at: number) => new Date(at * 1000).toISOString().slice(11, 23);
  return `WEBVTT\n\n${turns
    .map(({ start, end, text }) => `${time(start)} --> ${time(end)}\n${text}\n`)
    .join("\n")}`;
}

const versions = async () =>
  (await student.get(`/transcriptions?recording_id=${recording}`)).body.items;
async function speakers() {
  const [{ id }] = (await versions()).filter((each: { is_current: boolean }) => each.is_current);
  const { body } = await student.get(`/transcriptions/${id}`);
  return body.segments.map(({ speaker }: { speaker: string | null }) => speaker);
}
const found = () =>
  student.until(`/recordings/${recording}/speakers`, ({ status }) =>
    ["ready", "failed"].includes(status),
  );
const find = (wish: object = { voices: 2 }) =>
  student.post(`/recordings/${recording}/speakers`, wish);

const turn = (name: string | null, start: number, end: number, confirmed = false): NamedTurn => ({
  name,
  start,
  end,
  confirmed,
});
const TWO = (one: string, other: string) => [one, one, other, other, one, one, other, other];

it("tells two voices apart, and leaves the text as it is", async () => {
  const [{ id }] = await versions();
  const before = (await student.get(`/transcriptions/${id}`)).body;
  expect((await student.get(`/recordings/${recording}/speakers`)).body).toMatchObject({
    status: "none",
    remedy: null,
    speakers: [],
  });
  expect((await find()).status).toBe(202);
  const search = await found();
  expect(search).toMatchObject({ status: "ready", model: "speakers-random", voices_asked: 2 });
  expect(search.speakers).toHaveLength(2);
  expect(await speakers()).toEqual(TWO("Speaker 1", "Speaker 2"));
  const after = (await student.get(`/transcriptions/${id}`)).body;
  expect(after.text).toBe(before.text);
  expect(after.edited_at).toBe(before.edited_at);
});

it("hears a long recording in blocks, tells how far it is, and knows a voice again in the next", async () => {
  const path = join(modelsDir, "seminar.wav");
  await writeFile(path, spoken.wav);
  const done: number[] = [];
  const hear = (blockSeconds: number, voices?: number) =>
    createSherpaDiarization({
      decoder: createAudioDecoder({ ffmpeg: "off" }),
      modelsDirs: [modelsDir],
      blockSeconds,
    }).diarize({
      path,
      seconds: spoken.turns.at(-1)!.end,
      signal: new AbortController().signal,
      onProgress: (fraction) => done.push(fraction),
      ...(voices !== undefined && { voices }),
    });
  const { turns } = await hear(7);
  expect(done.length).toBeGreaterThan(2);
  expect(done).toEqual(done.toSorted((a, b) => a - b));
  expect(done.at(-1)).toBeCloseTo(1, 2);
  const named = turns.map(({ start, end, voice }) => turn(String(voice), start, end));
  expect(
    spoken.turns.map(({ start, end }) => speakerOf({ start, end, words: null }, named)),
  ).toEqual(TWO("1", "2"));
  expect(new Set((await hear(7, 1)).turns.map(({ voice }) => voice))).toEqual(new Set([1]));
});

it("keeps names that the student gave, in the next search and in another transcript", async () => {
  const [{ id }] = await versions();
  const rename = (naming: object) => student.patch(`/transcriptions/${id}/speakers`, naming);
  expect((await rename({ speaker: "Speaker 2", name: "Dr. Weber" })).body.changed).toBe(4);
  expect((await rename({ first: 1, last: 1, name: "A guest" })).status).toBe(200);
  const now = TWO("Speaker 1", "Dr. Weber").with(1, "A guest");
  expect((await find({ voices: 2 })).status).toBe(202);
  await found();
  expect(await speakers()).toEqual(now);
  expect(
    (
      await student.request(`/recordings/${recording}/captions`, {
        method: "POST",
        headers: { "content-type": "text/vtt" },
        body: captions,
      })
    ).status,
  ).toBeLessThan(300);
  expect(await versions()).toHaveLength(2);
  expect(await speakers()).toEqual(now);
});

it("forgets whom it found when it is told to", async () => {
  expect((await student.delete(`/recordings/${recording}/speakers`)).status).toBe(204);
  expect(await speakers()).toEqual(Array(8).fill(null));
  expect((await student.delete(`/recordings/${recording}/speakers`)).status).toBe(404);
});

it("fails without touching the transcript where the sound is gone, and says so", async () => {
  const before = await versions();
  const textOf = async (version: string) =>
    (await student.get(`/transcriptions/${version}`)).body.segments.map(
      (segment: { text: string }) => segment.text,
    );
  const other = await student.upload(
    "/recordings",
    {
      blob: new Blob([Uint8Array.from(encodeWav(new Float32Array(16_000), 16_000))]),
      name: "a.wav",
    },
    { transcribe: "false", captions },
  );
  const { id } = other.body.recording;
  const { storage_key } = await app.context.database
    .selectFrom("recordings")
    .select("storage_key")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  await app.context.storage.delete(storage_key);
  await student.post(`/recordings/${id}/speakers`, {});
  const failed = await student.until(
    `/recordings/${id}/speakers`,
    ({ status }) => status === "failed",
  );
  expect(failed.error_message).toMatch(/\S[.!]$/);
  const [{ id: version }] = (await student.get(`/transcriptions?recording_id=${id}`)).body.items;
  expect(await textOf(version)).toEqual(spoken.turns.map(({ text }) => text));
  expect(await versions()).toEqual(before);
});

it("is nobody else's", async () => {
  const other = await app.register();
  const path = `/recordings/${recording}/speakers`;
  expect((await other.get(path)).status).toBe(404);
  expect((await other.post(path, {})).status).toBe(404);
  expect((await other.delete(path)).status).toBe(404);
});

it("takes voices of two blocks for one where they are near, of one block never, and joins down to a number", () => {
  const voice = (angle: number) => ({
    vector: Float32Array.of(Math.cos(angle), Math.sin(angle)),
    seconds: 10,
  });
  const blocks = [
    [voice(0), voice(1.5)],
    [voice(1.4), voice(0.1), { vector: undefined, seconds: 0.1 }],
    [voice(0.2), voice(0.3)],
  ];
  expect(joinVoices(blocks, 0.5)).toEqual([
    [0, 1],
    [1, 0, 2],
    [0, 3],
  ]);
  expect(new Set(joinVoices(blocks, 0.5, 3).flat()).size).toBe(3);
  expect(new Set(joinVoices(blocks, 0.5, 1).flat())).toEqual(new Set([0]));
  expect(joinVoices([[], []], 0.5)).toEqual([[], []]);
});

it("numbers voices past names that are taken, and gives nobody's words to anybody", () => {
  const heard = [
    { start: 0, end: 10, voice: 1 },
    { start: 10, end: 20, voice: 2 },
    { start: 20, end: 30, voice: 1 },
  ];
  const before = [turn("Ada", 9, 20), turn("Speaker 1", 4, 5, true)];
  expect(nameVoices(heard, before, "Speaker")).toEqual([
    turn("Speaker 2", 0, 4),
    turn("Speaker 1", 4, 5, true),
    turn("Speaker 2", 5, 10),
    turn("Ada", 10, 20),
    turn("Speaker 2", 20, 30),
  ]);
  const turns = [turn("Ada", 0, 3), turn("Bo", 3, 6)];
  expect(speakerOf({ start: 1, end: 5, words: null }, turns)).toBe("Ada");
  expect(speakerOf({ start: 1, end: 5, words: [{ start: 4, end: 5 }] }, turns)).toBe("Bo");
  expect(speakerOf({ start: 8, end: 9, words: null }, turns)).toBeUndefined();
});
