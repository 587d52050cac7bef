/**
 * Learning in a real browser: from words of a lecture to a card, its review, and the lecturer's voice; by keyboard
 * alone; offline; and every page of it in light and dark and at 360 px, held against WCAG by axe.
 */
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { inspectPage } from "#tests/support/inspect-page.ts";
import { logIn } from "#tests/support/log-in.ts";
import { uploadLecture } from "#tests/support/upload-lecture.ts";

const SAID = [
  "Photosynthesis is the process by which plants turn light into chemical energy.",
  "The Calvin cycle takes place in the stroma.",
  "Chlorophyll absorbs red and blue light and reflects green light.",
  "Melvin Calvin described the cycle in 1950.",
  "The light reactions need water because electrons have to be replaced.",
];

let app: TestApp;
let student: Student;
let browser: Browser;
let page: Page;
let recording: string;
const complaints: string[] = [];

beforeAll(async () => {
  app = await startTestApp({ LM_STT_ENGINE: "none" });
  student = await app.register();
  recording = await uploadLecture(app.context, student, SAID);
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"],
  });
  const context = await browser.newContext({
    locale: "en-US",
    colorScheme: "light",
    viewport: { width: 1280, height: 800 },
  });
  page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  await logIn(page, app.url, student.email);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const open = (path: string) => page.goto(app.url + path);
const inspect = (name: string) => inspectPage(page, name);
const main = () => page.getByRole("main");
/** What plays in the page right now: its second, or undefined. */
const heardAt = () =>
  page.evaluate("window.lmHeard?.paused === false ? window.lmHeard.currentTime : undefined");

it("says on the first day what to do next", async () => {
  await main().getByText("Make your first cards").waitFor();
  await main()
    .getByRole("link", { name: /Photosynthesis/ })
    .waitFor();
  await inspect("today-without-cards");
  await open("/learn");
  await page.getByText("No cards yet").waitFor();
  await inspect("no-cards");
  await open("/learn/review");
  await page.getByText("No cards yet").waitFor();
  await open("/learn/progress");
  await page.getByText("No reviews yet").waitFor();
});

