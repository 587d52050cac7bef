/**
 * Recordings as people have them, made here where ../shared/inputs is not: forms of WAV, MPEG frames, several channels;
 * each decoded without ffmpeg. Those of ../shared/inputs go through the door and are heard by pocketsphinx.
 */
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { spokenFile } from "#tests/support/real-speech.ts";
import { createAudioDecoder } from "./decoder.ts";
import { speechLikeness } from "./speech-likeness.ts";

const decoder = createAudioDecoder({ ffmpeg: "off" });
const RATE = 8000;
const SECONDS = 2;
/** A tone that swells, so that a shift or a swap of bytes is heard. */
const tone = Float32Array.from(
  { length: RATE * SECONDS },
  (_, at) => 0.5 * Math.sin((2 * Math.PI * 300 * at) / RATE) * (at / (RATE * SECONDS)),
);

const u32 = (value: number, big = false) => {
  const buffer = Buffer.alloc(4);
  if (big) buffer.writeUInt32BE(value);
  else buffer.writeUInt32LE(value);
  return buffer;
};
const chunk = (id: string, data: Buffer, pad = true) =>
  Buffer.concat([Buffer.from(id), u32(data.length), data, Buffer.alloc(pad ? data.length % 2 : 0)]);

function fmt(tag: number, bytes: number, channels = 1, extra = Buffer.alloc(0)) {
  const buffer = Buffer.alloc(16);
  buffer.writeUInt16LE(tag, 0);
  buffer.writeUInt16LE(channels, 2);
  buffer.writeUInt32LE(RATE, 4);
  buffer.writeUInt32LE(RATE * bytes * channels, 8);
  buffer.writeUInt16LE(bytes * channels, 12);
  buffer.writeUInt16LE(bytes * 8, 14);
  return Buffer.concat([buffer, extra]);
}

function samples(
  bytes: number,
  float = false,
  channels: ((sample: number) => number)[] = [(x) => x],
) {
  const buffer = Buffer.alloc(tone.length * channels.length * bytes);
  let at = 0;
  for (const value of tone)
    for (const channel of channels) {
      const sample = channel(value);
      if (float && bytes === 8) buffer.writeDoubleLE(sample, at);
      else if (float) buffer.writeFloatLE(sample, at);
      else if (bytes === 1) buffer.writeUInt8(Math.round(sample * 127) + 128, at);
      else buffer.writeIntLE(Math.round(sample * (2 ** (bytes * 8 - 1) - 1)), at, bytes);
      at += bytes;
    }
  return buffer;
}
const riff = (...parts: Buffer[]) => {
  const body = Buffer.concat([Buffer.from("WAVE"), ...parts]);
  return Buffer.concat([Buffer.from("RIFF"), u32(body.length), body]);
};
const patched = (file: Buffer, at: number, value: number) => {
  file.writeUInt32LE(value, at);
  return file;
};
const plain = () => riff(chunk("fmt ", fmt(1, 2)), chunk("data", samples(2)));
const DATA_SIZE = 40;
const odd = Buffer.from("odd");
const guid = (id: string) =>
  Buffer.concat([Buffer.from(id), Buffer.from("f3acd3118cd100c04f8edb8a", "hex")]);
