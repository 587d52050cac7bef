import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAudioDecoder } from "#server/providers/audio/decoder.ts";
import { POCKETSPHINX } from "#tests/support/engines.ts";
import { makeTransducer } from "#tests/support/make-transducer.ts";
import {
  startScriptedServer,
  type Asked,
  type ScriptedServer,
} from "#tests/support/openai-server.ts";
import {
  hasSharedModels,
  madeModel,
  SHARED_MODELS,
  shortSpeech,
} from "#tests/support/real-speech.ts";
import type { Segment, SttEngine, TranscribeRequest } from "./contract.ts";
import { createSpeechToText } from "./speech-to-text.ts";
import { encodeWav } from "./wav.ts";

const decoder = createAudioDecoder({ ffmpeg: "off" });
const { modelsDir: MODELS, model: STUB } = await madeModel();
let server: ScriptedServer;
let folder: string;
let speech: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lm-stt-"));
  speech = await shortSpeech();
  server = await startScriptedServer(whisperAnswer);
});
afterAll(() => server.close());

const engineOf = (
  name: string,
  options: {
    modelsDirs?: string[];
    openai?: { baseUrl: string; apiKey?: string; model: string };
  } = {},
) =>
  createSpeechToText({
    engine: "auto",
    modelsDirs: options.modelsDirs ?? [MODELS],
    openai: options.openai ?? { baseUrl: `${server.url}/v1`, apiKey: "secret", model: "whisper-1" },
    concurrency: 2,
    pocketsphinx: POCKETSPHINX,
    decoder,
  }).choose(name);

