/** A server with the demo's students in a folder of its own, and a browser that is logged in as the first of them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { readConfig } from "#server/config.ts";
import { startServer } from "#server/main.ts";
import { DEMO_PASSWORD, seedStudents } from "../../cli/seed-students.ts";

export interface Seeded {
  url: string;
  /** A page in a window of this size, in this appearance. */
  open(look: {
    width: number;
    height: number;
    appearance: "light" | "dark";
    email?: string;
    language?: string;
  }): Promise<Page>;
  stop(): Promise<void>;
}

export async function startSeeded(): Promise<Seeded> {
  const folder = await mkdtemp(join(tmpdir(), "lm-screenshots-"));
  // The demo's students are made by a server of their own, of the same folder.
  process.env["LM_DATA_DIR"] = folder;
  const server = await startServer(
    readConfig({
      ...process.env,
      PORT: "0",
      NODE_ENV: "development",
      LM_LOG_LEVEL: "error",
      LM_RATE_LIMITS: "off",
      DATABASE_URL: undefined,
      LM_PUBLIC_URL: undefined,
    }),
  );
  const { emails } = await seedStudents(server.opened.ownerUrl);
  const browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  return {
    url: server.url,
    async open({ width, height, appearance, email = emails[0]!, language = "en-GB" }) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: appearance,
        locale: language,
        reducedMotion: "reduce",
      });
      const page = await context.newPage();
      await page.goto(`${server.url}/login`);
      await page.locator("input[name=email]").fill(email);
      await page.locator("input[name=password]").fill(DEMO_PASSWORD);
      await page.locator("form button[type=submit]").click();
      await page.waitForURL((address) => address.pathname === "/");
      return page;
    },
    async stop() {
      await browser.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
