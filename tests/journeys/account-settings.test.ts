/** The settings of an account in a real browser: a passkey, an authenticator app, a key, another session, the end. */
import { TOTP } from "otpauth";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PASSWORD, startTestApp, type TestApp } from "#tests/support/app.ts";
import { inspectPage } from "#tests/support/inspect-page.ts";
import { linkInMail } from "#tests/support/mail-folder.ts";

let app: TestApp;
let browser: Browser;
let url: string;
beforeAll(async () => {
  app = await startTestApp({ HOST: "localhost" });
  url = app.url.replace(/127\.0\.0\.1|\[::1\]/, "localhost");
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

test("a student sets up every way in, uses them, and deletes the account", async () => {
  const student = await app.register();
  const page = await (await browser.newContext()).newPage();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
  });
  const byPassword = async () => {
    await page.goto(`${url}/login?next=/settings`);
    await page.locator("input[name=email]").fill(student.email);
    await page.locator("input[name=password]").fill(PASSWORD);
    await page.locator("form button[type=submit]").click();
  };
  const section = (title: string) =>
    page.locator("section", { has: page.getByRole("heading", { name: title, exact: true }) });
  await byPassword();
  await page.getByRole("link", { name: "Account", exact: true }).click();

  const profile = section("Profile");
  await profile.getByText("Your e-mail is not confirmed yet").waitFor();
  await profile.getByLabel("Your name (optional)").fill("Ada Lovelace");
  await profile.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  expect((await student.get("/auth/me")).body.full_name).toBe("Ada Lovelace");

  await inspectPage(page, "settings-account");

  const newEmail = `new-${student.email}`;
  const email = section("E-mail");
  await email.getByLabel("New e-mail").fill(newEmail);
  await email.getByLabel("Current password").fill(PASSWORD);
  await email.getByRole("button", { name: "Change the e-mail" }).click();
  await email.getByText(`A mail is on its way to ${newEmail}`).waitFor();
  const link = new URL(await linkInMail(app.folder, newEmail));
  await page.goto(url + link.pathname + link.search + link.hash);
  await page.getByText("Thank you, your e-mail is confirmed.").waitFor();
  student.email = newEmail;
  await page.goto(`${url}/settings?tab=account`);
  await page.getByText(newEmail).first().waitFor();
  await page.getByRole("link", { name: "Security", exact: true }).click();

  const passkeys = section("Passkeys");
  await passkeys.getByLabel("Name").fill("My laptop");
  await passkeys.getByLabel("Current password").fill(PASSWORD);
  await passkeys.getByRole("button", { name: "Add a passkey" }).click();
  await passkeys.getByText("My laptop").waitFor();

  const factor = section("Authenticator app");
  await factor.getByRole("button", { name: "Set up an app" }).click();
  await factor.getByRole("img", { name: "QR code for your authenticator app" }).waitFor();
  if (process.env["LM_TEST_SHOTS"])
    await factor.screenshot({ path: `${process.env["LM_TEST_SHOTS"]}/second-factor.png` });
  const secret = await factor.locator("code").innerText();
  const codeAt = (steps: number) =>
    new TOTP({ secret }).generate({ timestamp: Date.now() + steps * 30_000 });
  await factor.getByLabel("Code", { exact: true }).fill(codeAt(-1));
  await factor.getByRole("button", { name: "Confirm" }).click();
  await factor.getByText("10 recovery codes are left").waitFor();
  const codes = () => factor.locator("li").allInnerTexts();
  const first = await codes();
  await factor.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await factor.getByRole("button", { name: "New recovery codes" }).click();
  await expect.poll(codes).not.toEqual(first);
  expect(await codes()).toHaveLength(10);

  const keys = section("Keys for scripts");
  await keys.getByLabel("Name").fill("Backup");
  await keys.getByLabel("Current password").fill(PASSWORD);
  await keys.getByRole("button", { name: "Make a key" }).click();
  const key = await keys.locator("code").innerText();
  const byKey = await fetch(`${app.url}/api/recordings`, {
    headers: { authorization: `Bearer ${key}` },
  });
  expect(byKey.status).toBe(200);

  await inspectPage(page, "settings-security");

  // The session of the registration is the other one here.
  await section("Where you are logged in").getByRole("button", { name: "End all others" }).click();
  await section("Where you are logged in")
    .getByRole("button", { name: "End all others" })
    .waitFor({ state: "detached" });
  await expect.poll(async () => (await student.get("/auth/me")).status).toBe(401);

  await page.context().clearCookies();
  await byPassword();
  await page.getByLabel("Code").fill(codeAt(1));
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.waitForURL((address) => address.pathname === "/settings");

  await page.context().clearCookies();
  await page.goto(`${url}/login?next=/settings`);
  await page.getByRole("button", { name: "Log in with a passkey" }).click();
  await page.waitForURL((address) => address.pathname === "/settings");

  await page.getByRole("link", { name: "Data", exact: true }).click();
  await page.getByRole("button", { name: "Delete the account" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await dialog.getByRole("button", { name: "Delete everything for good" }).click();
  await page.waitForURL((address) => address.pathname === "/login");
  const row = await app.context.database
    .selectFrom("users")
    .select("id")
    .where("id", "=", student.id)
    .executeTakeFirst();
  expect(row).toBeUndefined();
  expect(complaints).toEqual([]);
});
