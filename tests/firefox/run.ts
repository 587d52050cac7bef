/**
 * `npm run test:firefox`: the main path in Debian's Firefox (firefox-esr), headless, driven by WebDriver BiDi: log in,
 * bring a lecture with its captions and a note, play, ask, open the citation. It is no part of `npm test`, which wants
 * no second browser. Playwright drives a Firefox of its own only, hence Puppeteer
 * (https://pptr.dev/webdriver-bidi).
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, type Page } from "puppeteer-core";
import { readConfig } from "#server/config.ts";
import { startServer } from "#server/main.ts";
import { makeWav } from "#tests/support/make-wav.ts";

const FIREFOX = process.env["FIREFOX"] ?? "/usr/bin/firefox-esr";
const PASSWORD = "Correct-horse-7";
const CAPTIONS = `WEBVTT

00:00.000 --> 00:04.000
Photosynthesis has two stages.

00:04.000 --> 00:08.000
The Calvin cycle takes place in the stroma.
`;

if (!existsSync(FIREFOX)) {
  console.error(
    `There is no ${FIREFOX}. On Debian: apt-get install firefox-esr; elsewhere set FIREFOX to its path.`,
  );
  process.exit(1);
}

const folder = await mkdtemp(join(tmpdir(), "lm-firefox-"));
const server = await startServer(
  readConfig({
    PORT: "0",
    LM_DATA_DIR: join(folder, "data"),
    LM_LOG_LEVEL: "error",
    LM_RATE_LIMITS: "off",
    LM_STT_ENGINE: "none",
  }),
);
const browser = await launch({ browser: "firefox", executablePath: FIREFOX, headless: true });
const complaints: string[] = [];
let passed = 0;

async function step(what: string, work: () => Promise<unknown>) {
  await work();
  passed += 1;
  console.log(`  ${what}`);
}

try {
  console.log(await browser.version());
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  page.setDefaultTimeout(30_000);
  page.on("pageerror", (error) => complaints.push(String(error)));
  await walk(page);
  if (complaints.length > 0) throw new Error(`The page complained:\n${complaints.join("\n")}`);
  console.log(`${passed} passed, 0 failed`);
} catch (error) {
  console.error(error);
  for (const page of await browser.pages())
    console.error(page.url(), await page.evaluate(() => document.body.innerText.slice(0, 1500)));
  console.log(`${passed} passed, 1 failed`);
  process.exitCode = 1;
} finally {
  await browser.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit();

async function walk(page: Page) {
  const field = (name: string) => page.locator(`input[name=${name}]`);
  const button = (name: string) => page.locator(`::-p-aria([name="${name}"][role="button"])`);
  const link = (name: string) => page.locator(`main ::-p-text(${name})`);
  const shows = (text: string) =>
    page.waitForFunction((wanted) => document.body.innerText.includes(wanted), {}, text);
  const at = (pattern: RegExp) =>
    page.waitForFunction((source) => new RegExp(source).test(location.href), {}, pattern.source);
  const open = (path: string) => page.goto(new URL(path, server.url).href);

  await step("registers and logs in", async () => {
    await open("/register");
    await field("email").fill("fox@example.org");
    await field("password").fill(PASSWORD);
    await page.locator("form button[type=submit]").click();
    await shows("Begin with a lecture");
  });

  await step("brings a lecture with its captions; the transcript comes by an event", async () => {
    await open("/library");
    await shows("Begin with a lecture");
    const [sound, captions] = [join(folder, "Plants.wav"), join(folder, "Plants.vtt")];
    await writeFile(sound, makeWav(Buffer.alloc(8 * 32_000)));
    await writeFile(captions, CAPTIONS);
    const picker = (await page.$("input[type=file]"))!;
    await (picker as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(
      sound,
      captions,
    );
    await link("Plants").click();
    await at(/\/recordings\//);
    await shows("Calvin cycle");
  });

  await step("plays it: the time goes on", async () => {
    await button("Play").click();
    await page.waitForFunction(() =>
      /0:0[1-9]/.test(document.querySelector("[data-testid=player-time]")!.textContent),
    );
  });

  await step("writes a note, with a formula drawn", async () => {
    await open("/materials/new");
    await field("title").fill("Light");
    await page.locator("textarea").fill("Energy of light: $E = h\\nu$.");
    await button("Save").click();
    await at(/\/materials\/[0-9a-f-]{36}/);
    await page.locator(".katex").wait();
  });

  await step("asks, and the citation opens at its second", async () => {
    await open("/tutor");
    await page.locator("main textarea").fill("Where does the Calvin cycle take place?");
    await page.keyboard.press("Enter");
    const citation = page.locator("[data-testid=citation]");
    await citation.click();
    await at(/\/recordings\//);
    await page.waitForFunction(() =>
      /0:0[4-8]/.test(document.querySelector("[data-testid=player-time]")?.textContent ?? ""),
    );
  });

  await step("finds words, and logs out", async () => {
    await open("/search?q=stroma");
    await shows("places found");
    await open("/settings");
    await button("Log out").click();
    await at(/\/login/);
  });
}