it("suggests cards, each with its words, and keeps what was chosen by keyboard", async () => {
  await open("/learn");
  await page.getByRole("button", { name: "Suggest cards" }).click();
  await page.getByRole("dialog").getByLabel("From").selectOption({ label: "Photosynthesis" });
  await page.getByRole("dialog").getByRole("button", { name: "Suggest cards" }).click();
  await page.waitForURL(/\/learn\/suggestions\//);
  await page.getByRole("button", { name: /^Keep all/ }).waitFor();
  const items = main()
    .getByRole("listitem")
    .filter({ has: page.getByRole("figure") });
  await expect.poll(() => items.count()).toBeGreaterThanOrEqual(3);
  await inspect("suggestions");
  await page.keyboard.press("a");
  await items.nth(0).getByText("In your deck").waitFor();
  await page.keyboard.press("x");
  await items.nth(1).getByText("Dropped").waitFor();
  const inDeck = async () => (await student.get("/cards")).body.items;
  await expect.poll(inDeck).toHaveLength(1);
  const cards = await inDeck();
  expect(cards[0].witness.quote.length).toBeGreaterThan(0);
});

it("makes a card of marked words of the lecture in two presses, by keyboard alone", async () => {
  await open(`/recordings/${recording}`);
  const transcript = page.getByRole("group", { name: "Transcript", exact: true });
  await transcript.getByText(SAID[1]!).waitFor();
  await transcript.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await page.getByRole("toolbar", { name: "Selected words" }).waitFor();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await expect
    .poll(() => dialog.getByLabel("Text", { exact: true }).inputValue())
    .toBe("The {{c1::Calvin cycle}} takes place in the stroma.");
  // The button has the focus: the second press.
  await page.keyboard.press("Enter");
  await page.getByText("1 card added.").waitFor();
  const { items } = (await student.get("/cards?q=stroma")).body;
  expect(items[0]).toMatchObject({
    kind: "cloze",
    subject: "Biology",
    witness: { quote: SAID[1], start_seconds: 4, source: { id: recording } },
  });
});

it("makes a card of an answer of the tutor, with its quotation", async () => {
  await open("/tutor");
  const question = "Which light does chlorophyll absorb?";
  await page.getByLabel("Your question").fill(question);
  await page.getByRole("button", { name: "Ask", exact: true }).waitFor();
  await page.getByLabel("Your question").press("Enter");
  await page.getByTestId("citation").first().waitFor();
  await page.getByRole("button", { name: "Make a card" }).click();
  const dialog = page.getByRole("dialog");
  await expect.poll(() => dialog.getByLabel("Question").inputValue()).toBe(question);
  await dialog.getByRole("button", { name: "Add the card" }).click();
  await page.getByText("1 card added.").waitFor();
  const { items } = (await student.get("/cards?q=absorb")).body;
  expect(items[0].witness.quote).toContain("Chlorophyll absorbs");
});

it("writes cards of each kind, a picture with covered parts by mouse and by keyboard", async () => {
  await open("/learn/cards/new?subject=Biology");
  await page.getByLabel("Question").fill("What is $E$ in $E = mc^2$?");
  await page.getByLabel("Answer").fill("Energy");
  await page.locator(".katex").first().waitFor();
  await inspect("new-card");
  await page.getByRole("button", { name: "Add the card" }).click();
  await page.getByText("1 card added.").waitFor();

  await page.getByLabel("Kind").selectOption("cloze");
  const text = page.getByLabel("Text", { exact: true });
  await text.fill("Mitochondria make ATP");
  await text.press("End");
  await text.press("Control+Shift+ArrowLeft");
  await text.press("Alt+c");
  await expect.poll(() => text.inputValue()).toBe("Mitochondria make {{c1::ATP}}");
  await page.getByRole("button", { name: "Add the card" }).click();

  // The next form is a new one.
  await expect.poll(() => text.inputValue()).toBe("");
  await page.getByLabel("Kind").selectOption("occlusion");
  await page.getByLabel("Choose a picture").setInputFiles({
    name: "cell.png",
    mimeType: "image/png",
    buffer: await page.screenshot({ clip: { x: 0, y: 0, width: 400, height: 300 } }),
  });
  const board = page.getByTestId("occlusion-board");
  await board.locator("img").waitFor();
  const box = (await board.boundingBox())!;
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + 120, box.y + 80, { steps: 4 });
  await page.mouse.up();
  await page.getByLabel("What is under part 1").fill("The sign");
  await page.getByRole("button", { name: "Cover a part" }).click();
  const second = page.getByRole("button", { name: /^Covered part 2/ });
  await second.focus();
  const before = (await second.boundingBox())!;
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+ArrowDown");
  const after = (await second.boundingBox())!;
  expect(after.x).toBeGreaterThan(before.x);
  expect(after.height).toBeGreaterThan(before.height);
  await inspect("covered-picture");
  await page.getByRole("button", { name: "Add the card" }).click();
  await page.getByText("2 cards added.").waitFor();
  // Text for many cards outlives a reload, too.
  const many = page.getByRole("button", { name: "Many from a text" });
  await many.click();
  await page.getByLabel("Text", { exact: true }).fill("Xylem :: carries water");
  await page.reload();
  await many.click();
  await expect
    .poll(() => page.getByLabel("Text", { exact: true }).inputValue())
    .toBe("Xylem :: carries water");
  await page.getByLabel("Text", { exact: true }).fill("");
});

it("finds, labels, suspends and deletes cards, with a way back", async () => {
  await open("/learn");
  await main().getByText("Mitochondria make […]").waitFor();
  await inspect("cards");
  await page.getByLabel("Search in cards").fill("mitochondria");
  await expect.poll(() => main().getByRole("listitem").count()).toBe(1);
  await page.getByRole("checkbox").check();
  await page.getByRole("toolbar").getByRole("button", { name: "Suspend" }).click();
  await main().getByText("Suspended").last().waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect
    .poll(async () => (await student.get("/cards?suspended=true")).body.items.length)
    .toBe(0);
  await page.getByRole("checkbox").check();
  await page.getByRole("toolbar").getByRole("button", { name: "Delete" }).click();
  await page.getByText("No card matches.").waitFor();
  await page.getByRole("button", { name: "Undo" }).last().click();
  await main().getByText("Mitochondria make […]").waitFor();
  expect((await student.get("/cards?q=mitochondria")).body.items).toHaveLength(1);
});

