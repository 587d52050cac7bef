/**
 * The vocabulary of a course in a real browser: what was misheard is heard, taken and kept; terms are edited; search is
 * measured.
 */
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { faultsOf } from "#tests/support/accessibility.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { logIn } from "#tests/support/log-in.ts";
import { startScriptedServer, type ScriptedServer } from "#tests/support/openai-server.ts";
import { madeModel, shortSpeech } from "#tests/support/real-speech.ts";

const SAID = [
  "The mitosis is outer membrane is smooth.",
  "Then the goal gee apparatus packs it.",
  "A photo sin thesis happens elsewhere.",
];
const DOUBTFUL = new Set(["mitosis", "is", "goal", "gee", "sin"]);
let app: TestApp;
let speechServer: ScriptedServer;
let student: Student;
let browser: Browser;
let page: Page;
let recordingId: string;

beforeAll(async () => {
  speechServer = await startScriptedServer(() => ({
    language: "english",
    segments: SAID.map((text, at) => ({ start: at * 0.5, end: at * 0.5 + 0.5, text })),
    words: SAID.flatMap((text, at) =>
      text.split(" ").map((word, n, all) => ({
        word,
        start: at * 0.5 + (n * 0.5) / all.length,
        end: at * 0.5 + ((n + 1) * 0.5) / all.length,
        probability: DOUBTFUL.has(word) ? 0.3 : 0.95,
      })),
    ),
  }));
  app = await startTestApp({
    LM_STT_OPENAI_URL: `${speechServer.url}/v1`,
    LM_MODELS_DIR: (await madeModel()).modelsDir,
  });
  student = await app.register();
  await student.post("/study-materials", {
    title: "Cells",
    subject: "Biology",
    content:
      "The mitochondria make energy. The Golgi apparatus packs proteins. Plants do photosynthesis.",
  });
  const { body } = await student.upload("/recordings", await shortSpeech(), {
    title: "Lecture 1",
    subject: "Biology",
    engine: "openai",
  });
  recordingId = body.recording.id;
  await student.until(
    `/transcription-jobs/${body.transcription_job.id}`,
    (job) => job.status === "completed",
  );
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"],
  });
  page = await (await browser.newContext({ locale: "en-US" })).newPage();
  await logIn(page, app.url, student.email);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await speechServer?.close();
});

const text = async () => {
  const { body } = await student.get(`/transcriptions?recording_id=${recordingId}`);
  return (await student.get(`/transcriptions/${body.items[0].id}`)).body.text as string;
};

it("shows what may be misheard, each with its sound and its witness, and changes nothing by itself", async () => {
  await page.goto(`${app.url}/recordings/${recordingId}`);
  const panel = page.getByRole("region", { name: "Perhaps misheard" });
  await panel.getByText("3 places sound like terms").waitFor();
  expect(await text()).toBe(SAID.join("\n"));
  await panel.getByRole("button", { name: /^Hear goal gee/ }).click();
  await page.getByRole("button", { name: "Pause", exact: true }).first().waitFor();
  await panel.getByText("The Golgi apparatus packs proteins.").first().waitFor();
  expect(await faultsOf(page)).toEqual([]);
});

it("takes one, keeps one as it is, and takes the rest at once, by keyboard", async () => {
  const panel = page.getByRole("region", { name: "Perhaps misheard" });
  await panel.getByRole("button", { name: "Take mitochondria's" }).press("Enter");
  await panel.getByText("2 places sound like terms").waitFor();
  await expect.poll(text).toContain("The mitochondria's outer membrane");
  await panel.getByRole("button", { name: /^Keep goal gee/ }).press("Enter");
  await panel.getByText("One place sounds like a term").waitFor();
  await panel.getByRole("button", { name: "Take all" }).press("Enter");
  await panel.waitFor({ state: "detached" });
  await expect.poll(text).toContain("photosynthesis happens");
  expect(await text()).toContain("goal gee apparatus");
});

it("lists the terms, adds, writes otherwise and removes them, at the width of a phone too", async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${app.url}/vocabulary?subject=Biology`);
  const list = page.getByRole("list", { name: "Vocabulary" });
  await list.getByText("mitochondria", { exact: true }).waitFor();
  await page.getByLabel("Add a term").fill("Krebs cycle");
  await page.getByRole("main").getByRole("button", { name: "Add", exact: true }).click();
  await list.getByText("Krebs cycle").waitFor();
  await page.getByRole("button", { name: "Write “Krebs cycle” otherwise" }).click();
  await page.getByLabel("Write “Krebs cycle” otherwise").fill("citric acid cycle");
  await page.getByRole("button", { name: "Save" }).click();
  await list.getByText("citric acid cycle").waitFor();
  await page.getByRole("button", { name: "Remove “citric acid cycle”" }).click();
  await list.getByText("citric acid cycle").waitFor({ state: "detached" });
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
  expect(await faultsOf(page)).toEqual([]);
});

it("measures search on the student's own notes and says what was never found", async () => {
  await page.setViewportSize({ width: 1280, height: 800 });
  const materials = (await student.get("/study-materials")).body.items;
  const sentences = ["The mitochondria make energy.", "The Golgi apparatus packs proteins."];
  for (let n = 0; n < 12; n += 1)
    await student.post("/cards", {
      front: n < 11 ? `What do mitochondria make, number ${n}?` : "Quo vadis domine nobis?",
      back: "energy",
      witness: {
        source: { kind: "study_material", id: materials[0].id },
        quote: sentences[n % 2],
      },
    });
  await page.goto(`${app.url}/settings`);
  await page.getByRole("link", { name: "How well search finds my notes" }).click();
  await page.getByRole("button", { name: "Measure now" }).click();
  const figures = page.getByRole("table");
  await figures.getByText("Words alone").waitFor();
  await page.getByText("of 12 questions").waitFor();
  await page.getByText("Something of every source").waitFor();
  expect(await faultsOf(page)).toEqual([]);
});
