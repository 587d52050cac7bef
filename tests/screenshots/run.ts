/** `npm run screenshots`: the pictures of README.md and of the app's manifest, made from the students of the demo. */
import { mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { startSeeded } from "./seeded.ts";

const README = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
/** Browsers show these where they offer to install the app (web/public/manifest.webmanifest names their sizes). */
const MANIFEST = fileURLToPath(new URL("../../web/public/screenshots/", import.meta.url));
/** What a clone of the repository pays for each. */
const MOST_BYTES = 150 * 1024;

interface Picture {
  path: string;
  width: number;
  height: number;
  appearance: "light" | "dark";
  show: (page: Page) => Promise<unknown>;
}

const wide = { width: 1200, height: 750 };
const narrow = { width: 390, height: 780 };
const PICTURES: Picture[] = [
  { path: `${README}tutor.png`, ...wide, appearance: "light", show: showAnswer },
  { path: `${README}recording.png`, ...wide, appearance: "light", show: showRecording },
  { path: `${README}library.png`, ...wide, appearance: "dark", show: showLibrary },
  { path: `${MANIFEST}wide-library.png`, ...wide, appearance: "light", show: showLibrary },
  { path: `${MANIFEST}narrow-library.png`, ...narrow, appearance: "light", show: showLibrary },
  { path: `${MANIFEST}narrow-answer.png`, ...narrow, appearance: "light", show: showAnswer },
];

async function showAnswer(page: Page) {
  await page.goto(new URL("/tutor", page.url()).href);
  await page.getByRole("link", { name: "Before the exam" }).first().click();
  await page.getByText("glycolysis").first().waitFor();
}

async function showRecording(page: Page) {
  await page.goto(new URL("/library", page.url()).href);
  await page
    .getByRole("link", { name: /Photosynthesis/ })
    .first()
    .click();
  await page
    .getByRole("button", { name: /^Play$/ })
    .first()
    .waitFor();
  await page.getByText("chlorophyll").first().waitFor();
}

async function showLibrary(page: Page) {
  await page.goto(new URL("/library", page.url()).href);
  await page
    .getByRole("link", { name: /Cellular respiration/ })
    .first()
    .waitFor();
}

const seeded = await startSeeded();
try {
  for (const folder of [README, MANIFEST]) await mkdir(folder, { recursive: true });
  for (const { path, show, ...look } of PICTURES) {
    const page = await seeded.open(look);
    await show(page);
    // Events keep the network busy; letters are what comes last.
    await page.waitForFunction(() => document.fonts.status === "loaded");
    await page.screenshot({ path });
    const { size } = await stat(path);
    console.log(`${path}: ${Math.round(size / 1024)} kB`);
    if (size > MOST_BYTES) throw new Error(`${path} is larger than ${MOST_BYTES} bytes`);
    await page.context().close();
  }
} finally {
  await seeded.stop();
}