it("shows one card by itself, changes it, and prints all", async () => {
  await open("/learn?q=mitochondria");
  await main()
    .getByRole("link", { name: /Mitochondria/ })
    .click();
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("dialog").getByLabel("Shown with the answer").fill("The cell's fuel");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await main().getByText("The cell's fuel").waitFor();
  await inspect("card");
  await open("/learn/print");
  await main().getByText("The cell's fuel").waitFor();
  await inspect("print");
});

it("tests itself in a quiz, with the words of the source for each answer", async () => {
  await open(`/learn/quizzes?recording=${recording}`);
  await inspect("quizzes");
  await page.getByLabel("Questions").selectOption("5");
  await page.getByRole("button", { name: "Quiz yourself" }).click();
  await page.waitForURL(/\/learn\/quizzes\/[0-9a-f-]{36}/);
  await page.getByText(/^Question 1 of \d/).waitFor();
  await page.getByRole("button", { name: "I do not know" }).click();
  await page.getByText("Not right").waitFor();
  await main().getByRole("figure").waitFor();
  await inspect("quiz");
  for (;;) {
    const result = page.getByRole("button", { name: "Show the result" });
    await page.getByRole("button", { name: /^(Next|Show the result)$/ }).waitFor();
    if (await result.isVisible()) {
      await result.click();
      break;
    }
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("button", { name: "I do not know" }).click();
  }
  await page.getByText(/^0 of \d are right$/).waitFor();
  await inspect("quiz-result");
  const before = (await student.get("/cards?limit=200")).body.items.length;
  await page.getByRole("button", { name: /^Make (a card|cards) of/ }).click();
  await main()
    .getByText(/cards? added\./)
    .waitFor();
  expect((await student.get("/cards?limit=200")).body.items.length).toBeGreaterThan(before);
});

it("explains it back, and sees what was missed", async () => {
  await open(`/learn/explain?recording=${recording}`);
  await page
    .getByLabel("Your explanation")
    .fill("The Calvin cycle takes place in the stroma. Chlorophyll reflects red light.");
  await page.getByRole("button", { name: "Compare with the source" }).click();
  await page.getByText(/^You covered \d+ of \d+ key statements/).waitFor();
  await page.getByRole("heading", { name: /^Missed/ }).waitFor();
  await inspect("explain");
});

it("sums a lecture up, and a subject is a place", async () => {
  await open(`/learn/overview?recording=${recording}`);
  await page.getByRole("heading", { name: "What it says" }).waitFor();
  await inspect("overview");
  await open("/learn/subjects/Biology");
  await page.getByRole("heading", { name: "Lectures and documents" }).waitFor();
  await inspect("subject");
  await page.getByRole("button", { name: "Add an exam" }).click();
  await page.getByRole("dialog").getByLabel("Title").fill("Finals");
  await page.getByRole("dialog").getByLabel("Date").fill(day(40));
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await main()
    .getByText(/40 days left|39 days left/)
    .waitFor();
});

