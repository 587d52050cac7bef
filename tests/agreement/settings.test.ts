/**
 * .env.example names every setting there is, and no other; each refuses what it cannot be, by its name, before anything
 * starts.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { readConfig } from "#server/config.ts";
import { createAudioDecoder } from "#server/providers/audio/decoder.ts";
import { createSpeechToText } from "#server/providers/stt/speech-to-text.ts";
import { createTextToSpeech } from "#server/providers/tts/text-to-speech.ts";
import { settingNames, STT_ENGINES, TTS_ENGINES } from "#server/settings.ts";

it("lists every setting once", async () => {
  const lines = (await readFile(".env.example", "utf8")).split("\n");
  const named = lines.flatMap((line) => /^(?:# )?([A-Z][A-Z0-9_]+)=/.exec(line)?.[1] ?? []);
  expect(named.toSorted()).toEqual(settingNames.toSorted());
});

const NONSENSE = "no\u0007nsense \u2603";

function mistakesOf(env: Record<string, string>) {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    const [first, ...mistakes] = (error as Error).message.split("\n");
    expect(first).toBe("The settings are not right:");
    return mistakes.map((line) => line.trim());
  }
}

async function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ["cli/main.ts", "serve"], {
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
  });
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  const [code] = (await once(child, "exit")) as [number];
  return { code, said };
}

describe("a value that makes no sense", () => {
  test.each(settingNames)("%s is refused by name, and not repeated", (name) => {
    const mistakes = mistakesOf({ [name]: NONSENSE });
    expect(mistakes.filter((line) => line.startsWith(`${name}: `)).length).toBe(1);
    expect(mistakes.join("\n")).not.toContain("nsense");
  });

  test("all of them at once are listed by the program before it starts, which says no more", async () => {
    // `serve` runs no worker, whatever is set.
    const read = settingNames.filter((name) => name !== "LM_WORKER");
    const { code, said } = await start(Object.fromEntries(read.map((name) => [name, NONSENSE])));
    expect(code).toBe(1);
    for (const name of read) expect(said, name).toContain(`${name}: `);
    expect(said).not.toMatch(/at .*\.ts:\d+/);
  });

  test.each([
    ["HOST", "not a host"],
    ["HOST", "https://example.org"],
    ["PORT", "70000"],
    ["PORT", "http"],
    ["LM_PUBLIC_URL", "study.example.org"],
    ["LM_PUBLIC_URL", "ftp://study.example.org"],
    ["DATABASE_URL", "mysql://localhost/x"],
    ["DATABASE_URL", "localhost:5432"],
    ["DATABASE_DIRECT_URL", "file:///etc/passwd"],
    ["DATABASE_WORKER_URL", "nothing"],
    ["DATABASE_POOL", "0"],
    ["LM_BODY_IDLE_SECONDS", "-1"],
    ["LM_DATABASE_PATIENCE_MS", "soon"],
    ["POSTGRES_HOST", "a b"],
    ["POSTGRES_PORT", "0"],
    ["LM_WORKER", "yes"],
    ["LM_LOG_LEVEL", "loud"],
    ["LM_SMTP_URL", "mail.example.org:25"],
    ["LM_SMTP_URL", "smtp://"],
    ["LM_MAIL_FROM", "Little Monster"],
    ["LM_MAIL_FROM", "<a@b> <c@d>"],
    ["LM_GOOGLE_ISSUER", "javascript:alert(1)"],
    ["LM_GITHUB_API_URL", "github"],
    ["LM_OIDC", "[{}]"],
    ["LM_STORAGE", "tape"],
    ["LM_S3_BUCKET", "my bucket"],
    ["LM_S3_REGION", "Frankfurt am Main"],
    ["LM_MAX_AUDIO_BYTES", "2 GB"],
    ["LM_QUOTA_STORAGE_BYTES", "0"],
    ["LM_QUOTA_QUEUED_JOBS_OF_TYPE", "dance=3"],
    ["LM_QUOTA_QUEUED_JOBS_OF_TYPE", "speak"],
    ["LM_STT_ENGINE", "whisperer"],
    ["LM_TTS_ENGINE", "festival"],
    ["LM_STT_CLOUD", "cumulus"],
    ["LM_LLM_PROVIDER", "oracle"],
    ["LM_LLM_REGION", "here and there"],
    ["LM_LLM_MODEL", "a model"],
    ["LM_EMBEDDINGS_MODEL", "-"],
    ["LM_TRUSTED_PROXIES", "10.0.0.0/99"],
    ["LM_WEB_NETWORKS", "everywhere"],
    ["LM_RATE_LIMIT_STORE", "redis"],
    ["LM_REGISTRATION", "maybe"],
    ["NODE_ENV", "prod"],
  ])("%s=%s", (name, value) => {
    expect(settingNames).toContain(name);
    expect(mistakesOf({ [name]: value }).some((line) => line.startsWith(`${name}: `))).toBe(true);
  });

  test.each([
    [{ LM_STT_ENGINE: "openai" }, "LM_STT_OPENAI_URL"],
    [{ LM_STT_LOW_ENGINE: "openai" }, "LM_STT_OPENAI_URL"],
    [{ LM_STT_HIGH_ENGINE: "deepgram" }, "LM_STT_CLOUD"],
    [{ LM_STT_HIGH_MODEL: "whisper-base" }, "LM_STT_HIGH_ENGINE"],
    [{ LM_LLM_JOBS_URL: "https://example.org" }, "LM_LLM_JOBS_MODEL"],
    [{ LM_TTS_ENGINE: "openai" }, "LM_TTS_OPENAI_URL"],
    [{ LM_STT_ENGINE: "deepgram" }, "LM_STT_CLOUD"],
    [{ LM_GITHUB_CLIENT_SECRET: "x" }, "LM_GITHUB_CLIENT_ID"],
    [{ LM_STORAGE: "s3" }, "LM_S3_BUCKET"],
    [{ LM_LLM_URL: "https://example.org" }, "LM_LLM_MODEL"],
    [{ LM_RATE_LIMITS: "off", NODE_ENV: "production" }, "LM_RATE_LIMITS"],
  ])("%j needs %s", (env, named) => {
    expect(mistakesOf(env as any).some((line) => line.startsWith(`${named}: `))).toBe(true);
  });
});

test("what is set as the documents say is taken", () => {
  const good: Record<string, string> = {
    HOST: "0.0.0.0",
    LM_PUBLIC_URL: "https://study.example.org",
    DATABASE_URL: "postgresql:///study?host=/run/postgresql",
    POSTGRES_HOST: "/run/postgresql",
    LM_SMTP_URL: "smtp://user:p%40ss@mail.example.org:587",
    LM_MAIL_FROM: "Lernmonster Köln <monster@example.org>",
    LM_LLM_MODEL: "meta-llama/Llama-3.1-8B:free",
    LM_TRUSTED_PROXIES: "127.0.0.0/8, ::1",
    LM_S3_REGION: "eu-central-1",
  };
  for (const [name, value] of Object.entries(good))
    expect(mistakesOf({ [name]: value }), name).toEqual([]);
  expect(mistakesOf({ HOST: "::" })).toEqual([]);
  // Every default stands.
  expect(mistakesOf({})).toEqual([]);
});

test("a name that is misspelt is refused with the nearest one", () => {
  expect(mistakesOf({ LM_STT_ENGIN: "auto" })).toEqual([
    "LM_STT_ENGIN: there is no such setting. Did you mean LM_STT_ENGINE?",
  ]);
});

test("what is named and not on this machine is refused by the program, all of it at once", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lm-test-"));
  try {
    const file = join(folder, "file");
    await writeFile(file, "no program");
    const { code, said } = await start({
      LM_DATA_DIR: join(file, "data"),
      LM_MODELS_DIR: join(folder, "nowhere"),
      LM_FFMPEG: file,
      LM_POCKETSPHINX: join(folder, "nowhere"),
      LM_EMBEDDINGS_ENGINE: "multilingual-e5-smal",
    });
    expect(code).toBe(1);
    for (const name of ["LM_DATA_DIR", "LM_MODELS_DIR", "LM_FFMPEG", "LM_POCKETSPHINX"])
      expect(said).toMatch(new RegExp(`${name}: .*${folder}`));
    expect(said).toMatch(/LM_EMBEDDINGS_ENGINE: .*Did you mean multilingual-e5-small\?/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("the engines that may be named are those that there are", () => {
  const server = { baseUrl: "http://127.0.0.1:9", apiKey: "k", model: "m" };
  const decoder = createAudioDecoder({ ffmpeg: "off" });
  const stt = (["deepgram", "assemblyai", "elevenlabs"] as const).flatMap((service) =>
    createSpeechToText({
      engine: "auto",
      modelsDirs: [],
      concurrency: 1,
      pocketsphinx: "off",
      decoder,
      openai: server,
      cloud: { service, apiKey: "k" },
    }).engines.map(({ name }) => name),
  );
  expect([...new Set(["auto", "none", ...stt])].toSorted()).toEqual([...STT_ENGINES].toSorted());
  const tts = createTextToSpeech({
    engine: "auto",
    openai: server,
    modelsDirs: [],
    cacheDir: "",
  }).engines;
  expect(["auto", ...tts.map(({ name }) => name)].toSorted()).toEqual([...TTS_ENGINES].toSorted());
});
