/** A transcript in a real browser: words play, are found, doubted, corrected and brought back; all by keyboard too. */
import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { sql } from "kysely";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { encodeWav } from "#server/providers/stt/wav.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { inspectPage } from "#tests/support/inspect-page.ts";
import { logIn } from "#tests/support/log-in.ts";
import { makeSpeakerModels } from "#tests/support/make-speaker-models.ts";
import { startScriptedServer, type ScriptedServer } from "#tests/support/openai-server.ts";
import { longSpeech, madeModel } from "#tests/support/real-speech.ts";

const { modelsDir, model } = await madeModel();
await makeSpeakerModels(modelsDir);
const SENTENCES = [
  ["Plants", "make", "sugar", "from", "light."],
  ["Water", "comes", "up", "threw", "the", "roots."],
];
let app: TestApp;
let speechServer: ScriptedServer;
let student: Student;
let browser: Browser;
let page: Page;
let recordingId: string;

beforeAll(async () => {
  speechServer = await startScriptedServer(whisperAnswer);
  app = await startTestApp({
    LM_STT_OPENAI_URL: `${speechServer.url}/v1`,
    LM_MODELS_DIR: modelsDir,
  });
  student = await app.register();
  const uploaded = await student.upload("/recordings", (await longSpeech()).path, {
    title: "Plants",
    engine: "openai",
  });
  expect(uploaded.status, JSON.stringify(uploaded.body)).toBe(201);
  recordingId = uploaded.body.recording.id;
  await student.until(
    `/transcription-jobs/${uploaded.body.transcription_job.id}`,
    (job) => job.status === "completed",
  );
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"],
  });
  const context = await browser.newContext({ locale: "en-US", acceptDownloads: true });
  page = await context.newPage();
  await logIn(page, app.url, student.email);
  await page.goto(`${app.url}/recordings/${recordingId}`);
  await page.getByText("threw").first().waitFor();
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await speechServer?.close();
});

/** Two sentences in the first six seconds of each piece; one word of them the engine itself doubts. */
function whisperAnswer() {
  const segments = SENTENCES.map((words, index) => ({
    start: index * 3,
    end: index * 3 + 3,
    text: ` ${words.join(" ")}`,
    avg_logprob: -0.1,
    no_speech_prob: 0.01,
    compression_ratio: 1.2,
  }));
  const words = SENTENCES.flatMap((sentence, index) =>
    sentence.map((word, at) => ({
      word,
      start: index * 3 + at * 0.5,
      end: index * 3 + at * 0.5 + 0.45,
      probability: word === "threw" ? 0.3 : 0.95,
    })),
  );
  return { language: "english", segments, words };
}

const transcript = () => page.getByRole("group", { name: "Transcript" });
const seconds = async () => {
  const [minutes, rest] = (await page.getByTestId("player-time").innerText()).split(":");
  return Number(minutes) * 60 + Number(rest);
};
const segment = (number: number) => page.locator(`[data-segment="${number}"]`);
const stored = async () => {
  const { body } = await student.get(`/transcriptions?recording_id=${recordingId}`);
  return (await student.get(`/transcriptions/${body.items[0].id}`)).body;
};

it("plays from a word that is clicked, and lights up what is heard", async () => {
  const later = (await stored()).segments[6];
  await segment(6).click({ position: { x: 4, y: 12 } });
  await expect.poll(seconds).toBeGreaterThanOrEqual(Math.floor(later.start));
  await expect.poll(() => segment(6).getAttribute("data-playing")).toBe("");
  await expect.poll(() => page.evaluate("CSS.highlights.get('lm-playing')?.size ?? 0")).toBe(1);
  await transcript().press(" ");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
});

it("goes from word to word by keyboard, and Enter plays there", async () => {
  const transcription = await stored();
  await transcript().focus();
  await transcript().press("Home");
  for (let i = 0; i < SENTENCES[0]!.length + 2; i += 1) await transcript().press("ArrowRight");
  await page.getByText(/^up 0:0/).waitFor({ state: "attached" });
  await transcript().press("End");
  await transcript().press("Enter");
  await expect
    .poll(seconds)
    .toBeGreaterThanOrEqual(Math.floor(transcription.segments.at(-1).start));
  await transcript().press(" ");
});