it("reviews by keyboard alone, hears the lecturer, takes a rating back", async () => {
  // Whatever sound the page makes is found here.
  await page.addInitScript(
    "const play = HTMLMediaElement.prototype.play; HTMLMediaElement.prototype.play = " +
      "function () { window.lmHeard = this; return play.call(this); };",
  );
  await student.post("/cards", {
    front: "Where does the Calvin cycle take place?",
    back: "In the stroma",
    subject: "First",
    witness: { source: { kind: "recording", id: recording }, quote: SAID[1] },
  });
  await student.post("/cards", { front: "Second?", back: "Yes", subject: "First" });
  await open("/learn/review?subject=First");
  await page.getByText("Where does the Calvin cycle take place?").waitFor();
  await inspect("review");
  await page.keyboard.press("Space");
  await page.getByText("In the stroma", { exact: true }).waitFor();
  await page.getByRole("button", { name: /^Good/ }).waitFor();
  await inspect("review-answer");
  await page.keyboard.press("h");
  // From the second in which it was said; it stops at its end.
  await expect.poll(heardAt).toBeGreaterThanOrEqual(3.5);
  await expect.poll(heardAt, { timeout: 15_000 }).toBeUndefined();
  await page.keyboard.press("3");
  await page.getByText("Second?").waitFor();
  await page.getByText("1 card done").waitFor();
  await page.keyboard.press("u");
  await page.getByText("Where does the Calvin cycle take place?").waitFor();
  await expect.poll(async () => (await student.get("/study/today")).body.done_today).toBe(0);
  // Also after the page was loaded again, as on another device.
  await page.keyboard.press("Space");
  await page.getByText("In the stroma", { exact: true }).waitFor();
  await page.keyboard.press("3");
  await page.getByText("Second?").waitFor();
  await expect.poll(async () => (await student.get("/study/today")).body.done_today).toBe(1);
  await page.reload();
  await page.getByText("Second?").waitFor();
  await page.getByRole("button", { name: "Take the last rating back" }).waitFor();
  await page.keyboard.press("u");
  await page.getByText("Where does the Calvin cycle take place?").waitFor();
  await expect.poll(async () => (await student.get("/study/today")).body.done_today).toBe(0);
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText("Take the last rating back").waitFor();
  await page.keyboard.press("Escape");
});

it("goes on without a connection, and sends what was kept when it is back", async () => {
  await open("/learn/review?subject=First");
  await page.getByText("Where does the Calvin cycle take place?").waitFor();
  await page.context().setOffline(true);
  await page.keyboard.press("Enter");
  await page.keyboard.press("4");
  await page.getByText(/1 review is kept on this device/).waitFor();
  await page.getByText("Second?").waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.press("4");
  await page.getByText(/2 reviews are kept on this device/).waitFor();
  await page.context().setOffline(false);
  await expect.poll(async () => (await student.get("/study/today")).body.done_today).toBe(2);
  await page.getByText("Done: 2 cards reviewed").waitFor();
  await inspect("review-done");
});

it("compares a typed answer, and the page of progress has pictures and tables", async () => {
  await student.post("/cards", {
    kind: "typed",
    front: "What do plants make?",
    back: "glucose",
    subject: "Typed",
  });
  await open("/learn/review?subject=Typed");
  await page.getByLabel("Your answer").fill("glukose");
  await page.keyboard.press("Enter");
  await page.getByText("You typed: glukose").waitFor({ state: "attached" });
  await page.keyboard.press("Enter");
  // A wrong answer's one key is "again".
  await expect
    .poll(async () => (await student.get("/cards?subject=Typed")).body.items[0])
    .toMatchObject({ state: "learning", reps: 1 });
  await open("/learn/progress");
  await page.getByRole("heading", { name: "The last year" }).waitFor();
  await inspect("progress");
  await open("/");
  await page.getByText(/cards are waiting for you/).waitFor();
  await main().getByText("Finals").waitFor();
  await inspect("today");
});

it("keeps the settings, counts a file before it is imported", async () => {
  await open("/learn/settings");
  await page.getByLabel("New cards a day").fill("7");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  expect((await student.get("/study/settings")).body.new_per_day).toBe(7);
  await inspect("study-settings");
  await open("/learn/transfer");
  await page.getByLabel("Choose a file").setInputFiles({
    name: "deck.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("front,back\nOne?,1\nTwo?,2\n"),
  });
  await page.getByText("This is in it; nothing was written yet:").waitFor();
  expect((await student.get("/cards?q=Two")).body.items).toHaveLength(0);
  await inspect("import");
  await page.getByRole("button", { name: "Import it" }).click();
  await page.getByText("Imported:").waitFor();
  expect((await student.get("/cards?q=Two")).body.items).toHaveLength(1);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.apkg$/);
});

it("complains of nothing", () => expect(complaints).toEqual([]));

/** Counted from the day of study, which begins at four: before that it is still yesterday. */
function day(ahead: number) {
  const studied = Date.now() - 4 * 3_600_000;
  return new Date(studied + ahead * 86_400_000).toISOString().slice(0, 10);
}
