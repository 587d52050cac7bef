/** `npm run screenshots`: the pictures of README.md, made from the students of the demo. */
import { mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { startSeeded } from "./seeded.ts";

const FOLDER = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
/** What a clone of the repository pays for each. */
const MOST_BYTES = 150 * 1024;

const PICTURES: Record<
  string,
  { appearance: "light" | "dark"; show: (page: Page) => Promise<unknown> }
> = {
  tutor: {
    appearance: "light",
    async show(page) {
      await page.goto(new URL("/tutor", page.url()).href);
      await page.getByRole("link", { name: "Before the exam" }).first().click();
      await page.getByText("glycolysis").first().waitFor();
    },
  },
  recording: {
    appearance: "light",
    async show(page) {
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
    },
  },
  library: {
    appearance: "dark",
    async show(page) {
      await page.goto(new URL("/library", page.url()).href);
      await page
        .getByRole("link", { name: /Cellular respiration/ })
        .first()
        .waitFor();
    },
  },
};

const seeded = await startSeeded();
try {
  await mkdir(FOLDER, { recursive: true });
  for (const [name, { appearance, show }] of Object.entries(PICTURES)) {
    const page = await seeded.open({ width: 1200, height: 750, appearance });
    await show(page);
    // Events keep the network busy; letters are what comes last.
    await page.waitForFunction("document.fonts.status === 'loaded'");
    const path = `${FOLDER}${name}.png`;
    await page.screenshot({ path });
    const { size } = await stat(path);
    console.log(`${name}: ${Math.round(size / 1024)} kB`);
    if (size > MOST_BYTES) throw new Error(`${name} is larger than ${MOST_BYTES} bytes`);
    await page.context().close();
  }
} finally {
  await seeded.stop();
}
