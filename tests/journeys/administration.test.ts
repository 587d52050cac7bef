/** An administrator in a real browser: invites, finds, switches off and on. */
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PASSWORD, startTestApp, type TestApp } from "#tests/support/app.ts";
import { logIn } from "#tests/support/log-in.ts";
import { shortSpeech } from "#tests/support/real-speech.ts";

let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  app = await startTestApp({ LM_REGISTRATION: "invitation" });
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

test("an administrator invites a student, and switches the account off and on", async () => {
  const administrator = await app.register();
  const page = await (await browser.newContext({ locale: "en-US" })).newPage();
  await logIn(page, app.url, administrator.email, "/administration");
  await page.getByRole("link", { name: "People" }).click();

  await page.getByRole("button", { name: "Invite" }).click();
  const link = await page.locator("code").innerText();
  const guest = await (await browser.newContext()).newPage();
  await guest.goto(`${app.url}/register${new URL(link).search}`);
  await guest.locator("input[name=email]").fill("guest@example.org");
  await guest.locator("input[name=password]").fill(PASSWORD);
  await guest.locator("form button[type=submit]").click();
  await guest.waitForURL((address) => address.pathname === "/");

  await page.getByLabel("Find by name or e-mail").fill("GUEST");
  const row = page.getByRole("listitem").filter({ hasText: "guest@example.org" });
  await row.getByRole("button", { name: "Switch off" }).click();
  await row.getByText("Switched off").waitFor();
  await guest.goto(`${app.url}/`);
  await guest.waitForURL((address) => address.pathname === "/login");
  await row.getByRole("button", { name: "Switch on" }).click();
  await row.getByRole("button", { name: "Switch off" }).waitFor();
  const login = await fetch(`${app.url}/api/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "guest@example.org", password: PASSWORD }),
  });
  expect(login.status).toBe(200);
  // More space for one person, and what everybody has again.
  const { user } = (await login.json()) as { user: { id: string } };
  const quota = async () => (await administrator.get(`/admin/users/${user.id}/quota`)).body;
  for (const [entered, own] of [
    ["2.5", { storage_bytes: 2_500_000_000 }],
    ["", {}],
  ] as const) {
    await row.getByRole("button", { name: "Limits" }).click();
    const dialog = page.getByRole("dialog", { name: "Limits of guest@example.org" });
    await dialog.getByLabel("Space for files and notes, in GB").fill(entered);
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
    expect((await quota()).own).toEqual(own);
  }
  await page.getByRole("link", { name: "Work and mails" }).click();
  await page.getByText("Every mail was sent.").waitFor();
  // An address at which this page is not open might keep everybody out: it wants a yes.
  await page.getByRole("link", { name: "Engines" }).click();
  const address = page.getByRole("region", { name: "Address and proxies" });
  await address.getByLabel("Public address").fill("http://study.example.org");
  await address.getByRole("button", { name: "Save" }).click();
  await address.getByText(/lm settings unset LM_PUBLIC_URL/).waitFor();
  await address.getByLabel("I know; save it all the same").check();
  await address.getByRole("button", { name: "Save" }).click();
  await address.getByRole("button", { name: "Save" }).waitFor({ state: "detached" });
  const { settings } = (await administrator.get("/engines")).body.installation;
  expect(settings.find(({ name }: any) => name === "LM_PUBLIC_URL").value).toBe(
    "http://study.example.org",
  );
});

test("sees why work failed, its attempts, and tries it again", async () => {
  const queue = await startTestApp({ LM_STT_ENGINE: "none" });
  try {
    const administrator = await queue.register();
    const student = await queue.register();
    const uploaded = await student.upload("/recordings", await shortSpeech(), { title: "Secret" });
    await student.until(
      `/transcription-jobs/${uploaded.body.transcription_job.id}`,
      ({ status }) => status === "failed",
    );
    const page = await (await browser.newContext({ locale: "en-US" })).newPage();
    await logIn(page, queue.url, administrator.email, "/administration");
    await page.getByRole("link", { name: "Work and mails" }).click();
    await page.getByRole("heading", { name: "Queue" }).waitFor();
    await page.getByText("Transcribe a recording · engine-unavailable").waitFor();
    await page.getByText(/places busy/).waitFor();
    await page.getByRole("button", { name: "Attempts" }).first().click();
    await page.getByText(/^1\. · .* · failed/).waitFor();
    await page.getByRole("button", { name: "Try again" }).first().click();
    await page.getByText(/^2\. · .* · failed/).waitFor();
    expect(await page.locator("body").innerText()).not.toContain("Secret");
  } finally {
    await queue.stop();
  }
});
