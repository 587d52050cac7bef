/**
 * What a student sees of how a file was read: the guessed encoding and another one, captions' speakers and what they
 * lack, the sound track.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { faultsOf } from "#tests/support/accessibility.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { logIn } from "#tests/support/log-in.ts";
import { makeWav } from "#tests/support/make-wav.ts";

const TWO_TRACKS = resolve("../shared/inputs/audio/silent-first-two-tracks.mp4");
let app: TestApp;
let student: Student;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  app = await startTestApp({ LM_POCKETSPHINX: "off" });
  student = await app.register();
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  page = await (await browser.newContext({ locale: "en-US" })).newPage();
  await logIn(page, app.url, student.email);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

it("the encoding of a text is shown where it was guessed, and another one is read", async () => {
  // "Größe" in the Western code page, and what the Cyrillic one makes of the same bytes.
  const text = Buffer.from("Die Größe der Fläche und die Übung: Höhe, Länge, schön.", "latin1");
  const { body } = await student.upload("/study-materials", {
    blob: new Blob([new Uint8Array(text)]),
    name: "notes.txt",
  });
  await student.until(`/study-materials/${body.id}`, ({ status }) => status === "ready");
  await page.goto(`${app.url}/materials/${body.id}`);
  const choice = page.getByLabel("Letters read as");
  await expect.poll(() => choice.inputValue()).toBe("windows-1252");
  await page.getByText("Die Größe der Fläche").first().waitFor();
  await choice.selectOption("windows-1251");
  await page.getByText("Die Grцяe der Flдche").first().waitFor();
  await choice.selectOption("windows-1252");
  await page.getByText("Die Größe der Fläche").first().waitFor();
});

it("captions show who speaks and what had no time, in German too", async () => {
  const captions = `WEBVTT

00:00.000 --> 00:01.000
<v Ada Example>What is a derivative?

00:01.000 --> 00:02.000
<v Ben Muster>It is the slope of the tangent.

00:99:99.000 --> never
This one has no time.
`;
  const { body } = await student.upload(
    "/recordings",
    { blob: new Blob([makeWav(Buffer.alloc(64_000))]), name: "talk.wav" },
    { captions: new File([captions], "talk.vtt") },
  );
  await page.goto(`${app.url}/recordings/${body.recording.id}`);
  await page.getByText("Ada Example", { exact: true }).waitFor();
  await page.getByText("Ben Muster", { exact: true }).waitFor();
  await page.getByText("1 cue had no time that can be read").waitFor();
  await page.evaluate(() => localStorage.setItem("lm-language", "de"));
  await page.reload();
  await page.getByText("1 Untertitel hatte keine lesbare Zeit").waitFor();
  await page.evaluate(() => localStorage.setItem("lm-language", "en"));
});

it("a note is read aloud: its words light up on the page, and the voice goes on while another is open", async () => {
  const { body } = await student.post("/study-materials", {
    title: "Ice",
    // So long that it is still being read when a slow machine looks.
    content: `# Glaciers\n\n${"A **glacier** carves deep valleys, slowly. It leaves a moraine behind. ".repeat(8)}`,
  });
  await page.goto(`${app.url}/materials/${body.id}`);
  await page.getByRole("button", { name: "Listen" }).click();
  const bar = page.getByRole("region", { name: "Reading aloud: Ice" });
  await bar.getByRole("slider", { name: "Position" }).waitFor();
  const lit = () =>
    page.evaluate(() => [...(CSS.highlights.get("lm-playing") ?? [])].map(String).join(" "));
  const wordsIn = new Set(
    "Glaciers A glacier carves deep valleys slowly It leaves a moraine behind".split(" "),
  );
  await expect.poll(async () => wordsIn.has(await lit()), { timeout: 20_000 }).toBe(true);
  expect(await faultsOf(page)).toEqual([]);
  // Another voice of the same language reads from the beginning, and stays chosen.
  const voice = bar.getByLabel("Voice");
  await voice.selectOption({ label: "Richard (American, rms)" });
  await expect
    .poll(async () => (await student.get("/tts")).body.items.map((one: any) => one.voice))
    .toContain("rms");
  await bar.getByRole("slider", { name: "Position" }).waitFor();
  await expect
    .poll(() => voice.evaluate((one: HTMLSelectElement) => one.selectedOptions[0]!.text))
    .toBe("Richard (American, rms)");
  await expect.poll(async () => wordsIn.has(await lit()), { timeout: 20_000 }).toBe(true);
  await page.getByRole("link", { name: "Search" }).first().click();
  await page.waitForURL(/\/search/);
  await bar.waitFor();
  await bar.getByRole("button", { name: "Stop and close" }).click();
  await bar.waitFor({ state: "hidden" });
  await expect.poll(lit).toBe("");
});

it("all documents of a subject are read as one, in the voice that was chosen, which is remembered", async () => {
  for (const [title, content] of [
    ["Fire", "Magma rises through the crust."],
    ["Water", "# Rivers\n\nA river carries sand.\n\n# Seas\n\nA sea holds salt."],
  ])
    await student.post("/study-materials", { title, content, subject: "Earth" });
  await page.goto(`${app.url}/learn/subjects/Earth`);
  await page.getByRole("button", { name: "Read all documents aloud" }).click();
  const bar = page.getByRole("region", { name: "Reading aloud: Earth" });
  await bar.getByRole("slider", { name: "Position" }).waitFor({ timeout: 30_000 });
  await bar.getByLabel("Voice").selectOption("flite rms");
  const chosen = async () => (await student.get("/tts/voices")).body.chosen;
  await expect.poll(chosen).toEqual([{ language: "en", engine: "flite", voice: "rms" }]);
  await bar.getByRole("slider", { name: "Position" }).waitFor({ timeout: 30_000 });
  const download = page.waitForEvent("download");
  await bar.getByRole("button", { name: "Save as a file" }).click();
  expect((await download).suggestedFilename()).toBe("Earth.mp3");
  await bar.getByRole("button", { name: "Stop and close" }).click();

  // Another text, another page: the same voice.
  const { body } = await student.post("/study-materials", {
    title: "Air",
    content: "The wind is nothing but air that moves from one place to another.",
  });
  await page.goto(`${app.url}/materials/${body.id}`);
  await page.getByRole("button", { name: "Listen" }).click();
  const other = page.getByRole("region", { name: "Reading aloud: Air" });
  await expect.poll(() => other.getByLabel("Voice").inputValue()).toBe("flite rms");
  await other.getByRole("button", { name: "Stop and close" }).click();

  await page.goto(`${app.url}/settings`);
  const voice = page.getByLabel("Voice", { exact: true });
  await expect.poll(() => voice.inputValue()).toBe("flite rms");
  await page.getByRole("button", { name: "Let the server choose for English" }).click();
  await expect.poll(chosen).toEqual([]);
  await expect.poll(() => voice.inputValue()).toBe("");
});

it.runIf(existsSync(TWO_TRACKS))("another sound track is chosen", async () => {
  const { body } = await student.upload("/recordings", TWO_TRACKS);
  await page.goto(`${app.url}/recordings/${body.recording.id}`);
  const choice = page.getByLabel("Sound track");
  await expect.poll(() => choice.inputValue()).toBe("1");
  await choice.selectOption("0");
  await expect
    .poll(async () => (await student.get(`/recordings/${body.recording.id}`)).body.sound_track)
    .toBe(0);
  await expect.poll(() => choice.inputValue()).toBe("0");
});
