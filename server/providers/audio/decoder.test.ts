import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readFile, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  EncodedAudioPacketSource,
  EncodedPacket,
  FilePathTarget,
  MkvOutputFormat,
  Output,
} from "mediabunny";
import { beforeAll, describe, expect, it } from "vitest";
import { Failure } from "#server/failures.ts";
import { encodeWav } from "#server/providers/stt/wav.ts";
import { FFMPEG } from "#tests/support/engines.ts";
import {
  hasSharedAudio,
  SHARED_AUDIO,
  shortSpeech,
  spokenFile,
} from "#tests/support/real-speech.ts";
import type { AudioDecoder } from "./contract.ts";
import { createAudioDecoder } from "./decoder.ts";
import { createResampler } from "./resample.ts";

const decoders: [string, AudioDecoder][] = [["embedded", createAudioDecoder({ ffmpeg: "off" })]];
if (FFMPEG) decoders.push(["ffmpeg", createAudioDecoder({ ffmpeg: FFMPEG })]);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lm-decoder-"));
});

it("takes ffmpeg from PATH unless it is told not to", async () => {
  const path = await mkdtemp(join(tmpdir(), "lm-path-"));
  const before = process.env["PATH"];
  try {
    process.env["PATH"] = path;
    expect(createAudioDecoder({ ffmpeg: "auto" }).name).toBe("embedded");
    await writeFile(join(path, "ffmpeg"), "#!/bin/sh\n", { mode: 0o755 });
    expect(createAudioDecoder({ ffmpeg: "auto" }).name).toBe("ffmpeg");
    expect(createAudioDecoder({ ffmpeg: "off" }).name).toBe("embedded");
  } finally {
    process.env["PATH"] = before;
  }
});

