import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAudioDecoder } from "#server/providers/audio/decoder.ts";
import { encodeWav } from "#server/providers/stt/wav.ts";
import { makeKokoro, makeVoice } from "#tests/support/make-voice.ts";
import {
  startScriptedServer,
  type Asked,
  type ScriptedServer,
} from "#tests/support/openai-server.ts";
import type { SpeakRequest, SpeechFormat } from "./contract.ts";
import { inTextPieces, wordRanges } from "./text-pieces.ts";
import { createTextToSpeech } from "./text-to-speech.ts";

const TEXT = "Plants make sugar from light, water and air. Oxygen is left over.";
let server: ScriptedServer;
let mp3: Buffer;
let modelsDir: string;
let cacheDir: string;

beforeAll(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), "lm-voices-"));
  cacheDir = await mkdtemp(join(tmpdir(), "lm-voices-"));
  await makeVoice(modelsDir, "en_US-made-low", { speakers: 2 });
  await makeVoice(modelsDir, "de_DE-made-low");
  mp3 = (await speak("espeak", { text: "Hello there.", format: "mp3" })).sound;
  server = await startScriptedServer(voiceServer);
});
afterAll(async () => {
  await server.close();
  for (const folder of [modelsDir, cacheDir]) await rm(folder, { recursive: true });
});

const engineOf = (name: string) =>
  createTextToSpeech({
    engine: "auto",
    openai: server && { baseUrl: `${server.url}/v1`, apiKey: "secret", model: "tts-1" },
    modelsDirs: [modelsDir],
    cacheDir,
  }).choose(name);

