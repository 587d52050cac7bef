/**
 * The product under a path of somebody's host: a proxy takes /study away before it passes a request on, and answers
 * nothing else. The page, its files, the API, sound, cookies, uploads in pieces, events, redirects and links in mails
 * must all name the path.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PASSWORD, register, startTestServer, type Student } from "#tests/support/app.ts";
import { createTestDatabase } from "#tests/support/database.ts";
import { linkInMail } from "#tests/support/mail-folder.ts";
import { makePdf } from "#tests/support/make-documents.ts";
import { makeWav } from "#tests/support/make-wav.ts";

const BASE = "/study";
let proxy: Server;
let server: Awaited<ReturnType<typeof startTestServer>>;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let folder: string;
let browser: Browser;
let page: Page;
let url: string;
/** Paths that were asked for beside the proxy's own. */
const astray: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  proxy = createServer((incoming, answer) => {
    const path = incoming.url ?? "";
    if (!path.startsWith(`${BASE}/`)) {
      if (path !== "/favicon.ico") astray.push(path);
      answer.writeHead(404).end("nothing of ours");
      return;
    }
    const onward = httpRequest(
      {
        port: server.port,
        host: "127.0.0.1",
        method: incoming.method,
        path: path.slice(BASE.length),
        headers: incoming.headers,
      },
      (given) => {
        answer.writeHead(given.statusCode!, given.headers);
        pipeline(given, answer, () => {});
      },
    );
    onward.on("error", () => answer.destroy());
    answer.on("close", () => onward.destroy());
    pipeline(incoming, onward, () => {});
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  url = `http://localhost:${(proxy.address() as AddressInfo).port}${BASE}`;
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), "lm-proxy-"));
  server = await startTestServer(
    { folder, databaseUrl: database.url },
    { LM_PUBLIC_URL: `${url}/`, LM_POCKETSPHINX: "off" },
  );
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"],
  });
  page = await (await browser.newContext({ locale: "en-US" })).newPage();
  page.on("console", (message) => {
    const asksForSession = message.location().url.endsWith("/api/auth/refresh");
    if (message.type() === "error" && !asksForSession)
      complaints.push(`${message.location().url}: ${message.text()}`);
  });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  proxy?.closeAllConnections();
  proxy?.close();
  await database?.drop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const at = (path: string) => (address: URL) => address.pathname === BASE + path;

it("registers, uploads in pieces, plays, and comes back to the same page", async () => {
  await page.goto(`${url}/`);
  await page.waitForURL(at("/login"));
  await page.getByRole("link", { name: "Create one" }).click();
  await page.waitForURL(at("/register"));
  await page.getByLabel("E-mail").fill("under@example.org");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Password", { exact: true }).press("Enter");
  await page.getByText("Begin with a lecture").waitFor();

  await page.goto(`${url}/library`);
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "Tone.wav", mimeType: "audio/wav", buffer: makeWav(tone()) });
  await page.getByRole("main").getByRole("link", { name: /Tone/ }).click();
  await page.waitForURL((address) => address.pathname.startsWith(`${BASE}/recordings/`));
  // The time goes on: the sound comes, and the cookie for files goes with it.
  const plays = async () => {
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await expect.poll(() => page.getByTestId("player-time").innerText()).toMatch(/0:0[12]/);
  };
  await plays();

  // The cookie of the session is found again, and whoever is logged out comes back to where they wanted.
  const wanted = page.url();
  await page.reload();
  await plays();
  await page.context().clearCookies();
  await page.goto(wanted);
  await page.waitForURL(at("/login"));
  await page.locator("input[name=email]").fill("under@example.org");
  await page.locator("input[name=password]").fill(PASSWORD);
  await page.locator("form button[type=submit]").click();
  await page.waitForURL((address) => address.href === wanted);
});

it("draws a PDF, and hears what changes elsewhere", async () => {
  await page.goto(`${url}/login`);
  const token = await page.evaluate(async (base) => {
    const answer = await fetch(`${base}/api/auth/refresh`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Requested-With": "test" },
      body: JSON.stringify({ cookie: true }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  }, BASE);
  await page.goto(`${url}/library`);
  await page.getByRole("main").getByRole("link", { name: /Tone/ }).waitFor();
  const pdf = makePdf([["# Enzymes", "The enzyme is called kinase."]]);
  const form = new FormData();
  form.append("file", new Blob([Uint8Array.from(pdf)]), "Enzymes.pdf");
  const sent = await fetch(`${url}/api/study-materials`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
    body: form,
  });
  expect(sent.status).toBe(201);
  // Shown without a reload: the stream of events passes.
  await page
    .getByRole("main")
    .getByRole("link", { name: /Enzymes/ })
    .click();
  await page.locator('[data-pdf-page="1"] .textLayer span').first().waitFor();
  await expect.poll(() => page.locator('[data-pdf-page="1"]').innerText()).toContain("kinase");
});

it("is named in cookies, locations, redirects, documents and mails", async () => {
  const student: Student = await register(url, "links@example.org");
  const login = await fetch(`${url}/api/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: student.email, password: PASSWORD, cookie: true }),
  });
  const media = await student.request("/auth/media", { method: "POST" });
  const cookies = [...login.headers.getSetCookie(), ...media.headers.getSetCookie()];
  expect(cookies.length).toBeGreaterThan(1);
  for (const cookie of cookies) expect(cookie).toMatch(/; Path=\/study\/api(\/auth)?(;|$)/);

  const upload = await student.request("/uploads", {
    method: "POST",
    headers: { "tus-resumable": "1.0.0", "upload-length": "10" },
  });
  expect(upload.headers.get("location")).toMatch(/^\/study\/api\/uploads\/[0-9a-f-]{36}$/);
  const refused = await fetch(`${url}/api/auth/oauth/nobody/callback?state=x`, {
    redirect: "manual",
  });
  expect([refused.status, refused.headers.get("location")]).toEqual([
    302,
    expect.stringMatching(/^\/study\/login\?error=/),
  ]);
  const { servers } = (await student.get("/openapi.json")).body;
  expect(servers).toEqual([{ url: "/study/api" }]);
  expect(await linkInMail(folder, student.email)).toContain(`${url}/verify-email?token=`);
  const manifest = await fetch(`${url}/manifest.webmanifest`);
  expect(await manifest.json()).toMatchObject({ start_url: "./" });
});

it("and nothing was asked for beside it", () => {
  expect(astray).toEqual([]);
  expect(complaints).toEqual([]);
});

/** Two seconds, 16 bit at 16 kHz. */
function tone() {
  const samples = Buffer.alloc(64_000);
  for (let i = 0; i < 32_000; i += 1)
    samples.writeInt16LE(Math.round(8000 * Math.sin(i / 10)), i * 2);
  return samples;
}