const wide = (id: string, data: Buffer) => {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(data.length + 24));
  return Buffer.concat([guid(id), size, data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
};
const ds64 = () => {
  const buffer = Buffer.alloc(28);
  buffer.writeBigUInt64LE(BigInt(tone.length * 2), 8);
  return buffer;
};
const swapped = (bytes: number, data: Buffer) => {
  const copy = Buffer.from(data);
  for (let at = 0; at < copy.length; at += bytes) copy.subarray(at, at + bytes).reverse();
  return copy;
};
const au = (encoding: number, data: Buffer) =>
  Buffer.concat([
    Buffer.from(".snd"),
    ...[24, 0xffff_ffff, encoding, RATE, 1].map((value) => u32(value, true)),
    data,
  ]);

const wide64 = () => {
  const buffer = Buffer.alloc(tone.length * 8);
  for (const [at, value] of tone.entries())
    buffer.writeBigInt64LE(BigInt(Math.round(value * (2 ** 31 - 1))) << 32n, at * 8);
  return buffer;
};
/** AIFF-C where a compression is named. */
const aiff = (bytes: number, data: Buffer, compression?: string) => {
  const part = (id: string, body: Buffer) =>
    Buffer.concat([Buffer.from(id), u32(body.length, true), body, Buffer.alloc(body.length % 2)]);
  const common = Buffer.alloc(18);
  common.writeUInt16BE(1, 0);
  common.writeUInt32BE(tone.length, 2);
  common.writeUInt16BE(bytes * 8, 6);
  common.writeUInt16BE(16_383 + 12, 8);
  common.writeBigUInt64BE(BigInt(RATE) << 51n, 10);
  const body = Buffer.concat([
    Buffer.from(compression ? "AIFC" : "AIFF"),
    part("NAME", odd),
    part("COMM", compression ? Buffer.concat([common, Buffer.from(`${compression}\0\0`)]) : common),
    part("SSND", Buffer.concat([Buffer.alloc(8), data])),
  ]);
  return Buffer.concat([Buffer.from("FORM"), u32(body.length, true), body]);
};
const signed = (data: Buffer) => Buffer.from(data.map((byte) => byte ^ 0x80));

const WAVES: [string, () => Buffer][] = [
  ["16 bit", plain],
  ["8 bit", () => riff(chunk("fmt ", fmt(1, 1)), chunk("data", samples(1)))],
  ["24 bit", () => riff(chunk("fmt ", fmt(1, 3)), chunk("data", samples(3)))],
  ["32 bit", () => riff(chunk("fmt ", fmt(1, 4)), chunk("data", samples(4)))],
  [
    "float",
    () =>
      riff(
        chunk("fmt ", fmt(3, 4, 1, Buffer.alloc(2))),
        chunk("fact", u32(tone.length)),
        chunk("data", samples(4, true)),
      ),
  ],
  ["double", () => riff(chunk("fmt ", fmt(3, 8)), chunk("data", samples(8, true)))],
  [
    "an odd part that is padded",
    () => riff(chunk("LIST", odd), chunk("fmt ", fmt(1, 2)), chunk("data", samples(2))),
  ],
  [
    "an odd part that is not padded",
    () => riff(chunk("bext", odd, false), chunk("fmt ", fmt(1, 2)), chunk("data", samples(2))),
  ],
  [
    "a part behind the sound",
    () =>
      riff(
        chunk("fmt ", fmt(1, 2)),
        chunk("data", samples(2)),
        chunk("id3 ", Buffer.alloc(5000, 7)),
      ),
  ],
  ["no length", () => patched(plain(), DATA_SIZE, 0)],
  ["the length of a pipe", () => patched(plain(), DATA_SIZE, 0xffff_ffff)],
  ["a length that is too small", () => patched(plain(), DATA_SIZE, 100)],
  [
    "a wrong size of a block",
    () => {
      const file = plain();
      file.writeUInt16LE(1, 32);
      return file;
    },
  ],
  [
    "RF64",
    () =>
      Buffer.concat([
        Buffer.from("RF64"),
        u32(0xffff_ffff),
        Buffer.from("WAVE"),
        chunk("ds64", ds64()),
        chunk("fmt ", fmt(1, 2)),
        Buffer.from("data"),
        u32(0xffff_ffff),
        samples(2),
      ]),
  ],
  [
    "Wave64",
    () =>
      Buffer.concat([
        Buffer.from("riff"),
        Buffer.from("2e91cf11a5d628db04c10000", "hex"),
        Buffer.alloc(8),
        guid("wave"),
        wide("fmt ", fmt(1, 2)),
        wide("data", samples(2)),
      ]),
  ],
  ["64 bit", () => riff(chunk("fmt ", fmt(1, 8)), chunk("data", wide64()))],
  ["AIFF, 16 bit", () => aiff(2, swapped(2, samples(2)))],
  ["AIFF, 8 bit", () => aiff(1, signed(samples(1)))],
  ["AIFF-C, little-endian", () => aiff(2, samples(2), "sowt")],
  ["AIFF-C, float", () => aiff(4, swapped(4, samples(4, true)), "fl32")],
  ["AU, 16 bit", () => au(3, swapped(2, samples(2)))],
  ["AU, float", () => au(6, swapped(4, samples(4, true)))],
  [
    "two channels that cancel each other",
    () =>
      riff(chunk("fmt ", fmt(1, 2, 2)), chunk("data", samples(2, false, [(x) => x, (x) => -x]))),
  ],
  [
    "two channels, one of them silent",
    () =>
      riff(chunk("fmt ", fmt(1, 2, 2)), chunk("data", samples(2, false, [(x) => 2 * x, () => 0]))),
  ],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lm-forms-"));
});

async function heard(file: Buffer | string) {
  const path = typeof file === "string" ? file : join(folder, "sound");
  if (typeof file !== "string") await writeFile(path, file);
  const info = await decoder.probe(path);
  const all: number[] = [];
  for await (const samples of decoder.decode(path)) for (const each of samples) all.push(each);
  return { info, all };
}

