/**
 * Learning without looking, and away from the screen: cards read aloud and rated by the headset, a topic explained into
 * the microphone, a quiz on paper; the cards and the written summary of a lecture beside and behind it.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { startChatServer, type ChatServer } from "#tests/support/chat-server.ts";
import { POCKETSPHINX } from "#tests/support/engines.ts";
import { inspectPage } from "#tests/support/inspect-page.ts";
import { logIn } from "#tests/support/log-in.ts";
import { makeSpeech } from "#tests/support/make-speech.ts";
import { uploadLecture } from "#tests/support/upload-lecture.ts";

const SAID = [
  "The Calvin cycle takes place in the stroma.",
  "Chlorophyll absorbs red and blue light.",
  "The light reactions need water because electrons have to be replaced.",
];

let app: TestApp;
let chat: ChatServer;
let student: Student;
let folder: string;
let browser: Browser;
let page: Page;
let recording: string;

beforeAll(async () => {
  chat = await startChatServer();
  app = await startTestApp({
    LM_POCKETSPHINX: POCKETSPHINX,
    LM_LLM_URL: chat.url,
    LM_LLM_MODEL: "test",
  });
  student = await app.register();
  folder = await mkdtemp(join(tmpdir(), "lm-aloud-"));
  const microphone = join(folder, "microphone.wav");
  const explained = await makeSpeech(app.context, SAID[0]!, "wav");
  await writeFile(microphone, Buffer.from(await explained.arrayBuffer()));
  recording = await uploadLecture(app.context, student, SAID);
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-dev-shm-usage",
      "--autoplay-policy=no-user-gesture-required",
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      `--use-file-for-fake-audio-capture=${microphone}`,
    ],
  });
  const context = await browser.newContext({
    locale: "en-US",
    colorScheme: "light",
    viewport: { width: 1280, height: 800 },
    permissions: ["microphone"],
  });
  page = await context.newPage();
  // What the headset would press, and what is heard.
  await page.addInitScript(`
    window.lmHeadset = {};
    const set = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);
    navigator.mediaSession.setActionHandler = (name, run) => { window.lmHeadset[name] = run; set(name, run); };
    window.lmHeard = [];
    window.lmLit = [];
    const light = CSS.highlights.set.bind(CSS.highlights);
    CSS.highlights.set = (name, highlight) => {
      for (const range of highlight) window.lmLit.push(
        range.startContainer.parentElement.closest("[data-read-aloud]").dataset.readAloud + " " + range);
      return light(name, highlight);
    };
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
      window.lmHeard.push([this.currentSrc || this.src, this.currentTime]);
      return play.call(this);
    };`);
  await logIn(page, app.url, student.email);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await chat?.close();
  await rm(folder, { recursive: true, force: true });
});

const open = (path: string) => page.goto(app.url + path);
const main = () => page.getByRole("main");
const press = (button: "nexttrack" | "previoustrack" | "stop") =>
  page.evaluate(`window.lmHeadset[${JSON.stringify(button)}]?.()`);
const heard = async () => (await page.evaluate("window.lmHeard")) as [string, number][];

it("reads a card aloud, plays the lecturer's own words, and takes ratings from the headset", async () => {
  for (const [at, front] of [
    "Where does the Calvin cycle take place?",
    "What does chlorophyll absorb?",
  ].entries())
    await student.post("/cards", {
      front,
      back: ["In the stroma", "Red and blue light"][at],
      subject: "Biology",
      witness: { source: { kind: "recording", id: recording }, quote: SAID[at] },
    });
  await open("/learn/review?subject=Biology");
  await page.getByText("Where does the Calvin cycle take place?").waitFor();
  await page.getByRole("button", { name: "Hands-free" }).click();
  await page.getByText(/^Time to think/).waitFor({ timeout: 30_000 });
  expect((await heard()).filter(([address]) => address.includes("/tts/"))).toHaveLength(1);
  // "Next" while there is time to think: the answer at once.
  await press("nexttrack");
  await page.getByText("In the stroma", { exact: true }).waitFor();
  // The answer is read, then the lecture plays from the second in which it was said.
  await expect
    .poll(async () => (await heard()).find(([address]) => address.includes("/recordings/")), {
      timeout: 30_000,
    })
    .toBeDefined();
  expect((await heard()).filter(([address]) => address.includes("/tts/"))).toHaveLength(2);
  await page.getByText(/^Rate it:/).waitFor({ timeout: 30_000 });
  // Each word lights up where it stands, of the question and then of the answer.
  const words = (await page.evaluate("window.lmLit")) as string[];
  expect(
    words.filter((word) => /^question (Where|does|the|Calvin|cycle|take|place)$/.test(word)),
  ).not.toEqual([]);
  expect(words.filter((word) => /^answer (In|the|stroma)$/.test(word))).not.toEqual([]);
  expect(words.filter((word) => !/^(question|answer) /.test(word))).toEqual([]);
  await inspectPage(page, "hands-free");
  await press("nexttrack");
  await page.getByText("What does chlorophyll absorb?").waitFor();
  await expect.poll(async () => (await student.get("/cards?q=Calvin")).body.items[0].reps).toBe(1);
  // The keyboard does the same: shown and rated before the voice has ended.
  await page.keyboard.press("Space");
  await page.getByText("Red and blue light", { exact: true }).waitFor();
  await press("previoustrack");
  await expect
    .poll(async () => (await student.get("/cards?q=chlorophyll")).body.items[0])
    .toMatchObject({ reps: 1, state: "learning" });
  // What was read to a card is not kept among the speeches.
  await expect.poll(async () => (await student.get("/tts")).body.items).toEqual([]);
});

it("hears an explanation by the microphone, turns it into text and keeps no sound", async () => {
  await open(`/learn/explain?recording=${recording}`);
  const before = (await student.get("/recordings")).body.items.length;
  await page.getByRole("button", { name: "Say it aloud" }).click();
  await page.getByRole("button", { name: /^Stop 0:0[4-9]/ }).click({ timeout: 30_000 });
  const explanation = page.getByLabel("Your explanation");
  await expect.poll(() => explanation.inputValue(), { timeout: 60_000 }).toMatch(/\w+ \w+/);
  expect((await student.get("/recordings")).body.items).toHaveLength(before);
  await page.getByRole("button", { name: "Compare with the source" }).click();
  await page.getByText(/^You covered \d+ of \d+ key statements/).waitFor();
});

it("puts a quiz on paper, the answers on a page of their own", async () => {
  const { body: quiz } = await student.post("/quizzes", {
    source: { kind: "recording", id: recording },
    length: 3,
    kinds: ["typed", "cloze", "choice"],
  });
  await open(`/learn/quizzes/${quiz.id}`);
  await page.getByRole("link", { name: "On paper" }).click();
  await page.getByRole("heading", { name: "Answers" }).waitFor();
  await inspectPage(page, "quiz-on-paper");
  await page.emulateMedia({ media: "print" });
  // Nothing of the page around it, and the answers begin a page.
  await expect.poll(() => page.getByRole("button").filter({ visible: true }).count()).toBe(0);
  const answers = page.getByRole("region", { name: "Answers" });
  expect(await answers.evaluate((node) => getComputedStyle(node).breakBefore)).toBe("page");
  expect(pagesOf(await page.pdf({ format: "A4" }))).toBe(2);
  await page.emulateMedia({ media: "screen" });
  await page.getByRole("checkbox", { name: "Answers on a page of their own" }).uncheck();
  await page.emulateMedia({ media: "print" });
  expect(pagesOf(await page.pdf({ format: "A4" }))).toBe(1);
  await page.emulateMedia({ media: null });
  // It was printed, not answered.
  expect((await student.get(`/quizzes/${quiz.id}`)).body).toMatchObject({ completed_at: null });
});

it("has the lecture's cards beside it, and plays their words there", async () => {
  await open(`/recordings/${recording}`);
  await page
    .getByRole("group", { name: "Beside the recording" })
    .getByRole("button", { name: "Cards" })
    .click();
  const panel = page.getByRole("region", { name: "Cards of this lecture" });
  await panel.getByText("Where does the Calvin cycle take place?").waitFor();
  await panel.getByRole("button", { name: "Hear it" }).first().click();
  await expect
    .poll(async () => (await heard()).some(([address]) => address.includes("/recordings/")))
    .toBe(true);
  await inspectPage(page, "cards-beside");
  await panel.getByRole("button", { name: "Suggest cards" }).click();
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
});

it("makes a card of marked words of a document in two presses", async () => {
  const { body: note } = await student.post("/study-materials", {
    title: "Sound",
    content: "Sound is a wave of pressure in the air. It needs something to travel in.",
    subject: "Physics",
  });
  await open(`/materials/${note.id}`);
  const words = page.getByText("Sound is a wave of pressure in the air.");
  await words.waitFor();
  // The first word, by mouse.
  await words.dblclick({ position: { x: 12, y: 12 } });
  const bar = page.getByRole("toolbar", { name: "Selected words" });
  await bar.getByRole("button", { name: /card/i }).click();
  const dialog = page.getByRole("dialog");
  await expect
    .poll(() => dialog.getByLabel("Text", { exact: true }).inputValue())
    .toBe("{{c1::Sound}} is a wave of pressure in the air.");
  await dialog.getByRole("button", { name: "Add the card" }).click();
  await page.getByText("1 card added.").waitFor();
  expect((await student.get("/cards?q=pressure")).body.items).toMatchObject([
    { subject: "Physics", witness: { source: { id: note.id }, status: "valid" } },
  ]);
});

it("has a summary written when asked, each sentence with its words", async () => {
  chat.answer(
    `The Calvin cycle takes place in the stroma. [[1: "${SAID[0]}"]] Rubisco was found in 1947. [[1: "${SAID[1]}"]]`,
  );
  await open(`/learn/overview?recording=${recording}`);
  await page.getByRole("button", { name: "Write a summary" }).click();
  const summary = page.getByRole("region", { name: "Summary" });
  await summary.getByText("The Calvin cycle takes place in the stroma.", { exact: true }).waitFor();
  await summary.getByText(/1 sentence that the source does not support was left out/).waitFor();
  expect(await summary.getByText(/Rubisco/).count()).toBe(0);
  await summary.getByText("Words of the source").click();
  await summary.getByRole("figure").waitFor();
  await inspectPage(page, "summary");
  await page.reload();
  await summary.getByText("The Calvin cycle takes place in the stroma.", { exact: true }).waitFor();
  await main().getByRole("button", { name: "Write it again" }).waitFor();
});

/** Pages of a PDF as Chromium writes it. */
function pagesOf(pdf: Buffer) {
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length;
}