it("finds a word and goes from place to place", async () => {
  const count = (await stored()).text.match(/sugar/g).length;
  expect(count).toBeGreaterThan(2);
  const find = page.getByLabel("Find in this transcript");
  await find.fill("SUGAR");
  await page.getByText(`1/${count}`).waitFor();
  await find.press("Enter");
  await page.getByText(`2/${count}`).waitFor();
  await find.press("Shift+Enter");
  await page.getByText(`1/${count}`).waitFor();
  await find.fill("nowhere");
  await page.getByText("Not found").waitFor();
  await find.press("Escape");
});

it(
  "keeps the reader's place: the tools stay in sight, finding goes there while one types, a " +
    "click edits where it was",
  async () => {
    const top = () => page.evaluate<number>("scrollY");
    await page.evaluate(`{
    const { scrollIntoView } = Element.prototype;
    window.flights = [];
    Element.prototype.scrollIntoView = function (options) {
      window.flights.push(options.behavior);
      scrollIntoView.call(this, options);
    };
  }`);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.evaluate("scrollTo(0, document.body.scrollHeight)");
    const find = page.getByLabel("Find in this transcript");
    await find.fill("plants");
    await expect.poll(top).toBeLessThan(400);
    expect(await find.evaluate((field) => field.matches(":focus"))).toBe(true);
    await expect.poll(() => page.evaluate("[...new Set(window.flights)]")).toEqual(["auto"]);
    await find.fill("");

    await page.evaluate("scrollTo(0, document.body.scrollHeight)");
    const before = await top();
    await page.getByRole("button", { name: "Edit by clicking" }).click();
    // A segment may begin in the middle of a line.
    const { x, y } = await page.evaluate<{ x: number; y: number }>(`
    [...document.querySelectorAll("[data-segment]")].at(-1).getClientRects()[0]`);
    await page.mouse.click(x + 60, y + 12);
    const editor = page.getByLabel("Text of this part");
    await expect.poll(() => editor.evaluate((area) => area.matches(":focus"))).toBe(true);
    await expect
      .poll(() =>
        editor.evaluate((area) => (area as unknown as { selectionStart: number }).selectionStart),
      )
      .toBeGreaterThan(3);
    await expect.poll(async () => Math.abs((await top()) - before)).toBeLessThan(200);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Edit by clicking" }).click();
    await page.emulateMedia({ reducedMotion: "no-preference" });
  },
);

it("visits the doubtful words, corrects one by keyboard, undoes it, and keeps the original", async () => {
  const doubtful = page.getByRole("group", { name: "Doubtful" });
  await doubtful.getByRole("button", { name: "Next doubtful word" }).click();
  await expect.poll(() => doubtful.innerText()).toMatch(/1\/\d/);
  // The cursor stands on it: E edits.
  await transcript().focus();
  await transcript().press("e");
  const editor = page.getByLabel("Text of this part");
  expect(await editor.inputValue()).toBe("Water comes up threw the roots.");
  await editor.fill("Water comes up through the roots.");
  await editor.press("Enter");
  await segment(1).getByText("through").waitFor();
  await expect
    .poll(async () => (await stored()).segments[1])
    .toMatchObject({
      text: "Water comes up through the roots.",
      original: { text: "Water comes up threw the roots." },
    });
  const edited = (await stored()).segments[1];
  // The new word stands where the old one stood.
  expect(edited.words[3]).toMatchObject({ text: "through" });
  expect(edited.words[3].start).toBe(edited.original.words[3].start);
  await page.getByRole("button", { name: "Undo the last edit" }).click();
  await segment(1).getByText("threw").waitFor();
  await expect.poll(async () => (await stored()).segments[1].original).toBeNull();
});

it("is exported", async () => {
  await page.getByRole("button", { name: "More" }).first().click();
  await page.getByRole("menuitem", { name: "Export" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: /Subtitles for the web/ }).click();
  const file = await (await download).path();
  expect(await readFile(file, "utf8")).toMatch(/^WEBVTT[\s\S]*Plants make sugar from light/);
  await page.keyboard.press("Escape");
});

it("is made again with another engine; both versions stay", async () => {
  await page.getByRole("button", { name: "More" }).first().click();
  await page.getByRole("menuitem", { name: "Transcribe again" }).click();
  await page.getByLabel("Engine").selectOption("sherpa");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByText(`On this machine · ${model}`).first().waitFor({ timeout: 60_000 });
  await page.getByText("Versions").waitFor();
  await page
    .getByRole("link", { name: /Speech server/ })
    .first()
    .click();
  await page.getByText("Older version").waitFor();
  await segment(0).getByText("Plants").waitFor();
});