describe("WAV and its relatives", () => {
  it.each(WAVES)("%s", async (_name, make) => {
    const { info, all } = await heard(make());
    expect(all.length).toBe(16_000 * SECONDS);
    expect(info.durationSeconds).toBeCloseTo(SECONDS, 2);
    // At twice the rate every second sample is one of the tone's.
    const off = Math.max(...[4000, 9000, 15_000].map((at) => Math.abs(all[2 * at]! - tone[at]!)));
    expect(off).toBeLessThan(0.02);
  });

  it("tells a file that was cut off by what its header promises", async () => {
    const { info, all } = await heard(plain().subarray(0, 44 + RATE * 2));
    expect(info.durationSeconds).toBeCloseTo(SECONDS, 2);
    expect(all.length).toBe(16_000);
  });

  const wav = (tag: number) => riff(chunk("fmt ", fmt(tag, 1)), chunk("data", Buffer.alloc(650)));
  it.each([
    ["GSM", wav(0x31)],
    ["G.726", wav(0x45)],
    ["Speex", wav(0xa109)],
    ["Windows Media Audio", wav(0x161)],
    ["0x7777", wav(0x7777)],
    ["MACE", aiff(1, samples(1), "MAC3")],
    [
      "Speex",
      Buffer.concat([Buffer.from("OggS\0\x02"), Buffer.alloc(22), Buffer.from("Speex   1.2")]),
    ],
    ["RealAudio", Buffer.from(".ra\xfd\0\x03", "latin1")],
    ["RealMedia", Buffer.from(".RMF\0\0\0\x12")],
    ["Monkey's Audio", Buffer.from("MAC \x96\x0f\0\0", "latin1")],
    ["TAK", Buffer.from("tBaK\0\0\0\0")],
    ["SILK", Buffer.from("\x02#!SILK_V3")],
    ["MPEG program stream", Buffer.from([0, 0, 1, 0xba, 0x44, 0, 4, 0, 4, 1])],
    ["MXF", Buffer.from([6, 14, 43, 52, 2, 5, 1, 1, 13, 1, 2, 1, 1, 2])],
  ])("names what it cannot read, and says what to do: %s", async (name, file) => {
    await expect(heard(file)).rejects.toMatchObject({
      code: "audio-unreadable",
      message: expect.stringMatching(new RegExp(`${name}.*Convert it to MP3.*ffmpeg`)),
    });
  });
});

describe("MP3", () => {
  it("is found behind zeros and when it was cut inside a frame, with its true length", async () => {
    const mp3 = readFileSync(await spokenFile("One sentence is enough.", "mp3"));
    const whole = (await heard(mp3)).all.length;
    expect(whole).toBeGreaterThan(16_000);
    for (const file of [Buffer.concat([Buffer.alloc(20_000), mp3]), mp3.subarray(700)]) {
      const { info, all } = await heard(file);
      expect(Math.abs(all.length - whole)).toBeLessThan(16_000 * 0.3);
      expect(Math.abs(info.durationSeconds! - all.length / 16_000)).toBeLessThan(0.3);
    }
    const wav = riff(chunk("fmt ", fmt(0x55, 1)), chunk("data", mp3));
    expect(Math.abs((await heard(wav)).all.length - whole)).toBeLessThan(16_000 * 0.3);
  });
});

it("tells speech from music and noise", async () => {
  const speech: Float32Array[] = [];
  for await (const piece of decoder.decode(
    await spokenFile("Plants turn light into sugar. They need water and air for it.", "wav"),
  ))
    speech.push(piece);
  const steady = Float32Array.from(
    { length: 64_000 },
    (_, at) => 0.4 * Math.sin(at / 8) + 0.1 * Math.sin(at / 3),
  );
  const noise = Float32Array.from(
    { length: 64_000 },
    (_, at) => (((at * 7919) % 1000) / 1000 - 0.5) / 5,
  );
  const likeness = speechLikeness(speech[0]!, 16_000);
  for (const other of [steady, noise, new Float32Array(64_000)])
    expect(speechLikeness(other, 16_000)).toBeLessThan(likeness / 2);
});

interface Expected {
  file: string;
  as: string;
  duration: number;
  tolerance?: number;
  words?: number;
  warning?: boolean;
  first_after?: number;
  or_says?: string[];
  must_fail?: boolean;
  text?: string;
}
const FOLDER = resolve("../shared/inputs");
const listed: Expected[] = existsSync(FOLDER)
  ? JSON.parse(readFileSync(join(FOLDER, "expected.json"), "utf8"))
  : [];
const expected = listed.filter(({ as }) => as === "recording");
const clip = listed.find(({ as }) => as === "baseline")?.text ?? "";