describe.each(["openai", "sherpa", "pocketsphinx"])("the contract of an engine, %s", (name) => {
  it("gives segments in order, progress that only grows, and the length", async () => {
    const { segments, progress, result } = await run(await engineOf(name), { path: speech });
    expect(segments.length).toBeGreaterThan(0);
    let last = 0;
    for (const segment of segments) {
      expect(segment.text.trim()).not.toBe("");
      expect(segment.start).toBeGreaterThanOrEqual(last);
      expect(segment.end).toBeGreaterThan(segment.start);
      last = segment.end;
      expect(segment.words?.map((word) => word.text).join(" ")).toBe(segment.text);
      for (const word of segment.words!) {
        expect(word.start).toBeGreaterThanOrEqual(segment.start - 0.001);
        expect(word.end).toBeLessThanOrEqual(segment.end + 0.001);
        expect(word.end).toBeGreaterThanOrEqual(word.start);
      }
    }
    expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
    expect(progress.at(-1)).toBe(result.durationSeconds);
    expect(last).toBeLessThanOrEqual(result.durationSeconds);
    expect(result.language).toBe("en");
  });

  it("goes on at the second it is given", async () => {
    const engine = await engineOf(name);
    const whole = await run(engine, { path: speech });
    const from = whole.result.durationSeconds * 0.4;
    const { segments, result } = await run(engine, { path: speech, fromSeconds: from });
    expect(segments.length).toBeGreaterThan(0);
    for (const segment of segments) expect(segment.start).toBeGreaterThanOrEqual(from);
    expect(result.durationSeconds).toBeCloseTo(whole.result.durationSeconds, 1);
  });

  it("hears no words in silence, in pink noise and in music", async () => {
    const engine = await engineOf(name);
    const before = server.asked.length;
    for (const [kind, samples] of Object.entries(nothingToHear())) {
      const path = join(folder, `${name}-${kind}.wav`);
      await writeFile(path, encodeWav(samples, 16_000));
      const { segments, result } = await run(engine, { path });
      expect(segments, kind).toEqual([]);
      expect(result.durationSeconds, kind).toBe(60);
    }
    // What holds no speech is not even sent.
    expect(server.asked.length).toBe(before);
  });

  it("ends with the reason of the signal", async () => {
    const reason = new Error("the student stopped it");
    const abort = new AbortController();
    const engine = await engineOf(name);
    const stopped = run(engine, {
      path: speech,
      signal: abort.signal,
      onSegment: async () => abort.abort(reason),
    });
    await expect(stopped).rejects.toBe(reason);
    await expect(run(engine, { path: speech, signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
  });

  it("says that a file is no recording", async () => {
    const path = join(folder, `${name}-text.mp3`);
    await writeFile(path, "only words");
    await expect(run(await engineOf(name), { path })).rejects.toMatchObject({
      code: "audio-unreadable",
    });
  });

  it("stops when saving a segment fails", async () => {
    const error = new Error("the database is gone");
    const engine = await engineOf(name);
    await expect(
      run(engine, { path: speech, onSegment: () => Promise.reject(error) }),
    ).rejects.toBe(error);
  });
});

describe("sherpa", () => {
  it("lists the models, stand-ins for tests last", async () => {
    const modelsDir = join(folder, "two-models");
    await mkdir(modelsDir);
    await symlink(join(MODELS, STUB), join(modelsDir, "sense-voice-small"));
    await symlink(join(MODELS, STUB), join(modelsDir, STUB));
    await mkdir(join(modelsDir, "empty"));
    const engine = await engineOf("sherpa", { modelsDirs: [modelsDir] });
    expect(await engine.availability()).toEqual({
      available: true,
      models: ["sense-voice-small", STUB],
      defaultModel: "sense-voice-small",
    });
  });

  it("says which model is not there, and which language no model knows", async () => {
    const engine = await engineOf("sherpa");
    await expect(run(engine, { path: speech, model: "whisper-small" })).rejects.toMatchObject({
      code: "engine-unavailable",
      message: expect.stringContaining("lm models pull whisper-small"),
    });
    await expect(run(engine, { path: speech, language: "de-AT" })).rejects.toMatchObject({
      code: "engine-unavailable",
      message: expect.stringContaining('"de"'),
    });
  });

  it("survives a truncated model, which aborts the process it is loaded in", async () => {
    const modelsDir = join(folder, "truncated");
    await cp(join(MODELS, STUB), join(modelsDir, STUB), { recursive: true });
    await writable(join(modelsDir, STUB));
    await truncate(join(modelsDir, STUB, "model.onnx"), 9000);
    const engine = await engineOf("sherpa", { modelsDirs: [modelsDir] });
    await expect(run(engine, { path: speech })).rejects.toMatchObject({
      code: "engine-failed",
      message: expect.stringContaining("could not be loaded"),
    });
  });

  it("finds a damaged file by its hash before it loads it", async () => {
    const modelsDir = join(folder, "damaged");
    await cp(join(MODELS, STUB), join(modelsDir, STUB), { recursive: true });
    await writable(join(modelsDir, STUB));
    const name = "model.onnx";
    const { size } = await stat(join(modelsDir, STUB, name));
    const manifest = {
      id: STUB,
      source: "a test",
      pulled_at: new Date().toISOString(),
      files: [{ name, size, sha256: "0".repeat(64), verified: "server" }],
    };
    await writeFile(join(modelsDir, STUB, "manifest.json"), JSON.stringify(manifest));
    const engine = await engineOf("sherpa", { modelsDirs: [modelsDir] });
    await expect(run(engine, { path: speech })).rejects.toMatchObject({
      code: "engine-unavailable",
      message: expect.stringContaining(name),
    });
  });

  it.runIf(hasSharedModels)("runs Moonshine, whose words have no times of their own", async () => {
    const engine = await engineOf("sherpa", { modelsDirs: [SHARED_MODELS] });
    const { segments } = await run(engine, { path: speech, model: "moonshine-stub-random" });
    expect(segments.length).toBeGreaterThan(0);
    for (const { text, words, confidence } of segments) {
      expect(words!.map((word) => word.text).join(" ")).toBe(text);
      // It says nothing of how sure it is, unless its words were a loop.
      expect([undefined, 0.2]).toContain(confidence);
    }
  });

  it("hears the words that a transducer is told to listen for, written as the model writes", async () => {
    const modelsDir = join(folder, "transducer");
    const model = await makeTransducer(modelsDir);
    const engine = await engineOf("sherpa", { modelsDirs: [modelsDir] });
    const heard = async (hotWords?: string[]) => {
      const { segments } = await run(engine, {
        path: speech,
        model,
        ...(hotWords && { hotWords }),
      });
      return segments.flatMap(({ text }) => text.split(" "));
    };
    expect(await heard()).not.toContain("ABBA");
    // What the model's letters cannot write is passed over, and takes nothing from the others.
    expect(await heard(["日本語", "Abba", "a:b/c"])).toContain("ABBA");
    expect(await heard(["日本語"])).not.toContain("ABBA");
  });

  it("gives the same segments with one process and with two", async () => {
    const texts = await Promise.all(
      [1, 2].map(async (concurrency) => {
        const engine = await createSpeechToText({
          engine: "sherpa",
          modelsDirs: [MODELS],
          concurrency,
          pocketsphinx: "off",
          decoder,
        }).choose();
        return (await run(engine, { path: speech })).segments;
      }),
    );
    expect(texts[0]).toEqual(texts[1]);
  });
});

describe("openai", () => {
  it("sends bounded WAV with the key, and takes words, language and confidence from the answer", async () => {
    const before = server.asked.length;
    const { segments, result } = await run(await engineOf("openai"), {
      path: speech,
      language: "en-GB",
    });
    const asked = server.asked.slice(before);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked[0]).toMatchObject({
      method: "POST",
      path: "/v1/audio/transcriptions",
      headers: { authorization: "Bearer secret" },
      form: {
        model: ["whisper-1"],
        language: ["en"],
        response_format: ["verbose_json"],
        "timestamp_granularities[]": ["word", "segment"],
      },
    });
    expect(asked[0]!.body.includes("RIFF")).toBe(true);
    expect(segments[0]!.confidence).toBeCloseTo(Math.exp(-0.2), 2);
    expect(segments[0]!.words!.length).toBe(3);
    expect(result).toMatchObject({ model: "whisper-1", language: "en" });
  });

  it("leaves out what the engine itself calls silence, loops and descriptions of sounds", async () => {
    server.answer(() => ({
      language: "english",
      segments: [
        {
          start: 0,
          end: 0.5,
          text: "Thanks for watching!",
          avg_logprob: -1.4,
          no_speech_prob: 0.9,
        },
        { start: 0.5, end: 1, text: "[Music]" },
        { start: 1, end: 2, text: "you you you you you you you you" },
        { start: 2, end: 3, text: "A real sentence.", avg_logprob: -0.1, no_speech_prob: 0.01 },
      ],
    }));
    const { segments, result } = await run(await engineOf("openai"), { path: speech });
    expect(segments[0]!.text).toBe("A real sentence.");
    expect(new Set(segments.map((segment) => segment.text)).size).toBe(1);
    expect(result.language).toBe("en");
    server.answer(whisperAnswer);
  });

  it("asks a model that knows no verbose_json for plain text", async () => {
    server.answer((asked, response) => {
      if (asked.form["response_format"]?.[0] === "verbose_json") {
        response.writeHead(400).end(
          JSON.stringify({
            error: { message: "response_format 'verbose_json' is not compatible" },
          }),
        );
        return undefined;
      }
      return { text: "Plain words." };
    });
    const { segments } = await run(await engineOf("openai"), { path: speech });
    expect(segments[0]).toMatchObject({ text: "Plain words." });
    expect(segments[0]!.words).toHaveLength(2);
    server.answer(whisperAnswer);
  });

  it("waits when it is told to, and goes on", async () => {
    let refused = 0;
    server.answer((asked, response) => {
      if (refused++ > 0) return whisperAnswer();
      response.writeHead(429, { "retry-after": "0.05" }).end();
      return undefined;
    });
    const { segments } = await run(await engineOf("openai"), { path: speech });
    expect(refused).toBeGreaterThan(1);
    expect(segments.length).toBeGreaterThan(0);
    server.answer(whisperAnswer);
  });

  it("says what to correct when the key is refused, and that the server is down when it is", async () => {
    server.answer((_, response) => void response.writeHead(401).end("{}"));
    await expect(run(await engineOf("openai"), { path: speech })).rejects.toMatchObject({
      code: "engine-unavailable",
      message: expect.stringContaining("LM_STT_OPENAI_KEY"),
    });
    server.answer(() => ({ segments: "nonsense" }));
    await expect(run(await engineOf("openai"), { path: speech })).rejects.toMatchObject({
      code: "engine-failed",
    });
    server.answer(whisperAnswer);
    const gone = await startScriptedServer(whisperAnswer);
    await gone.close();
    const engine = await engineOf("openai", { openai: { baseUrl: gone.url, model: "whisper-1" } });
    await expect(run(engine, { path: speech })).rejects.toMatchObject({
      code: "engine-failed",
      message: expect.stringContaining("could not be reached"),
    });
  });
});

describe("services on the Internet", () => {
  const words = ["ask", "not", "what", "then", "ask"].map((word, at) => ({
    word,
    start: at * 0.4,
    end: at * 0.4 + 0.3,
  }));
  const text = "Ask not what. Then ask.";
  const answers: Record<string, (asked: Asked) => unknown> = {
    deepgram: () => ({
      metadata: { duration: 2 },
      results: {
        channels: [{ detected_language: "en", alternatives: [{ transcript: text, words }] }],
      },
    }),
    assemblyai: ({ path, method }) =>
      path.startsWith("/v2/upload")
        ? { upload_url: "https://example.org/sound" }
        : method === "POST"
          ? { id: "one", status: "queued" }
          : {
              id: "one",
              status: "completed",
              text,
              language_code: "en",
              words: words.map(({ word, start, end }) => ({
                text: word,
                start: start * 1000,
                end: end * 1000,
                confidence: 0.9,
              })),
            },
    elevenlabs: () => ({
      language_code: "en",
      language_probability: 0.99,
      text,
      words: words.flatMap(({ word, start, end }) => [
        { text: word, type: "word", start, end },
        { text: " ", type: "spacing", start: end, end: end + 0.1 },
      ]),
    }),
  };
  const cloudEngine = (service: string) =>
    createSpeechToText({
      engine: "auto",
      modelsDirs: [MODELS],
      cloud: { service: service as "deepgram", apiKey: "secret", baseUrl: server.url },
      concurrency: 2,
      pocketsphinx: POCKETSPHINX,
      decoder,
    }).choose();

  it.each(Object.keys(answers))(
    "%s gets bounded WAV and the key, and gives sentences with timed words",
    async (service) => {
      const before = server.asked.length;
      server.answer((asked) => answers[service]!(asked));
      const engine = await cloudEngine(service);
      expect(engine.name).toBe(service);
      const { segments, progress, result } = await run(engine, { path: speech });
      const asked = server.asked.slice(before);
      expect(JSON.stringify(asked[0]!.headers)).toContain("secret");
      expect(asked[0]!.body.includes("RIFF")).toBe(true);
      expect(segments.slice(0, 2).map((segment) => segment.text)).toEqual([
        "Ask not what.",
        "Then ask.",
      ]);
      expect(segments[0]!.words!.map((word) => word.text)).toEqual(["Ask", "not", "what."]);
      expect(segments[1]!.start).toBeCloseTo(segments[0]!.start + 1.2, 2);
      expect(result.language).toBe("en");
      expect(progress.at(-1)).toBe(result.durationSeconds);
    },
    30_000,
  );

  it.each([
    ["deepgram", "nova-3", true],
    ["deepgram", "nova-2", false],
    ["assemblyai", "universal-3-5-pro", true],
    ["assemblyai", "best", false],
    ["elevenlabs", "scribe_v2", true],
    ["elevenlabs", "scribe_v1", false],
  ])(
    "%s with %s is told the terms of a course where it takes them",
    async (service, model, takes) => {
      const before = server.asked.length;
      server.answer((asked) => answers[service]!(asked));
      const engine = await cloudEngine(service);
      await run(engine, { path: speech, model, hotWords: ["Krebs cycle", "mitochondria"] });
      server.answer(whisperAnswer);
      const said = server.asked
        .slice(before)
        .map(
          ({ path, body }) =>
            decodeURIComponent(path.replaceAll("+", " ")) + body.toString("latin1"),
        );
      for (const term of ["Krebs cycle", "mitochondria"])
        expect(said.some((request) => request.includes(term))).toBe(takes);
    },
  );

  it("says which key to correct, and that a piece without words has none", async () => {
    server.answer((_, response) => void response.writeHead(401).end("{}"));
    await expect(run(await cloudEngine("deepgram"), { path: speech })).rejects.toMatchObject({
      code: "engine-unavailable",
      message: expect.stringContaining("LM_STT_CLOUD_KEY"),
    });
    server.answer(() => ({
      results: { channels: [{ alternatives: [{ transcript: "", words: [] }] }] },
    }));
    const { segments } = await run(await cloudEngine("deepgram"), { path: speech });
    expect(segments).toEqual([]);
    server.answer(whisperAnswer);
  });
});

describe("the choice of an engine", () => {
  it("says exactly what to do when there is none", async () => {
    const withOut = (pocketsphinx: string) =>
      createSpeechToText({
        engine: "auto",
        modelsDirs: [join(folder, "nothing")],
        concurrency: 1,
        pocketsphinx,
        decoder,
      });
    const stt = withOut("off");
    await expect(stt.choose()).rejects.toMatchObject({
      code: "engine-unavailable",
      message: expect.stringMatching(/lm models pull .*LM_STT_OPENAI_URL .*pocketsphinx/),
    });
    expect((await withOut(POCKETSPHINX).choose()).rough).toBe(true);
    await expect(stt.choose("sherpa")).rejects.toMatchObject({
      code: "engine-unavailable",
      message: expect.stringContaining("lm models pull"),
    });
    await expect(stt.choose("siri")).rejects.toMatchObject({
      code: "engine-unavailable",
      message: expect.stringContaining('"siri"'),
    });
  });

  it("prefers a server that was configured, then models here", async () => {
    expect((await engineOf("auto")).name).toBe("openai");
    const local = createSpeechToText({
      engine: "auto",
      modelsDirs: [MODELS],
      concurrency: 1,
      pocketsphinx: POCKETSPHINX,
      decoder,
    });
    expect((await local.choose()).name).toBe("sherpa");
  });
});

/** As Whisper answers: three words in the first second of each piece. */
function whisperAnswer() {
  const words = ["Ask", "not", "what"].map((word, index) => ({
    word,
    start: index * 0.3,
    end: index * 0.3 + 0.25,
  }));
  return {
    language: "english",
    text: " Ask not what",
    segments: [
      {
        start: 0,
        end: 0.95,
        text: " Ask not what",
        avg_logprob: -0.2,
        no_speech_prob: 0.01,
        compression_ratio: 1.1,
      },
    ],
    words,
  };
}

function nothingToHear() {
  const length = 60 * 16_000;
  let seed = 7;
  // A noise of our own, the same on every machine.
  const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 1_073_741_824 - 1;
  // Pink: three decades of first-order low passes. https://www.firstpr.com.au/dsp/pink-noise/ (Paul Kellet, economy)
  const low = [0, 0, 0];
  const pink = () => {
    const white = random();
    low[0] = 0.99765 * low[0]! + white * 0.099046;
    low[1] = 0.963 * low[1]! + white * 0.2965164;
    low[2] = 0.57 * low[2]! + white * 1.0526913;
    return 0.1 * (low[0] + low[1] + low[2] + white * 0.1848);
  };
  const tone = (hertz: number, seconds: number) =>
    [1, 0.5, 0.25, 0.12].reduce(
      (sum, loud, at) => sum + loud * Math.sin(2 * Math.PI * hertz * (at + 1) * seconds),
      0,
    );
  const melody = [262, 330, 392, 523, 392, 330, 294, 349, 440, 587, 440, 349];
  return {
    silence: new Float32Array(length),
    noise: Float32Array.from({ length }, pink),
    // Plucked notes over a bass, four a second, with a beat of noise.
    music: Float32Array.from({ length }, (_, i) => {
      const seconds = i / 16_000;
      const beat = Math.floor(seconds * 4);
      const since = seconds - beat / 4;
      const note = tone(melody[beat % melody.length]!, seconds) * Math.exp(-6 * since);
      const bass = tone(melody[(Math.floor(beat / 4) * 4) % melody.length]! / 4, seconds);
      return 0.2 * note + 0.08 * bass + 0.1 * random() * Math.exp(-40 * since);
    }),
  };
}

async function run(engine: SttEngine, request: Partial<TranscribeRequest> & { path: string }) {
  const segments: Segment[] = [];
  const progress: number[] = [];
  const result = await engine.transcribe({
    signal: new AbortController().signal,
    async onSegment(segment) {
      segments.push(segment);
    },
    async onProgress(done) {
      progress.push(done);
    },
    ...request,
  });
  return { segments, progress, result };
}

async function writable(modelFolder: string) {
  await chmod(modelFolder, 0o755);
  for (const name of await readdir(modelFolder)) await chmod(join(modelFolder, name), 0o644);
}