it("is told who speaks: a span is named, and a voice renamed everywhere", async () => {
  await page.getByRole("button", { name: "Edit by clicking" }).click();
  await page.getByRole("button", { name: "Who speaks?" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Ada");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Ada: rename" }).first().press("Enter");
  expect(await dialog.getByLabel("Everywhere Ada speaks").isChecked()).toBe(true);
  await dialog.getByLabel("Name", { exact: true }).fill("Ada Lovelace");
  await dialog.getByLabel("Name", { exact: true }).press("Enter");
  await page.getByRole("button", { name: "Ada Lovelace: rename" }).first().waitFor();
  await page.getByRole("button", { name: "Edit by clicking" }).click();
  await page.getByText("Ada Lovelace", { exact: true }).first().waitFor();
});

it("finds the voices, names them, makes one of two and takes the names out", async () => {
  const spoken = await student.upload(
    "/recordings",
    { blob: new Blob([Uint8Array.from(await dialogue())]), name: "talk.wav" },
    {
      title: "Talk",
      transcribe: "false",
      captions: new Blob([
        "WEBVTT\n\n00:00.000 --> 00:02.000\nMagma rises.\n\n00:05.000 --> 00:07.000\nIce melts.\n",
      ]),
    },
  );
  const { id } = spoken.body.recording;
  await page.goto(`${app.url}/recordings/${id}`);
  await page.getByText("Magma rises.").first().waitFor();
  await page.getByRole("button", { name: "More" }).first().click();
  await page.getByRole("menuitem", { name: "Find the speakers" }).click();
  const dialog = page.getByRole("dialog", { name: "Who speaks in this recording?" });
  await dialog.getByLabel("How many people speak").selectOption("2");
  await dialog.getByRole("button", { name: "Find the speakers" }).click();
  await dialog.getByText("2 voices were found.").waitFor({ timeout: 30_000 });
  await inspectPage(page, "voices-dialog");
  const named = async () => {
    const { body } = await student.get(`/recordings/${id}/speakers`);
    return body.speakers.map(({ name }: { name: string }) => name).toSorted();
  };
  const name = async (from: string, to: string) => {
    const field = dialog.getByLabel(new RegExp(`^${from}, `));
    await field.fill(to);
    await field.press("Enter");
  };
  await name("Speaker 1", "Ada");
  await expect.poll(named).toEqual(["Ada", "Speaker 2"]);
  await name("Speaker 2", "Ada");
  await expect.poll(named).toEqual(["Ada"]);
  await dialog.getByText("1 voice was found.").waitFor();
  await dialog.getByRole("button", { name: "Take the names out" }).click();
  await expect.poll(named).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByText("Ice melts.").first().waitFor();
});

/** A woman, a pause, a man. */
async function dialogue() {
  const engine = await app.context.tts.choose("flite");
  const parts: Buffer[] = [];
  for (const [voice, text] of [
    ["slt", "When the magma rises, the volcano erupts and ash falls on the fields."],
    ["rms", "A moraine is what a glacier leaves behind when the ice melts."],
  ] as const) {
    const signal = AbortSignal.timeout(60_000);
    const spoken = await engine.speak({ text, voice, speed: 1, format: "wav", signal });
    parts.push((await buffer(spoken.audio)).subarray(44), Buffer.alloc(16_000));
  }
  const all = Buffer.concat(parts);
  const samples = Float32Array.from(
    { length: all.length >> 1 },
    (_, at) => all.readInt16LE(2 * at) / 32_768,
  );
  return encodeWav(samples, 16_000);
}

it("that waits tells its place in line, and moves up when another is taken out", async () => {
  const queue = await startTestApp({ LM_WORKER: "off" });
  // One whose places are all taken, on another machine.
  await sql`
    insert into workers (id, host, process_id, concurrency, seen_at)
    values ('busy:1', 'busy', 1, 1, now() + interval '1 hour')`.execute(queue.context.database);
  try {
    const [before, waiting] = [await queue.register(), await queue.register()];
    const sent = async (who: Student) =>
      (await who.upload("/recordings", (await longSpeech()).path, { title: "Waits" })).body;
    const first = await sent(before);
    const { recording } = await sent(waiting);
    const other = await (await browser.newContext({ locale: "en-US" })).newPage();
    await logIn(other, queue.url, waiting.email);
    await other.goto(`${queue.url}/recordings/${recording.id}`);
    await other.getByText("It is number 2 in line.").waitFor();
    const path = `/transcription-jobs/${first.transcription_job.id}/cancel`;
    expect((await before.post(path)).status).toBe(200);
    await other.getByText("It is next in line").waitFor({ timeout: 60_000 });
  } finally {
    await queue.stop();
  }
});
