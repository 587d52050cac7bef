/**
 * The main job in a real browser: register, drop a lecture with its captions, ask, and the citation moves the player;
 * then a note, a PDF, a voice. On the way every page is held against WCAG 2.2 AA by axe, in light and dark, and must
 * fit 360 px.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { faultsOf } from "#tests/support/accessibility.ts";
import { PASSWORD, startTestApp, type TestApp } from "#tests/support/app.ts";
import { inspectPage } from "#tests/support/inspect-page.ts";
import { makeSpeech } from "#tests/support/make-speech.ts";
import { FIRST_JAVASCRIPT_LIMIT, measureFirstJavaScript } from "../../web/check-size.ts";

const PDF = readFileSync(
  fileURLToPath(new URL("../../samples/cellular-respiration.pdf", import.meta.url)),
);
const CAPTIONS = `WEBVTT

00:00:00.000 --> 00:00:02.000
Photosynthesis has two stages.

00:00:02.000 --> 00:00:06.000
The second stage is the Calvin cycle. It takes place in the stroma.
`;

let app: TestApp;
let browser: Browser;
let page: Page;
let lecture: Buffer;
/** What the page wrote into its console; a policy that is too strict shows here first. */
const complaints: string[] = [];

beforeAll(async () => {
  app = await startTestApp({ LM_STT_ENGINE: "none" });
  const speech = await makeSpeech(
    app.context,
    "Photosynthesis has two stages. The second stage is the Calvin cycle. It takes place in the stroma.",
  );
  lecture = Buffer.from(await speech.arrayBuffer());
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
  page.on("console", (message) => {
    // Who is not logged in asks for a session and has none: the browser writes that down as an error.
    const asksForSession = message.location().url.endsWith("/api/auth/refresh");
    if (message.type() === "error" && !asksForSession)
      complaints.push(`${message.location().url}: ${message.text()}`);
  });
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const inspect = (name: string) => inspectPage(page, name);
const theme = () => page.evaluate("document.documentElement.dataset.theme");
const open = (path: string) => page.goto(app.url + path);
async function ask(question: string) {
  await page.getByLabel("Your question").fill(question);
  // While an answer comes, the same button stops it.
  await page.getByRole("button", { name: "Ask", exact: true }).waitFor();
  await page.getByLabel("Your question").press("Enter");
}
const playerSeconds = async () => {
  const [minutes, seconds] = (await page.getByTestId("player-time").innerText()).split(":");
  return Number(minutes) * 60 + Number(seconds);
};

it("a newcomer registers", async () => {
  await open("/");
  await page.waitForURL((address) => address.pathname === "/login");
  await inspect("login");
  await page.getByRole("link", { name: "Create one" }).click();
  // Until then the login form is there, with the same labels.
  await page.waitForURL((address) => address.pathname === "/register");
  await page.getByLabel("E-mail").fill("newcomer@example.org");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await inspect("register");
  await page.getByLabel("Password", { exact: true }).press("Enter");
  await page.getByText("Begin with a lecture").waitFor();
  await inspect("empty-today");
  await open("/library");
  await page.getByText("Begin with a lecture").waitFor();
  await inspect("empty-library");
});

it("drops a lecture with its captions, asks, and the citation moves the player", async () => {
  await page.locator("input[type=file]").setInputFiles([
    { name: "Photosynthesis.mp3", mimeType: "audio/mpeg", buffer: lecture },
    { name: "Photosynthesis.vtt", mimeType: "text/vtt", buffer: Buffer.from(CAPTIONS) },
  ]);
  await page
    .getByRole("main")
    .getByRole("link", { name: /Photosynthesis/ })
    .click();
  await page.getByText("Calvin").waitFor();
  await page.getByText("Supplied captions").first().waitFor();
  await inspect("recording");

  await page.getByRole("button", { name: "Ask about this" }).click();
  await ask("Where does the Calvin cycle take place?");
  const citation = page.getByTestId("citation").first();
  await citation.waitFor();
  expect(await citation.innerText()).toContain("0:0");
  await inspect("answer");
  await citation.click();
  await page.waitForURL(/\/recordings\//);
  await expect.poll(playerSeconds).toBeGreaterThanOrEqual(2);
  // It plays: the time goes on by itself.
  await expect.poll(playerSeconds).toBeGreaterThanOrEqual(4);
});

it("adds a typed note and a PDF, and answers cite them", async () => {
  await open("/materials/new");
  await page.getByLabel("Title").fill("Chlorophyll");
  await page.getByLabel("Text").fill("Chlorophyll absorbs red and blue light and reflects green.");
  await inspect("new-note");
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL((address) => /\/materials\/[0-9a-f-]{36}/.test(address.pathname));
  await page.getByText("reflects green").first().waitFor();
  await inspect("note");

  await open("/library");
  await page
    .getByRole("main")
    .getByRole("link", { name: /Chlorophyll/ })
    .waitFor();
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "respiration.pdf", mimeType: "application/pdf", buffer: PDF });
  await page
    .getByRole("main")
    .getByRole("link", { name: /respiration/i })
    .click();
  await page
    .getByText(/glycolysis/i)
    .first()
    .waitFor();
  await inspect("document");

  await open("/tutor");
  await inspect("tutor");
  await ask("Which light does chlorophyll reflect?");
  await page.getByTestId("citation").filter({ hasText: "Chlorophyll" }).first().waitFor();
  await ask("Where does glycolysis happen?");
  const citation = page
    .getByTestId("citation")
    .filter({ hasText: /Page \d/ })
    .first();
  await citation.click();
  await page.waitForURL(/\/materials\/.*page=\d/);
});

it("adds and filters on a phone: everything is behind one +, the filters behind one button", async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await open("/library");
  await page
    .getByRole("main")
    .getByRole("link", { name: /Chlorophyll/ })
    .waitFor();
  const add = page.getByRole("navigation").getByRole("button", { name: "Add" });
  await add.click();
  await expect
    .poll(() => page.getByRole("menuitem").allInnerTexts())
    .toEqual(["Record", "Upload", "Take a picture", "New note", "Web address"]);
  expect(await faultsOf(page)).toEqual([]);
  const chosen = page.waitForEvent("filechooser");
  await page.getByRole("menuitem", { name: "Upload" }).click();
  const note = { name: "osmosis.md", mimeType: "text/markdown", buffer: Buffer.from("# Osmosis") };
  await (await chosen).setFiles(note);
  await page
    .getByRole("main")
    .getByRole("link", { name: /osmosis/i })
    .waitFor();
  for (const [name, path] of [
    ["New note", /\/materials\/new/],
    ["Web address", /kind=web/],
    ["Record", /\/record/],
  ] as const) {
    await add.click();
    await page.getByRole("menuitem", { name }).click();
    await page.waitForURL(path);
  }

  await open("/library?kind=study_material");
  await page.getByRole("button", { name: "Filters", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Filters" });
  await dialog.getByLabel("State").selectOption("failed");
  expect(await faultsOf(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByText("Nothing here matches").waitFor();
  await page.getByRole("button", { name: "Filters: 1" }).click();
  await dialog.getByRole("button", { name: "Show everything" }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page
    .getByRole("main")
    .getByRole("link", { name: /osmosis/i })
    .waitFor();
  // One line of filters, one for the search.
  const lines = await page.getByRole("group", { name: "Show" }).boundingBox();
  const first = await page.getByRole("main").getByRole("listitem").first().boundingBox();
  expect(first!.y - lines!.y).toBeLessThan(110);
  await page.setViewportSize({ width: 1280, height: 800 });
});

it("listens to a note", async () => {
  await open("/library");
  await page
    .getByRole("main")
    .getByRole("link", { name: /Chlorophyll/ })
    .click();
  await page.getByRole("button", { name: "Listen" }).first().click();
  await page.getByRole("button", { name: /^(Play|Pause)$/ }).waitFor();
});

it("finds, records and sets up, in German too", async () => {
  await open("/search?q=stroma");
  await page.getByText("1 place found").waitFor();
  await inspect("search");
  await open("/record");
  await inspect("record");
  await open("/administration");
  await inspect("administration");
  await open("/administration?tab=engines");
  await page.getByRole("button", { name: "Look for Ollama on this machine" }).first().waitFor();
  await inspect("engines");
  await open("/settings");
  await inspect("settings");
  await page.getByLabel("Language", { exact: true }).selectOption("de");
  await page.getByRole("heading", { name: "Einstellungen" }).waitFor();
  await expect.poll(() => page.evaluate("document.documentElement.lang")).toBe("de");
  await page.reload();
  await page.getByRole("heading", { name: "Einstellungen" }).waitFor();
  await inspect("settings-german");
  await page.getByLabel("Aussehen").selectOption("dark");
  await expect.poll(theme).toBe("dark");
  await page.getByLabel("Aussehen").selectOption("system");
  await page.getByRole("button", { name: "Abmelden" }).click();
  await page.waitForURL((address) => address.pathname === "/login");
  await open("/");
  await page.waitForURL((address) => address.pathname === "/login");
});

it("loads little JavaScript first, and its console stays quiet", () => {
  const total = measureFirstJavaScript().reduce((sum, { bytes }) => sum + bytes, 0);
  expect(total).toBeGreaterThan(0);
  expect(total).toBeLessThanOrEqual(FIRST_JAVASCRIPT_LIMIT);
  expect(complaints).toEqual([]);
});
