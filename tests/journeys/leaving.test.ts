/** Taking along, bringing in and leaving in a real browser, in both languages, on a desk and a phone. */
import { readFile } from "node:fs/promises";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyDeletion } from "#server/features/account/deletion/verify-deletion.ts";
import { faultsOf } from "#tests/support/accessibility.ts";
import { PASSWORD, startTestApp, type Student, type TestApp } from "#tests/support/app.ts";

let app: TestApp;
let browser: Browser;
let url: string;
beforeAll(async () => {
  app = await startTestApp({ HOST: "localhost", LM_DELETION_GRACE_DAYS: "7" });
  url = app.url.replace(/127\.0\.0\.1|\[::1\]/, "localhost");
  await app.register();
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

async function enter(student: Student, options: Parameters<Browser["newContext"]>[0] = {}) {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(`${url}/login?next=${encodeURIComponent("/settings?tab=data")}`);
  await page.locator("input[name=email]").fill(student.email);
  await page.locator("input[name=password]").fill(PASSWORD);
  await page.locator("form button[type=submit]").click();
  await page.waitForURL((address) => address.pathname === "/settings");
  return page;
}

const section = (page: Page, title: string) =>
  page.locator("section", { has: page.getByRole("heading", { name: title, exact: true }) });

async function shot(page: Page, name: string) {
  const folder = process.env["LM_TEST_SHOTS"];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

test("an account is exported, brought in elsewhere after a look, and taken out again", async () => {
  const student = await app.register();
  await student.post("/study-materials", { title: "Note", content: "Text.", subject: "Biology" });
  const page = await enter(student);
  const out = section(page, "Take everything along");
  await out.getByText("No export yet.").waitFor();
  await out.getByRole("button", { name: "Export my account" }).click();
  await out.getByText(/^Last export: /).waitFor();
  const downloading = page.waitForEvent("download");
  await out.getByRole("button", { name: "Download" }).click();
  const file = await (await downloading).path();

  const newcomer = await app.register();
  const other = await enter(newcomer);
  const choosing = other.waitForEvent("filechooser");
  const into = section(other, "Bring an account in");
  await into.getByRole("button", { name: "Choose the file" }).click();
  await (
    await choosing
  ).setFiles({ name: "a.zip", mimeType: "application/zip", buffer: await readFile(file) });
  await into.getByText("Notes and documents: 1 new, 0 here already").waitFor();
  expect((await newcomer.get("/study-materials")).body.items).toEqual([]);
  await shot(other, "import-tried");
  await into.getByRole("button", { name: "Take it in" }).click();
  await into.getByRole("button", { name: "Take them out again" }).waitFor();
  expect((await newcomer.get("/study-materials")).body.items).toHaveLength(1);
  await into.getByRole("button", { name: "Take them out again" }).click();
  await into.getByText("This import was undone.").waitFor();
  expect((await newcomer.get("/study-materials")).body.items).toEqual([]);
});

test("a subject goes with a receipt that holds", async () => {
  const student = await app.register();
  await student.post("/study-materials", { title: "Note", content: "Text.", subject: "Biology" });
  const page = await enter(student);
  const one = section(page, "Delete one subject");
  await one.getByLabel("Subject").selectOption("Biology");
  await one.getByRole("button", { name: "Delete this subject" }).click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("dialog").getByRole("button", { name: "Delete this subject" }).click();
  const receipt = JSON.parse(await readFile(await (await downloading).path(), "utf8"));
  expect(await verifyDeletion(app.context, receipt)).toMatchObject({ holds: true });
  expect((await student.get("/study-materials")).body.items).toEqual([]);
});

test.each([
  ["en", "Delete the account", "Delete everything for good", "Keep my account", 1280, "light"],
  ["de", "Konto löschen", "Alles endgültig löschen", "Mein Konto behalten", 360, "dark"],
] as const)(
  "in %s: an account is to be deleted after its days of grace, and kept",
  async (locale, title, forGood, keep, width, colorScheme) => {
    const student = await app.register();
    await student.post("/study-materials", { title: "Note", content: "Text.", subject: "Law" });
    const page = await enter(student, { locale, viewport: { width, height: 900 }, colorScheme });
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    await page.getByRole("button", { name: title }).click();
    await shot(page, `leaving-dialog-${locale}`);
    const dialog = page.getByRole("dialog");
    await dialog.locator("input[type=password]").fill(PASSWORD);
    await dialog.getByRole("button", { name: forGood }).click();
    await page.getByRole("button", { name: keep }).waitFor();
    expect((await student.get("/account/deletion")).body.deletion).not.toBeNull();
    await shot(page, `leaving-scheduled-${locale}`);
    expect(await wide()).toBe(false);
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole("button", { name: keep }).click();
    await page.getByRole("button", { name: keep }).waitFor({ state: "detached" });
    await expect
      .poll(async () => (await student.get("/account/deletion")).body.deletion)
      .toBeNull();
    await page.getByRole("button", { name: title }).waitFor();
  },
);
