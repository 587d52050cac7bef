/**
 * A passkey in a real browser with a virtual authenticator
 * (https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/), under the page's own security policy.
 */
import { readFile } from "node:fs/promises";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyDeletion } from "#server/features/account/deletion/verify-deletion.ts";
import { PASSWORD, startTestApp, type TestApp } from "#tests/support/app.ts";
import { logIn } from "#tests/support/log-in.ts";

let app: TestApp;
let browser: Browser;
let url: string;
beforeAll(async () => {
  app = await startTestApp({ HOST: "localhost" });
  // Passkeys belong to names: an address of numbers has none.
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

async function openPage(verifying: boolean) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
  });
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: verifying,
      automaticPresenceSimulation: true,
    },
  });
  const verified = (isUserVerified: boolean) =>
    devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
  return { context, page, complaints, verified };
}

/** What the page's own code does, with the browser's parsers: asks for options, makes the passkey, sends it. */
function addPasskey(page: Page, name: string) {
  return page.evaluate(
    async ([name, password]) => {
      const json = { "Content-Type": "application/json", "X-Requested-With": "little-monster" };
      const session = await (
        await fetch("/api/auth/refresh", { method: "POST", headers: json, body: '{"cookie":true}' })
      ).json();
      const headers = { ...json, Authorization: `Bearer ${session.access_token}` };
      const { options } = await (
        await fetch("/api/auth/passkeys/start", {
          method: "POST",
          headers,
          body: JSON.stringify({ password }),
        })
      ).json();
      const publicKey = (PublicKeyCredential as any).parseCreationOptionsFromJSON(options);
      const made = (await navigator.credentials.create({ publicKey })) as any;
      const body = JSON.stringify({ name, credential: made.toJSON() });
      const send = () => fetch("/api/auth/passkeys/finish", { method: "POST", headers, body });
      const first = await send();
      const again = await send();
      return {
        status: first.status,
        again: again.status,
        passkey: await first.json(),
        token: session.access_token as string,
      };
    },
    [name, PASSWORD],
  );
}

async function signedIn(context: BrowserContext) {
  return (await context.cookies(`${url}/api/auth`)).some(
    ({ name, httpOnly }) => name === "lm_refresh" && httpOnly,
  );
}

test("a student adds a passkey and logs in with it, without the password", async () => {
  const student = await app.register();
  const { context, page, complaints } = await openPage(true);
  await logIn(page, url, student.email);
  expect(await page.evaluate(() => document.cookie)).not.toContain("lm_refresh");
  const added = await addPasskey(page, "This laptop");
  expect([added.status, added.again]).toEqual([201, 401]); // a challenge is answered once
  expect(added.passkey).toMatchObject({ name: "This laptop" });

  await context.clearCookies();
  await page.goto(`${url}/login`);
  await page.getByRole("button", { name: /passkey/i }).click();
  await page.waitForURL((address) => address.pathname === "/");
  expect(await signedIn(context)).toBe(true);
  const { body } = await student.get("/auth/passkeys");
  expect(body.items[0].last_used_at).not.toBeNull();
  expect(complaints).toEqual([]);

  expect((await student.delete(`/auth/passkeys/${added.passkey.id}`)).status).toBe(204);
  await context.clearCookies();
  await page.goto(`${url}/login`);
  const refused = page.waitForResponse((answer) => answer.url().endsWith("/passkeys/login/finish"));
  await page.getByRole("button", { name: /passkey/i }).click();
  expect((await refused).status()).toBe(401);
  expect(await signedIn(context)).toBe(false);
  await context.close();
});

test("an answer to no challenge of ours, of another site, or used twice, is refused", async () => {
  const student = await app.register();
  const { context, page } = await openPage(true);
  await logIn(page, url, student.email);
  expect((await addPasskey(page, "Key")).status).toBe(201);
  const outcome = await page.evaluate(async () => {
    const headers = { "Content-Type": "application/json" };
    const post = (path: string, body: unknown) =>
      fetch(`/api/auth/passkeys/login/${path}`, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
    const sign = async (change: object) => {
      const { options } = await (await post("start", {})).json();
      const publicKey = (PublicKeyCredential as any).parseRequestOptionsFromJSON({
        ...options,
        ...change,
      });
      return ((await navigator.credentials.get({ publicKey })) as any).toJSON();
    };
    const unknownChallenge = await sign({
      challenge: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    });
    const good = await sign({});
    const elsewhere = await sign({});
    const clientData = JSON.parse(
      atob(elsewhere.response.clientDataJSON.replaceAll("-", "+").replaceAll("_", "/")),
    );
    elsewhere.response.clientDataJSON = btoa(
      JSON.stringify({ ...clientData, origin: "https://evil.example" }),
    ).replaceAll("=", "");
    return {
      unknownChallenge: (await post("finish", { credential: unknownChallenge })).status,
      elsewhere: (await post("finish", { credential: elsewhere })).status,
      good: (await post("finish", { credential: good })).status,
      twice: (await post("finish", { credential: good })).status,
    };
  });
  expect(outcome).toEqual({ unknownChallenge: 401, elsewhere: 401, good: 200, twice: 401 });
  await context.close();
});

test("an account is deleted with its own passkey, and with nobody else's", async () => {
  const owner = await app.register();
  const other = await app.register();
  const { context, page, complaints } = await openPage(true);
  await logIn(page, url, owner.email);
  expect((await addPasskey(page, "Mine")).status).toBe(201);
  const deleteByPasskey = async () => {
    await page.goto(`${url}/settings?tab=data`);
    await page.getByRole("button", { name: "Delete the account" }).click();
    const answer = page.waitForResponse(
      (response) =>
        response.url().endsWith("/api/account") && response.request().method() === "DELETE",
    );
    await page.getByRole("dialog").getByRole("button", { name: "With a passkey" }).click();
    return (await answer).status();
  };
  // The authenticator offers the passkey of another account.
  await context.clearCookies();
  await logIn(page, url, other.email);
  expect(await deleteByPasskey()).toBe(401);
  await page.getByText("This passkey is of another account.").waitFor();
  expect((await other.get("/auth/me")).status).toBe(200);

  await context.clearCookies();
  await logIn(page, url, owner.email);
  const downloading = page.waitForEvent("download");
  expect(await deleteByPasskey()).toBe(200);
  const receipt = JSON.parse(await readFile(await (await downloading).path(), "utf8"));
  await page.waitForURL((address) => address.pathname === "/login");
  expect(receipt.counts).toMatchObject({ passkeys: 1 });
  expect(await verifyDeletion(app.context, receipt)).toMatchObject({ rows: {}, files: [] });
  expect((await owner.get("/auth/me")).status).toBe(401);
  expect(complaints).toEqual([]);
});