describe.each(["espeak", "flite", "sherpa", "openai"])("the contract of a voice, %s", (name) => {
  it("lists voices, and has one for a language it does not know", async () => {
    const engine = await engineOf(name);
    const voices = await engine.voices();
    expect(voices.length).toBeGreaterThan(1);
    expect(new Set(voices.map((voice) => voice.id)).size).toBe(voices.length);
    for (const language of ["en", "en-GB", "tlh", undefined])
      expect(voices.map((voice) => voice.id)).toContain(await engine.defaultVoice(language));
  });

  it.each(["mp3", "ogg", "wav"] as const)(
    "speaks into %s of the length it says",
    async (format) => {
      const done: number[] = [];
      const { sound, finished } = await speak(name, {
        format,
        onProgress: (fraction) => done.push(fraction),
      });
      const { mimeType, seconds } = await decoded(sound, format);
      expect(mimeType).toBe({ mp3: "audio/mpeg", ogg: "audio/ogg", wav: "audio/wav" }[format]);
      expect(Math.abs(seconds - finished.durationSeconds)).toBeLessThan(0.15);
      expect(done.at(-1)).toBe(1);
    },
  );

  it("says that there is no such voice", async () => {
    await expect(speak(name, { voice: "nobody" })).rejects.toMatchObject({ code: "voice-unknown" });
  });

  it("ends with the reason of the signal", async () => {
    const reason = new Error("the student went away");
    await expect(speak(name, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe("espeak", () => {
  it("reads text as text: tags are not obeyed, and nothing between < and > is swallowed", async () => {
    const seconds = async (text: string) =>
      (await speak("espeak", { text })).finished.durationSeconds;
    expect(await seconds('hello <break time="10s"/> world')).toBeLessThan(6);
    const mail = "Email <bob@example.org> for help.";
    expect(await seconds(mail)).toBeGreaterThan((await seconds("Email for help.")) + 1);
    const { words } = (await speak("espeak", { text: "R&D if a<b then stop" })).finished;
    expect(
      words!.map((word) => "R&D if a<b then stop".slice(word.start_offset, word.end_offset)),
    ).toEqual(["R&D", "if", "a<b", "then", "stop"]);
  });

  it("says where each word stands in the text and in the sound", async () => {
    const text = "Über 42 “words” 😀 and [[more]], in two sentences. Here is the second.";
    const { finished } = await speak("espeak", { text });
    const words = finished.words!;
    expect(words.map((word) => text.slice(word.start_offset, word.end_offset))).toEqual(
      text.split(" "),
    );
    let last = 0;
    for (const word of words) {
      expect(word.start).toBeGreaterThanOrEqual(last);
      expect(word.end).toBeGreaterThanOrEqual(word.start);
      last = word.end;
    }
    expect(last).toBeLessThanOrEqual(finished.durationSeconds + 0.01);
  });

  it("knows many languages, and takes the usual voice of one", async () => {
    const engine = await engineOf("espeak");
    expect((await engine.voices()).length).toBeGreaterThan(100);
    const chosen = await Promise.all(
      ["en", "de-AT", "fr", "pt-BR", "zh-CN"].map((language) => engine.defaultVoice(language)),
    );
    expect(chosen).toEqual(["en-us", "de", "fr-fr", "pt-br", "cmn"]);
  });

  it("speaks with the voices that it lists", async () => {
    const engine = await engineOf("espeak");
    const usual = ["en-gb", "en-us", "fr-fr", "de", "es", "cmn", "ja", "ar"];
    const ids = new Set((await engine.voices()).map((voice) => voice.id));
    for (const voice of usual) {
      expect(ids).toContain(voice);
      const { finished } = await speak("espeak", { text: "42", voice });
      expect(finished.durationSeconds, voice).toBeGreaterThan(0.2);
    }
  });

  it("speaks faster when it is asked to", async () => {
    const [slow, fast] = [await speak("espeak", { speed: 1 }), await speak("espeak", { speed: 2 })];
    expect(fast.finished.durationSeconds).toBeLessThan(slow.finished.durationSeconds * 0.7);
  });

  it("gives the first sound of a long text before it has spoken the last", async () => {
    const text = `${TEXT}\n\n`.repeat(40);
    const progress: number[] = [];
    const spoken = await (
      await engineOf("espeak")
    ).speak(request({ text, onProgress: (fraction) => progress.push(fraction) }));
    for await (const _ of spoken.audio) break;
    expect(progress.length).toBeGreaterThan(0);
    expect(progress.at(-1)).toBeLessThan(0.5);
    await expect(spoken.finished).rejects.toThrow();
  });
});

describe("flite", () => {
  it("says nearly where each word stands in the sound, in order, and what it cannot spell is silent", async () => {
    const text = "Über 42 “words” 😀 if a < b, in two sentences. Here is the second.";
    const { words, durationSeconds } = (await speak("flite", { text })).finished;
    expect(words!.map((word) => text.slice(word.start_offset, word.end_offset)).join(" ")).toBe(
      text.replace(" 😀", ""),
    );
    let last = 0;
    for (const word of words!) {
      expect(word.start).toBeGreaterThanOrEqual(last);
      expect(word.end).toBeGreaterThanOrEqual(word.start);
      last = word.end;
    }
    expect(last).toBeLessThanOrEqual(durationSeconds + 0.01);
    // The second sentence begins after the pause between them.
    const second = words!.find(({ start_offset }) => text.startsWith("Here", start_offset))!;
    const before = words![words!.indexOf(second) - 1]!;
    expect(second.start).toBeGreaterThan(before.start + 0.2);
  });

  it("speaks faster and slower as it is asked to, and text that is no English without an error", async () => {
    const seconds = async (speed: number) =>
      (await speak("flite", { text: TEXT, speed })).finished.durationSeconds;
    const usual = await seconds(1);
    for (const speed of [0.5, 2.5])
      expect(usual / (await seconds(speed)) / speed).toBeCloseTo(1, 0.5);
    expect((await speak("flite", { text: "日本語。" })).finished.durationSeconds).toBe(0);
  });
});

describe("voices of Piper's in sherpa-onnx", () => {
  it("are listed with each speaker and their languages, and the nearest is taken for a language", async () => {
    const engine = await engineOf("sherpa");
    expect(await engine.voices()).toEqual([
      { id: "de_DE-made-low", label: "Made", language: "de-DE" },
      { id: "en_US-made-low", label: "Made 1", language: "en-US" },
      { id: "en_US-made-low/1", label: "Made 2", language: "en-US" },
    ]);
    const chosen = ["en-GB", "de", "de_AT"].map((language) => engine.defaultVoice(language));
    expect(await Promise.all(chosen)).toEqual([
      "en_US-made-low",
      "de_DE-made-low",
      "de_DE-made-low",
    ]);
  });

  it("say nearly where each word stands in the sound, and say signs", async () => {
    const text = "Ice if a < b 😀 carves “valleys”. Then 42 follow,\nand [[more]].";
    const { words, durationSeconds } = (await speak("sherpa", { text })).finished;
    expect(words!.map((word) => text.slice(word.start_offset, word.end_offset)).join(" ")).toBe(
      text.replace(" 😀", "").replace("\n", " "),
    );
    const times = words!.flatMap(({ start, end }) => [start, end]);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(durationSeconds + 0.01);
    expect(times.at(-1)).toBeGreaterThan(durationSeconds / 2);
    const without = (await speak("sherpa", { text: "a b" })).finished.durationSeconds;
    expect((await speak("sherpa", { text: "a < b" })).finished.durationSeconds).toBeGreaterThan(
      without * 2,
    );
  });

  it("speak as fast as asked to, by each speaker, and text of any writing without an error", async () => {
    const seconds = async (changes: Partial<SpeakRequest>) =>
      (await speak("sherpa", changes)).finished.durationSeconds;
    const usual = await seconds({});
    expect(usual / (await seconds({ speed: 2 }))).toBeCloseTo(2, 0.5);
    const [low, high] = await Promise.all(
      ["en_US-made-low", "en_US-made-low/1"].map((voice) => speak("sherpa", { voice })),
    );
    expect(low!.sound.equals(high!.sound)).toBe(false);
    for (const text of ["日本語。", "…", "\u0000 \u202e x", "𝒳 ﷽"]) await seconds({ text });
  });

  it("say which voice is damaged; a description that cannot be read is no voice", async () => {
    const broken = await mkdtemp(join(tmpdir(), "lm-voices-"));
    for (const name of ["en_US-cut-low", "en_US-empty-low", "en_US-other-low"])
      await makeVoice(broken, name);
    const inside = (name: string, end = "") => join(broken, name, `${name}.onnx${end}`);
    await writeFile(inside("en_US-cut-low"), Buffer.from("not a model"));
    await writeFile(inside("en_US-empty-low"), "");
    await writeFile(inside("en_US-other-low", ".json"), '{"phoneme_type": "text"');
    const engine = await createTextToSpeech({
      engine: "sherpa",
      modelsDirs: [broken],
      cacheDir,
    }).choose();
    const voices = (await engine.voices()).map(({ id }) => id);
    expect(voices).toEqual(["en_US-cut-low", "en_US-empty-low"]);
    for (const voice of voices)
      await expect(engine.speak(request({ voice }))).rejects.toMatchObject({
        code: expect.stringMatching(/^engine-(failed|unavailable)$/),
        message: expect.stringContaining(voice),
      });
    // What was made of voices that are gone goes, too.
    expect((await readdir(join(cacheDir, "voices"))).join()).not.toMatch("made-low");
    await rm(broken, { recursive: true });
    const none = createTextToSpeech({ engine: "sherpa", modelsDirs: [broken], cacheDir });
    const nothing = await none.choose();
    expect(await nothing.availability()).toMatchObject({
      available: false,
      remedy: expect.stringContaining("lm models pull"),
    });
    await expect(nothing.speak(request({}))).rejects.toMatchObject({ code: "engine-unavailable" });
  });
});

describe("voices of Kokoro's in sherpa-onnx", () => {
  const NAMES = ["af_alloy", "af_heart", "bm_george", "ef_dora", "jf_alpha", "zf_xiaobei"];
  const kokoro = async (changes: Partial<SpeakRequest>) => {
    const spoken = await (
      await createTextToSpeech({ engine: "sherpa", modelsDirs: [folder], cacheDir }).choose()
    ).speak(request(changes));
    const sound = await buffer(spoken.audio);
    return { sound, ...(await spoken.finished) };
  };
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lm-voices-"));
    await makeKokoro(folder, "kokoro-made", NAMES);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("are one for each speaker whose language can be pronounced, the best first", async () => {
    const engine = await createTextToSpeech({
      engine: "sherpa",
      modelsDirs: [folder],
      cacheDir,
    }).choose();
    expect((await engine.voices()).map(({ id, language }) => [id, language])).toEqual([
      ["kokoro-made/af_heart", "en-US"],
      ["kokoro-made/af_alloy", "en-US"],
      ["kokoro-made/bm_george", "en-GB"],
      ["kokoro-made/ef_dora", "es"],
      ["kokoro-made/zf_xiaobei", "zh-CN"],
    ]);
    const chosen = ["en", "en-GB", "es-MX", "zh"].map((language) => engine.defaultVoice(language));
    expect((await Promise.all(chosen)).map((id) => id.split("/")[1])).toEqual([
      "af_heart",
      "bm_george",
      "ef_dora",
      "zf_xiaobei",
    ]);
    const { choose } = createTextToSpeech({ engine: "auto", modelsDirs: [folder], cacheDir });
    expect((await choose("auto", "zh-TW")).name).toBe("sherpa");
    expect((await choose("auto", "ja")).name).toBe("espeak");
  });

  it("speak as they are pronounced, as fast as asked, each in its own voice, and say where words stand", async () => {
    const voice = "kokoro-made/af_heart";
    const text = "Plants grow if a < b, and “Oxygen” 42 is left.";
    const spoken = await kokoro({ voice, text });
    expect(
      spoken.words!.map((word) => text.slice(word.start_offset, word.end_offset)).join(" "),
    ).toBe(text);
    const seconds = async (changes: Partial<SpeakRequest>) =>
      (await kokoro({ voice, ...changes })).durationSeconds;
    const usual = await seconds({});
    expect(usual / (await seconds({ speed: 2 }))).toBeCloseTo(2, 0);
    // By its own pronunciations, and by those of eSpeak in the voice's language.
    expect(await seconds({ text: "你好", voice: "kokoro-made/zf_xiaobei" })).toBeGreaterThan(2);
    const alloy = await kokoro({ voice: "kokoro-made/af_alloy", text });
    expect(alloy.sound.equals(spoken.sound)).toBe(false);
    const odd = ["日本語", "\u0000 \u202e x", "𝒳 ﷽", "A".repeat(900)].join("\n\n");
    expect(await seconds({ text: odd })).toBeGreaterThan(1);
  });

  it("of its first version speak English only", async () => {
    const first = await mkdtemp(join(tmpdir(), "lm-voices-"));
    await makeKokoro(first, "kokoro-first", ["af", "bm_george", "ef_dora"], 1);
    const engine = await createTextToSpeech({
      engine: "sherpa",
      modelsDirs: [first],
      cacheDir,
    }).choose();
    const voices = (await engine.voices()).map(({ id }) => id);
    expect(voices).toEqual(["kokoro-first/af", "kokoro-first/bm_george"]);
    const text = `${TEXT}\n\n日本語`;
    const spoken = await engine.speak(request({ voice: voices[1]!, text, format: "wav" }));
    expect((await buffer(spoken.audio)).length).toBeGreaterThan(16_000);
    await rm(first, { recursive: true });
  });

  it("say which model is damaged; a model of something else is no voice", async () => {
    const broken = await mkdtemp(join(tmpdir(), "lm-voices-"));
    for (const id of ["kokoro-cut", "kokoro-other"]) await makeKokoro(broken, id, NAMES);
    await writeFile(join(broken, "kokoro-cut", "voices.bin"), "short");
    await writeFile(join(broken, "kokoro-other", "model.onnx"), Buffer.alloc(100_000, 0x3a));
    const engine = await createTextToSpeech({
      engine: "sherpa",
      modelsDirs: [broken],
      cacheDir,
    }).choose();
    const ids = (await engine.voices()).map(({ id }) => id.split("/")[0]);
    expect(new Set(ids)).toEqual(new Set(["kokoro-cut"]));
    await expect(engine.speak(request({ voice: "kokoro-cut/af_heart" }))).rejects.toMatchObject({
      code: "engine-failed",
      message: expect.stringContaining("kokoro-cut"),
    });
    await rm(broken, { recursive: true });
  });
});

describe("openai", () => {
  it("sends the text in pieces, with key, voice and pace", async () => {
    server.asked.length = 0;
    const text = `${TEXT} `.repeat(60);
    const { finished } = await speak("openai", { text, voice: "nova", speed: 1.5 });
    const bodies = server.asked.map((asked) => JSON.parse(asked.body.toString()));
    expect(bodies.length).toBeGreaterThan(2);
    expect(bodies.map((body) => body.input).join("")).toBe(text);
    expect(bodies[0]).toMatchObject({
      model: "tts-1",
      voice: "nova",
      speed: 1.5,
      response_format: "mp3",
    });
    expect(server.asked[0]!.headers["authorization"]).toBe("Bearer secret");
    expect(finished.durationSeconds).toBeGreaterThan(bodies.length / 2);
  });

  it("tries again when the server stumbles, and says so when it stays down", async () => {
    let failures = 1;
    server.answer((asked, response) =>
      failures-- > 0 ? void response.writeHead(503).end() : voiceServer(asked, response),
    );
    expect((await speak("openai")).sound.length).toBeGreaterThan(100);
    server.answer((_, response) => void response.writeHead(500).end());
    await expect(speak("openai")).rejects.toMatchObject({
      code: "engine-failed",
      message: expect.stringContaining("500"),
    });
    server.answer((_, response) => void response.writeHead(401).end());
    await expect(speak("openai")).rejects.toMatchObject({
      code: "engine-unavailable",
      message: expect.stringContaining("LM_TTS_OPENAI_KEY"),
    });
    server.answer(voiceServer);
  });
});

describe("the choice of a voice engine", () => {
  it("prefers a server that was configured and names what there is", async () => {
    expect((await engineOf("auto")).name).toBe("openai");
    const own = createTextToSpeech({ engine: "auto", modelsDirs: [], cacheDir });
    expect((await own.choose()).name).toBe("espeak");
    expect((await own.choose("auto", "de")).name).toBe("espeak");
    expect((await own.choose("auto", "en-US")).name).toBe("flite");
    const fetched = createTextToSpeech({ engine: "auto", modelsDirs: [modelsDir], cacheDir });
    expect((await fetched.choose("auto", "de-AT")).name).toBe("sherpa");
    expect((await fetched.choose("auto", "fr")).name).toBe("espeak");
    expect((await fetched.choose()).name).toBe("espeak");
    await expect(engineOf("parrot")).rejects.toMatchObject({
      code: "engine-unavailable",
      message: expect.stringContaining("espeak"),
    });
  });
});

describe("pieces of a text", () => {
  it("join to the text, are bounded, and end where sentences end", () => {
    const text = `${TEXT} ${"word ".repeat(300)}${"x".repeat(900)} 😀😀 Ende.\n\nEin neuer Absatz.`;
    const pieces = inTextPieces(text, 400);
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
    for (const piece of pieces) {
      expect(piece.text.length).toBeLessThanOrEqual(400);
      expect(text.slice(piece.offset, piece.offset + piece.text.length)).toBe(piece.text);
    }
    expect(inTextPieces("", 400)).toEqual([]);
  });

  it("finds the words of a language that writes no spaces", () => {
    const text = "今日は天気がいい。";
    expect(wordRanges(text).length).toBeGreaterThan(2);
    expect(wordRanges("two words").map(({ start, end }) => [start, end])).toEqual([
      [0, 3],
      [4, 9],
    ]);
  });
});

/** As the service answers: sound for a text, or a sentence about the voice. */
function voiceServer(asked: Asked, response: ServerResponse) {
  if (asked.path === "/v1/audio/voices") return { voices: ["alloy", "nova"] };
  const body = JSON.parse(asked.body.toString()) as { voice: string; response_format: string };
  if (body.voice === "nobody")
    return void response
      .writeHead(400)
      .end(JSON.stringify({ error: { message: "Unknown voice" } }));
  const tone = Float32Array.from(
    { length: 24_000 },
    (_, i) => 0.3 * Math.sin((2 * Math.PI * 300 * i) / 24_000),
  );
  response.end(body.response_format === "mp3" ? mp3 : Buffer.from(encodeWav(tone, 24_000)));
  return undefined;
}

function request(changes: Partial<SpeakRequest>): SpeakRequest {
  return {
    text: TEXT,
    voice: "en-us",
    speed: 1,
    format: "mp3",
    signal: new AbortController().signal,
    ...changes,
  };
}

const VOICE_OF: Record<string, string> = { flite: "slt", sherpa: "en_US-made-low" };

async function speak(name: string, changes: Partial<SpeakRequest> = {}) {
  const engine = await createTextToSpeech({
    engine: "auto",
    modelsDirs: [modelsDir],
    cacheDir,
    openai:
      name === "openai"
        ? { baseUrl: `${server.url}/v1`, apiKey: "secret", model: "tts-1" }
        : undefined,
  }).choose(name);
  const spoken = await engine.speak(
    request({ ...(VOICE_OF[name] && { voice: VOICE_OF[name] }), ...changes }),
  );
  const sound = await buffer(spoken.audio);
  return { sound, finished: await spoken.finished };
}

async function decoded(sound: Buffer, format: SpeechFormat) {
  const path = join(await mkdtemp(join(tmpdir(), "lm-tts-")), `sound.${format}`);
  await writeFile(path, sound);
  const decoder = createAudioDecoder({ ffmpeg: "off" });
  let count = 0;
  for await (const chunk of decoder.decode(path)) count += chunk.length;
  return { ...(await decoder.probe(path)), seconds: count / 16_000 };
}
