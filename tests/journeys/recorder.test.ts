/**
 * Records with Chromium's own microphone (a beep each second), kills the page's process at second 20, comes back and
 * finishes.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { chromium, type BrowserContext, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { logIn } from "#tests/support/log-in.ts";

const KILL_AT_SECOND = 20;

let app: TestApp;
let student: Student;
let folder: string;
let context: BrowserContext;

beforeAll(async () => {
  app = await startTestApp({ LM_STT_ENGINE: "none" });
  student = await app.register();
  folder = await mkdtemp(join(tmpdir(), "lm-chromium-"));
  // A profile on disk: what is kept in the browser must outlive the page.
  context = await chromium.launchPersistentContext(folder, {
    executablePath: "/usr/bin/chromium",
    locale: "en-US",
    args: [
      "--no-sandbox",
      "--disable-dev-shm-usage",
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
    ],
    permissions: ["microphone"],
  });
});
afterAll(async () => {
  await context?.close();
  await app?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

async function killPageProcess(page: Page) {
  const browser = await context.browser()!.newBrowserCDPSession();
  const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
  const crashed = new Promise((resolve) => page.once("crash", resolve));
  for (const { type, id } of processInfo) if (type === "renderer") process.kill(id, "SIGKILL");
  await crashed;
  await browser.detach();
}

it("a killed page costs five seconds at most", async () => {
  const page = context.pages()[0] ?? (await context.newPage());
  await logIn(page, app.url, student.email);
  await page.goto(`${app.url}/record`);
  await page.getByRole("button", { name: "Start recording" }).click();
  // Or a later second: a page that stood still for a moment leaves one out.
  await page.getByText(/^0:[2-5]\d$/).waitFor({ timeout: 60_000 });
  await killPageProcess(page);

  // Before anybody comes back: what the server acknowledged is there.
  const { body: uploads } = await student.get("/uploads?status=receiving");
  expect(uploads.items).toHaveLength(1);
  expect(uploads.items[0].is_live).toBe(true);
  const onServer = uploads.items[0].offset_bytes as number;
  expect(onServer).toBeGreaterThan(0);

  await page.close();
  const again = await context.newPage();
  await again.goto(`${app.url}/record`);
  await again.getByRole("button", { name: "Save it now" }).click();
  await again.waitForURL(/\/recordings\/[0-9a-f-]{36}$/);
  const id = again.url().split("/").at(-1)!;
  await student.until(`/recordings/${id}/waveform`, (body) => body.peaks?.length > 0);
  const { body: wave } = await student.get(`/recordings/${id}/waveform`);
  expect(wave.duration_seconds).toBeGreaterThanOrEqual(KILL_AT_SECOND - 5);
  // The beep, not silence.
  expect(Math.max(...wave.peaks)).toBeGreaterThan(0.1);
  const { body: recording } = await student.get(`/recordings/${id}`);
  expect(recording.size_bytes).toBeGreaterThanOrEqual(onServer);
  expect((await student.get("/uploads?status=receiving")).body.items).toEqual([]);
});

it("without a network it records on, and sends by itself when there is one", async () => {
  const before = (await student.get("/recordings")).body.items.length;
  const page = await context.newPage();
  await page.goto(`${app.url}/record`);
  await page.getByRole("button", { name: "Start recording" }).waitFor();
  await context.setOffline(true);
  await page.getByRole("button", { name: "Start recording" }).click();
  await page.getByText(/^0:(0[5-9]|[1-5]\d)$/).waitFor();
  await page.getByRole("button", { name: "Finish" }).click();
  await page.getByText(/waits in this browser until the server can be reached/).waitFor();
  expect((await student.get("/recordings")).body.items).toHaveLength(before);
  await context.setOffline(false);
  await page.getByText(/waits in this browser/).waitFor({ state: "detached", timeout: 60_000 });
  const recordings = async () => (await student.get("/recordings")).body.items;
  await expect.poll(recordings).toHaveLength(before + 1);
  const [{ id }] = await recordings();
  await student.until(`/recordings/${id}/waveform`, (wave) => wave.peaks?.length > 0);
  const { body: wave } = await student.get(`/recordings/${id}/waveform`);
  expect(wave.duration_seconds).toBeGreaterThanOrEqual(4);
  await page.close();
});

it("names the gap that a sleeping computer leaves", async () => {
  const page = await context.newPage();
  await page.goto(`${app.url}/record`);
  await page.getByRole("button", { name: "Start recording" }).click();
  await page.getByText(/^0:(0[4-9]|[1-5]\d)$/).waitFor();
  const browser = await context.browser()!.newBrowserCDPSession();
  const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
  const pages = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  for (const id of pages) process.kill(id, "SIGSTOP");
  // The time that nothing was recorded is what is tested.
  await setTimeout(10_000);
  for (const id of pages) process.kill(id, "SIGCONT");
  await page.getByText(/Sound is missing at 0:\d\d \(\d+ s\)/).waitFor();
  await page.getByRole("button", { name: "Finish" }).click();
  await page.waitForURL(/\/recordings\/[0-9a-f-]{36}$/);
  await browser.detach();
});