describe.runIf(expected.length > 0)("recordings that people have", () => {
  let app: TestApp;
  let student: Student;
  let baseline: any;
  let sound: number[] | undefined;
  beforeAll(async () => {
    app = await startTestApp({ LM_STT_ENGINE: "pocketsphinx", LM_WORKER_CONCURRENCY: "2" });
    student = await app.register();
    baseline = await transcribed("audio/plain.wav");
  });
  afterAll(() => app?.stop());

  async function transcribed(file: string) {
    const uploaded = await student.upload("/recordings", join(FOLDER, file), { language: "en" });
    if (uploaded.status !== 201) return { refused: uploaded.body.detail as string };
    const { id } = uploaded.body.recording;
    const job = await student.until<any>(
      `/transcription-jobs/${uploaded.body.transcription_job.id}`,
      (each) => ["completed", "failed"].includes(each.status),
    );
    const recording = (await student.get(`/recordings/${id}`)).body;
    const transcription =
      recording.transcription_id &&
      (await student.get(`/transcriptions/${recording.transcription_id}`)).body;
    return { job, recording, transcription };
  }
  const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z']+/g) ?? [];
  /** Words of the first that are in the second too, each as often as it is in both. */
  function shared(wanted: string[], given: string[]) {
    const left = [...given];
    return wanted.filter((word) => {
      const at = left.indexOf(word);
      if (at !== -1) left.splice(at, 1);
      return at !== -1;
    });
  }

  /** Mean loudness of each 50 ms, so that a sample more or less at the start is no difference. */
  function loudness(all: number[]) {
    const windows = Math.floor(all.length / 800);
    return Array.from({ length: windows }, (_, at) =>
      Math.sqrt(all.slice(at * 800, at * 800 + 800).reduce((sum, value) => sum + value * value, 0)),
    );
  }
  /** Pearson's correlation of two rows of numbers, at the best of 11 shifts. */
  function likeness(one: number[], other: number[]) {
    const mean = (of: number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
    return Math.max(
      ...Array.from({ length: 11 }, (_, at) => {
        const [a, b] = at < 5 ? [one.slice(5 - at), other] : [one, other.slice(at - 5)];
        const length = Math.min(a.length, b.length);
        const x = a.slice(0, length).map((value) => value - mean(a));
        const y = b.slice(0, length).map((value) => value - mean(b));
        const dot = (p: number[], q: number[]) =>
          p.reduce((sum, value, i) => sum + value * q[i]!, 0);
        return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
      }),
    );
  }
  /**
   * What is lost, late or of a codec that only ffmpeg knows is put to the recogniser; the rest is the baseline's sound.
   */
  const bySound = (entry: Expected) =>
    !entry.warning &&
    !entry.must_fail &&
    entry.first_after === undefined &&
    entry.file !== "audio/wav-gsm.wav";

  it.each(expected.filter(bySound).map((entry) => [entry.file, entry] as const))(
    "%s sounds as it should",
    async (file, entry) => {
      const uploaded = await student.upload("/recordings", join(FOLDER, file), {
        transcribe: "false",
      });
      expect(uploaded.status).toBe(201);
      const recording = await student.until<any>(
        `/recordings/${uploaded.body.recording.id}`,
        (each) => each.duration_seconds !== null,
      );
      expect(Math.abs(recording.duration_seconds - entry.duration)).toBeLessThanOrEqual(
        entry.tolerance ?? 0.4,
      );
      sound ??= loudness((await heard(join(FOLDER, "audio/plain.wav"))).all);
      const { all } = await heard(join(FOLDER, file));
      expect(Math.abs(all.length / 16_000 - entry.duration)).toBeLessThanOrEqual(0.5);
      expect(likeness(loudness(all), sound)).toBeGreaterThan(0.9);
    },
  );

  it.each(expected.filter((entry) => !bySound(entry)).map((entry) => [entry.file, entry] as const))(
    "%s",
    async (file, entry) => {
      const { refused, job, recording, transcription } = await transcribed(file);
      const sentence = refused ?? (job.status === "failed" ? job.error_message : undefined);
      if (sentence !== undefined) {
        const named = entry.must_fail || entry.or_says?.some((name) => sentence.includes(name));
        expect(named ? "named" : sentence).toBe("named");
        return;
      }
      expect(entry.must_fail ?? false).toBe(false);
      expect(Math.abs(recording.duration_seconds - entry.duration)).toBeLessThanOrEqual(
        entry.tolerance ?? 0.4,
      );
      expect(job.error_message !== null, job.error_message).toBe(entry.warning ?? false);
      const wanted = shared(wordsOf(clip), wordsOf(baseline.transcription.text));
      const found = shared(wanted, wordsOf(transcription.text));
      expect(
        found.length / wanted.length,
        `${transcription.text} | ${baseline.transcription.text}`,
      ).toBeGreaterThanOrEqual(entry.words ?? 0);
      if (entry.first_after !== undefined)
        expect(
          Math.abs(
            transcription.segments[0].start -
              baseline.transcription.segments[0].start -
              entry.first_after,
          ),
        ).toBeLessThan(0.5);
    },
  );
});