describe.each(decoders)("the contract of a decoder, %s", (name, decoder) => {
  it("has the name it was asked for", () => expect(decoder.name).toBe(name));

  it("decodes speech that the project made itself in each of its formats", async () => {
    for (const format of ["wav", "mp3", "ogg"] as const) {
      const path = await spokenFile("One sentence is enough.", format);
      const { seconds, loudness } = await measure(decoder, path);
      expect(seconds, format).toBeGreaterThan(1);
      expect(seconds, format).toBeLessThan(4);
      expect(loudness, format).toBeGreaterThan(0.02);
    }
  });

  const formats: [string, string][] = [
    ["jfk.wav", "audio/wav"],
    ["formats/jfk.mp3", "audio/mpeg"],
    ["formats/jfk.m4a", "audio/mp4"],
    ["formats/jfk_faststart.m4a", "audio/mp4"],
    ["formats/jfk.ogg", "audio/ogg"],
    ["formats/jfk.opus", "audio/ogg"],
    ["formats/jfk.webm", "audio/webm"],
  ];
  it.runIf(hasSharedAudio).each(formats)("decodes %s", async (file, mimeType) => {
    const path = join(SHARED_AUDIO, file);
    const info = await decoder.probe(path);
    expect(info.mimeType).toBe(mimeType);
    expect(info.durationSeconds).toBeCloseTo(11, 0);
    const { seconds, loudness } = await measure(decoder, path);
    expect(Math.abs(seconds - 11)).toBeLessThan(0.05);
    expect(Math.abs(loudness - 0.14)).toBeLessThan(0.01);
  });

  it.runIf(hasSharedAudio)("decodes five minutes of flac in chunks of at most 30 s", async () => {
    const longest: number[] = [];
    const { seconds } = await measure(decoder, join(SHARED_AUDIO, "lj001_5min.flac"), (chunk) =>
      longest.push(chunk.length),
    );
    expect(seconds).toBeCloseTo(295.43, 1);
    expect(Math.max(...longest)).toBeLessThanOrEqual(30 * 16_000);
  });

  it.runIf(FFMPEG && hasSharedAudio)(
    "decodes the sound of a video, stereo at 44.1 kHz, with its index at the end",
    async () => {
      const path = join(folder, `${name}.mp4`);
      const speech = join(SHARED_AUDIO, "jfk.wav");
      execFileSync(FFMPEG!, [
        "-v",
        "error",
        "-y",
        "-f",
        "lavfi",
        "-i",
        "color=size=64x64:rate=5:duration=11",
        "-i",
        speech,
        "-ar",
        "44100",
        "-ac",
        "2",
        "-c:v",
        "mpeg4",
        "-c:a",
        "aac",
        "-shortest",
        path,
      ]);
      expect(await decoder.probe(path)).toMatchObject({ mimeType: "video/mp4" });
      const { seconds, loudness } = await measure(decoder, path);
      expect(Math.abs(seconds - 11)).toBeLessThan(0.2);
      // Mono spread over two channels comes back as their mean or, with ffmpeg, 3 dB louder.
      expect(loudness).toBeGreaterThan(0.09);
      expect(loudness).toBeLessThan(0.16);
    },
  );

  it("begins at a second with the very samples of a whole run", async () => {
    const path = await shortSpeech();
    const all = await samples(decoder.decode(path));
    const late = await samples(decoder.decode(path, { fromSeconds: 4 }));
    expect(late.length).toBe(all.length - 64_000);
    expect(late.subarray(0, 1000)).toEqual(all.subarray(64_000, 65_000));
  });

  it("lists the sound tracks of a video and hears the one with speech, or the one that is asked for", async () => {
    const path = join(folder, `${name}-tracks.mkv`);
    await writeTracks(path);
    const info = await decoder.probe(path);
    expect(info.tracks).toMatchObject([
      { number: 0, readable: true, name: "Hum" },
      { number: 1, readable: true, name: "Lecturer", language: "deu" },
      { number: 2, readable: true, name: "Silence" },
    ]);
    expect(info.track).toBe(1);
    const heard = await Promise.all(
      [undefined, 0, 1, 2].map((track) => measure(decoder, path, undefined, track)),
    );
    expect(heard[0]).toEqual(heard[2]);
    expect(heard[1]!.loudness).toBeCloseTo(0.2, 1);
    expect(heard[3]!.loudness).toBe(0);
    expect(heard[0]!.loudness).toBeGreaterThan(0.01);
  });

  it("says what a file is when it is no recording", async () => {
    const png = join(folder, `${name}-picture.mp3`);
    const picture =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    await writeFile(png, Buffer.from(picture, "base64"));
    await expect(measure(decoder, png)).rejects.toMatchObject({
      code: "audio-unreadable",
      message: expect.stringContaining("a picture"),
    });
    const text = join(folder, `${name}-text.wav`);
    await writeFile(text, "no sound at all");
    await expect(decoder.probe(text)).rejects.toMatchObject({ code: "audio-unreadable" });
    const empty = join(folder, `${name}-empty.wav`);
    await writeFile(empty, "");
    await expect(decoder.probe(empty)).rejects.toMatchObject({ code: "file-empty" });
  });

  it.runIf(hasSharedAudio)(
    "says that a recording is cut off when its index is missing",
    async () => {
      const path = join(folder, `${name}-cut.m4a`);
      await writeFile(
        path,
        (await readFile(join(SHARED_AUDIO, "formats/jfk.m4a"))).subarray(0, 40_000),
      );
      await expect(decoder.probe(path)).rejects.toMatchObject({
        code: "audio-unreadable",
        message: expect.stringContaining("cut off"),
      });
      await expect(measure(decoder, path)).rejects.toMatchObject({
        code: "audio-unreadable",
        message: expect.stringContaining("cut off"),
      });
    },
  );

  it.runIf(hasSharedAudio)("gives what there is of a file that stops in the middle", async () => {
    const path = join(folder, `${name}-half.mp3`);
    await copyFile(join(SHARED_AUDIO, "formats/jfk.mp3"), path);
    await truncate(path, Math.floor((await readFile(path)).length / 2));
    const { seconds } = await measure(decoder, path);
    expect(seconds).toBeGreaterThan(4.5);
    expect(seconds).toBeLessThan(6.5);
  });

  it("ends with the reason of the signal, and the process is gone", async () => {
    const path = join(folder, `${name}-long.wav`);
    await writeFile(path, encodeWav(new Float32Array(16_000 * 120), 16_000));
    const abort = new AbortController();
    const reason = new Error("enough");
    const listen = async () => {
      for await (const _ of decoder.decode(path, { signal: abort.signal })) abort.abort(reason);
    };
    await expect(listen()).rejects.toBe(reason);
  });

  it("is a Failure and not a crash when the file is gone", async () => {
    const gone = measure(decoder, join(folder, "never-there.wav"));
    await expect(gone).rejects.not.toBeInstanceOf(Failure);
    await expect(gone).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("a damaged clock", () => {
  const [[, decoder]] = decoders as [[string, AudioDecoder]];

  it("is not believed when it puts the sound days after the picture", async () => {
    const tag = (type: number, ms: number, data: Uint8Array) => {
      const head = Buffer.alloc(11);
      head[0] = type;
      head.writeUIntBE(data.length, 1, 3);
      head.writeUIntBE(ms & 0xffffff, 4, 3);
      head[7] = ms >>> 24;
      return Buffer.concat([head, data, Buffer.alloc(4)]);
    };
    // Mu-law, 8 kHz, one channel: half a second.
    const sound = Uint8Array.from([0x82, ...Array<number>(4000).fill(0x2a)]);
    const path = join(folder, "days.flv");
    await writeFile(
      path,
      Buffer.concat([
        Buffer.from("464c5601050000000900000000", "hex"),
        tag(9, 0, Uint8Array.from([0x12, 0])),
        tag(8, 0x7fffff00, sound),
        tag(8, 500, sound),
      ]),
    );
    expect((await measure(decoder, path)).seconds).toBeCloseTo(1, 1);
    // Where the disk failed, as long as a film: each 15 zeros would be a tag of nothing.
    await truncate(path, 2 ** 30);
    expect((await decoder.probe(path)).durationSeconds).toBeGreaterThan(0.4);
    expect((await measure(decoder, path)).seconds).toBeCloseTo(1, 1);
  });

  it("is not believed when an MP3 says more seconds than its bytes could hold", async () => {
    const path = join(folder, "long-table.mp3");
    const file = await readFile(await spokenFile("One sentence is enough.", "mp3"));
    // A first frame without sound, with the table of a variable bit rate: that it counts the frames, and how many.
    const frame = Buffer.alloc(file.indexOf(file.subarray(0, 2), 4));
    file.copy(frame, 0, 0, 4);
    const isMpeg1 = (file[1]! & 8) !== 0;
    const isMono = file[3]! >> 6 === 3;
    const table = 4 + (isMpeg1 ? (isMono ? 17 : 32) : isMono ? 9 : 17);
    frame.write("Xing", table, "latin1");
    frame.writeUInt32BE(1, table + 4);
    frame.writeUInt32BE(0x01000000, table + 8);
    await writeFile(path, Buffer.concat([frame, file]));
    const { durationSeconds } = await decoder.probe(path);
    expect(durationSeconds).toBeLessThan(5);
    expect(durationSeconds).toBeCloseTo((await measure(decoder, path)).seconds, 0);
  });
});

describe("the resampler", () => {
  it.each([8000, 11_025, 22_050, 44_100, 48_000])(
    "keeps a tone of 440 Hz from %i Hz and its length, whatever the pieces",
    (rate) => {
      const tone = Float32Array.from({ length: rate }, (_, i) =>
        Math.sin((2 * Math.PI * 440 * i) / rate),
      );
      const resampler = createResampler(rate, 16_000);
      const out: number[] = [];
      for (let at = 0; at < tone.length; at += 777)
        out.push(...resampler.push(tone.subarray(at, at + 777)));
      out.push(...resampler.flush());
      expect(out.length).toBe(16_000);
      const worst = Math.max(
        ...out
          .slice(500, 15_500)
          .map((value, i) => Math.abs(value - Math.sin((2 * Math.PI * 440 * (i + 500)) / 16_000))),
      );
      expect(worst).toBeLessThan(0.02);
    },
  );

  it.each([
    [8000, 16_000, 32_000],
    [11_025, 3, 4],
    [44_100, 1_234_567, 447_915],
    [48_000, 1, 0],
  ])("from %i Hz makes of %i samples exactly %i", (rate, length, expected) => {
    const resampler = createResampler(rate, 16_000);
    let made = 0;
    for (let at = 0; at < length; at += 4096)
      made += resampler.push(new Float32Array(Math.min(4096, length - at))).length;
    expect(made + resampler.flush().length).toBe(expected);
  });

  it("takes away what would fold back into speech", () => {
    const tone = Float32Array.from({ length: 48_000 }, (_, i) =>
      Math.sin((2 * Math.PI * 12_000 * i) / 48_000),
    );
    const out = createResampler(48_000, 16_000).push(tone);
    expect(Math.max(...out.slice(500))).toBeLessThan(0.01);
  });
});

async function measure(
  decoder: AudioDecoder,
  path: string,
  onChunk?: (chunk: Float32Array) => void,
  track?: number,
) {
  let count = 0;
  let energy = 0;
  for await (const chunk of decoder.decode(path, track === undefined ? {} : { track })) {
    onChunk?.(chunk);
    count += chunk.length;
    for (const sample of chunk) energy += sample * sample;
  }
  return { seconds: count / 16_000, loudness: Math.sqrt(energy / count) };
}

/** A hum, somebody speaking, and nothing. */
async function writeTracks(path: string) {
  const speech = await samples(
    createAudioDecoder({ ffmpeg: "off" }).decode(
      await spokenFile("Plants turn light into sugar. They need water for it.", "wav"),
    ),
  );
  const hum = speech.map((_, at) => 0.28 * Math.sin(at / 8));
  const output = new Output({ format: new MkvOutputFormat(), target: new FilePathTarget(path) });
  const tracks = [
    { name: "Hum", languageCode: "und", sound: hum },
    { name: "Lecturer", languageCode: "deu", sound: speech },
    { name: "Silence", languageCode: "und", sound: speech.map(() => 0) },
  ].map(({ sound, ...about }) => {
    const source = new EncodedAudioPacketSource("pcm-s16");
    output.addAudioTrack(source, about);
    return { source, pcm: Buffer.from(Int16Array.from(sound, (value) => value * 32_767).buffer) };
  });
  await output.start();
  const config = { codec: "pcm-s16", numberOfChannels: 1, sampleRate: 16_000 };
  for (const { source, pcm } of tracks) {
    for (let at = 0; at < pcm.length; at += 3200) {
      const data = pcm.subarray(at, at + 3200);
      const packet = new EncodedPacket(data, "key", at / 32_000, data.length / 32_000);
      await source.add(packet, { decoderConfig: config });
    }
    source.close();
  }
  await output.finalize();
}

async function samples(chunks: AsyncIterable<Float32Array>) {
  const all: Float32Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  const joined = new Float32Array(all.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of all) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
