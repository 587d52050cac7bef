/**
 * What every day brings: a line that breaks, a server that starts again, two tabs, a log-out, addresses that lead
 * nowhere.
 */
import { readFile } from "node:fs/promises";
import { sql } from "kysely";
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  PASSWORD,
  startTestApp,
  startTestServer,
  type Student,
  type TestApp,
} from "#tests/support/app.ts";
import { inspectPage } from "#tests/support/inspect-page.ts";
import { logIn } from "#tests/support/log-in.ts";
import { longSpeech } from "#tests/support/real-speech.ts";

let app: TestApp;
let student: Student;
let browser: Browser;
beforeAll(async () => {
  app = await startTestApp({ LM_WORKER: "off" });
  // The first one of an installation is its administrator.
  await app.register();
  student = await app.register();
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

/** A browser of its own; what its pages complain about is in `complaints`. */
async function openBrowser(options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ locale: "en-US", ...options });
  const complaints: string[] = [];
  context.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(error.error().message));
  return { context, complaints };
}

async function inside(context: BrowserContext, url = app.url, next = "/") {
  const page = await context.newPage();
  await logIn(page, url, student.email, next);
  return page;
}

/** So many pages are opened that a machine which does much else needs longer than for other tests. */
const LONG_MS = 300_000;

const SAVES_DATA = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })";

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });

it("shows a visitor no failure, and a student no administration", async () => {
  const { context, complaints } = await openBrowser();
  const page = await context.newPage();
  await page.goto(`${app.url}/library`);
  await page.waitForURL(/\/login/);
  await page.getByLabel("E-mail").waitFor();
  expect(complaints).toEqual([]);
  await logIn(page, app.url, student.email);
  await page.goto(`${app.url}/administration`);
  await heading(page, "This is for whoever runs Little Monster").waitFor();
  await page.goto(`${app.url}/no/such/place`);
  await heading(page, "There is nothing here").waitFor();
  // In the frame: the other places are one press away.
  await page.getByRole("link", { name: "Library" }).first().click();
  await heading(page, "Library").waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

it("opens pages that were never visited without a network, once it was idle", async () => {
  const { context } = await openBrowser();
  const page = await inside(context);
  // The settings are the last part but their sections' own.
  const fetched = `performance.getEntriesByType("resource").filter(({ name, responseEnd }) =>
    responseEnd > 0 && /(settings|administration|record)-page-.*js/.test(name)).length`;
  // Two pages have the name of settings.
  await expect.poll(() => page.evaluate<number>(fetched)).toBeGreaterThanOrEqual(4);
  // Their words come with the first visit: the service worker has those.
  await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
  await expect.poll(() => page.evaluate("navigator.serviceWorker.controller !== null")).toBe(true);
  await context.setOffline(true);
  await page.getByRole("link", { name: "Settings" }).first().click();
  await page.waitForURL(/\/settings/);
  await page.getByRole("link", { name: "Record" }).first().click();
  await heading(page, "Record").waitFor();
  await context.close();
});

it("waits for a part that is not there yet; what is on the screen stays, the window is not loaded again", async () => {
  // Nothing comes before it is asked for, nor from the service worker.
  const { context } = await openBrowser({ serviceWorkers: "block" });
  await context.addInitScript(SAVES_DATA);
  const page = await inside(context, app.url, "/library");
  await heading(page, "Library").waitFor();
  await page.evaluate("window.sameWindow = true");
  await context.setOffline(true);
  await page.getByRole("link", { name: "Search" }).first().click();
  await page.getByText("This page appears as soon as the connection is back").waitFor();
  await heading(page, "Library").waitFor();
  await context.setOffline(false);
  await heading(page, "Search").waitFor();
  expect(await page.evaluate("window.sameWindow")).toBe(true);
  await context.close();
});

it("goes on when the server was started again", async () => {
  const first = await startTestServer(app, { LM_WORKER: "off" });
  // A page that is not there yet, nor with the service worker, and that a pointer passes over.
  const { context } = await openBrowser({ serviceWorkers: "block" });
  await context.addInitScript(SAVES_DATA);
  const page = await inside(context, first.url, "/library");
  await heading(page, "Library").waitFor();
  await first.stop();
  const isMissing = page.waitForEvent("requestfailed", (asked) =>
    asked.url().endsWith("/api/health"),
  );
  await page.getByRole("link", { name: "Search" }).first().hover();
  await isMissing;
  await page.getByText("The connection to the server is interrupted").waitFor();
  const again = await startTestServer(app, {
    LM_WORKER: "off",
    PORT: new URL(first.url).port,
  });
  await page
    .getByText("The connection to the server is interrupted")
    .waitFor({ state: "detached" });
  await student.post("/study-materials", { title: "Written meanwhile", content: "Cells." });
  await page.getByText("Written meanwhile").waitFor();
  await context.close();
  await again.stop();
});

it("a log-out, an ended session and another account reach every tab at once", async () => {
  await student.post("/study-materials", { title: "In every tab", content: "Cells." });
  const { context } = await openBrowser();
  const [one, two] = [await inside(context, app.url, "/library"), await context.newPage()];
  await two.goto(`${app.url}/settings`);
  await two.getByRole("button", { name: "Log out" }).click();
  await one.waitForURL(/\/login/);
  await two.waitForURL(/\/login/);
  // Back in: the tab that waits at the log-in follows.
  await logIn(one, app.url, student.email);
  await two.waitForURL((address) => !address.pathname.includes("login"));

  // Ended from elsewhere, as with a lost phone.
  const { body: sessions } = await student.get("/auth/sessions");
  for (const { id, current } of sessions.items ?? sessions)
    if (!current) await student.delete(`/auth/sessions/${id}`);
  await one.waitForURL(/\/login/);
  await two.waitForURL(/\/login/);

  await logIn(one, app.url, student.email, "/library");
  await two.waitForURL((address) => !address.pathname.includes("login"));
  await two.goto(`${app.url}/library`);
  await two.getByText("In every tab").waitFor();
  const other = await app.register();
  await context.request.post(`${app.url}/api/auth/login`, {
    data: { email: other.email, password: PASSWORD, cookie: true },
  });
  await one.evaluate(`new BroadcastChannel("lm-session").postMessage({ inAs: "${other.id}" })`);
  await two.getByText("In every tab").waitFor({ state: "detached" });

  // A new password ends what was begun with the old one.
  const passwords = { current_password: PASSWORD, new_password: `${PASSWORD}, and another` };
  expect((await other.post("/auth/password/change", passwords)).status).toBeLessThan(300);
  await one.waitForURL(/\/login/);
  await two.waitForURL(/\/login/);
  await context.close();
});

it("a log-out without a network ends the session before the cookie is used again", async () => {
  const { context } = await openBrowser();
  const page = await inside(context, app.url, "/settings");
  await page.getByRole("button", { name: "Log out" }).waitFor();
  await context.setOffline(true);
  await page.getByRole("button", { name: "Log out" }).click();
  await page.waitForURL(/\/login/);
  await context.setOffline(false);
  await page.goto(`${app.url}/library`);
  await page.waitForURL(/\/login/);
  await context.close();
});

it("keeps what is typed on the device, asks before leaving, and overwrites nothing", async () => {
  const { context } = await openBrowser();
  const page = await inside(context, app.url, "/materials/new");
  // What asks comes a moment after the page, and is there before the service worker is asked for (shell/extras.tsx).
  await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
  await page.getByLabel("Title").fill("Osmosis");
  await page.getByLabel("Text").fill("Water moves.");
  await page.getByRole("link", { name: "Library" }).first().click();
  await page.getByRole("dialog", { name: "Leave without saving?" }).waitFor();
  await page.getByRole("button", { name: "Go on writing" }).click();
  await page.getByRole("link", { name: "Library" }).first().click();
  await page.getByRole("button", { name: "Leave", exact: true }).click();
  await heading(page, "Library").waitFor();
  await page.goto(`${app.url}/materials/new`);
  await expect.poll(() => page.getByLabel("Text").inputValue()).toBe("Water moves.");
  await page.getByRole("button", { name: "Save" }).click();
  await heading(page, "Osmosis").waitFor();
  const address = page.url();
  // Saved: nothing is asked, nothing waits.
  await page.goto(`${app.url}/materials/new`);
  expect(await page.getByLabel("Title").inputValue()).toBe("");

  const other = await context.newPage();
  for (const tab of [page, other]) {
    await tab.goto(address);
    await tab.getByRole("button", { name: "Edit" }).first().click();
  }
  await page.getByLabel("Text").fill("Water moves through a membrane.");
  await page.getByRole("button", { name: "Save" }).click();
  // Saved, not only typed: its field has the same words.
  await page.getByLabel("Text").waitFor({ state: "detached" });
  await page.getByText("Water moves through a membrane.").first().waitFor();
  await other.getByLabel("Text").fill("Water moves by itself.");
  await other.getByRole("button", { name: "Save" }).click();
  await other.getByText("Nothing is overwritten").waitFor();
  await other.getByText("Water moves through a membrane.").waitFor();
  await expect.poll(() => other.getByLabel("Text").inputValue()).toBe("Water moves by itself.");
  await other.getByRole("button", { name: "Save mine" }).click();
  await other.getByText("Water moves by itself.").first().waitFor();
  await expect
    .poll(
      async () => (await student.get(`/study-materials/${address.split("/").at(-1)}`)).body.content,
    )
    .toBe("Water moves by itself.");
  await context.close();
});

it("gives the focus back to where a dialog was opened from, and to the first field of it and of a page", async () => {
  await student.post("/study-materials", { title: "Diffusion", content: "It spreads." });
  const { context } = await openBrowser();
  const page = await inside(context, app.url, "/library");
  const trigger = page.getByRole("button", { name: /Actions for.*Diffusion/i });
  await trigger.click();
  await page.getByRole("menuitem", { name: "Details" }).click();
  await expect
    .poll(() =>
      page
        .getByRole("dialog")
        .getByLabel("Title")
        .evaluate((field) => field.matches(":focus")),
    )
    .toBe(true);
  await page.keyboard.press("Escape");
  await expect.poll(() => trigger.evaluate((button) => button.matches(":focus"))).toBe(true);
  await page.getByRole("link", { name: "Tutor" }).first().click();
  await expect
    .poll(() =>
      page
        .getByRole("textbox")
        .first()
        .evaluate((field) => field.matches(":focus")),
    )
    .toBe(true);
  await context.close();
});

it(
  "filters of the library ask the server, stand in the address and stay on the way back; a " +
    "subject has one spelling",
  async () => {
    await student.post("/study-materials", { title: "Capillaries", content: "Thin." });
    await student.post("/study-materials", {
      title: "Tides",
      content: "Moon.",
      subject: "Physics",
    });
    const { context } = await openBrowser();
    const page = await inside(context, app.url, "/library");
    await page.getByLabel("Subject", { exact: true }).selectOption("Physics");
    await page.waitForURL(/subject=Physics/);
    await page.getByText("Capillaries").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Tides" }).click();
    await heading(page, "Tides").waitFor();
    await page.goBack();
    await page.getByRole("link", { name: "Tides" }).waitFor();
    await expect.poll(() => page.getByText("Capillaries").count()).toBe(0);
    await page.getByRole("button", { name: "Recordings", exact: true }).click();
    await page.waitForURL(/kind=recording/);
    await page.getByText("Nothing").first().waitFor();

    await page.goto(`${app.url}/materials/new`);
    await page.getByLabel("Title").fill("Waves");
    await page.getByRole("combobox", { name: "Subject" }).fill(" physics ");
    await page.getByLabel("Text").fill("They come and go.");
    await page.getByRole("button", { name: "Save" }).click();
    await heading(page, "Waves").waitFor();
    const { body } = await student.get("/study-materials?subject=Physics");
    expect(body.items.map(({ title }: { title: string }) => title)).toContain("Waves");
    await page.goto(`${app.url}/library?sort=title&state=ready&kind=study_material`);
    await page.getByRole("link", { name: "Waves" }).waitFor();
    expect(await page.getByLabel("Order").inputValue()).toBe("title");
    expect(await page.getByRole("heading", { name: "Today" }).count()).toBe(0);
    await page.getByText("They come and go.").waitFor();
    await page.getByLabel("Order").selectOption("oldest");
    await page
      .getByRole("region", { name: "Today" })
      .getByRole("link", { name: "Waves" })
      .waitFor();
    await page.getByRole("heading", { name: "Today", level: 2 }).waitFor();
    const row = await page.getByRole("listitem").filter({ hasText: "Waves" }).boundingBox();
    expect(row!.height).toBeLessThanOrEqual(57);
    await page.getByLabel("Order").selectOption("title");
    await inspectPage(page, "library-filters");

    // Several at once, by the keyboard: Shift takes all in between.
    await page.getByRole("button", { name: "Choose several" }).click();
    const all = page.getByRole("checkbox");
    await all.first().focus();
    await page.keyboard.press("Space");
    await all.last().focus();
    await page.keyboard.press("Shift+Space");
    const count = await all.count();
    expect(count).toBeGreaterThan(1);
    await page.getByText(`${count} chosen`).waitFor();
    await page.getByRole("button", { name: "Tags" }).click();
    await page.getByLabel("Add tags").fill("exam");
    await page.getByRole("button", { name: "Save" }).click();
    await page
      .getByText("#exam")
      .nth(count - 1)
      .waitFor();
    await page.getByLabel("Tag", { exact: true }).selectOption("exam");
    await page.waitForURL(/tag=exam/);

    // Thrown away, taken back, thrown away again and put back from the bin.
    await page.getByRole("button", { name: "Choose several" }).click();
    await page.getByRole("button", { name: "Choose all shown" }).click();
    await inspectPage(page, "library-chosen");
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByText("Nothing here matches").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByRole("link", { name: "Waves" }).waitFor();
    // The keyboard goes on where it was.
    const focused = page.locator("[data-thing] a:focus");
    await focused.waitFor();
    await page.getByRole("button", { name: "Actions for Waves" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("link", { name: "Waves" }).waitFor({ state: "detached" });
    await focused.waitFor();
    await page.getByRole("button", { name: "Undo" }).last().click();
    await expect.poll(() => focused.textContent({ timeout: 5000 })).toBe("Waves");
    await page.getByRole("button", { name: "Actions for Waves" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("link", { name: "Waves" }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Bin" }).click();
    await heading(page, "Bin").waitFor();
    await inspectPage(page, "bin");
    await page.getByRole("button", { name: "Put back “Waves”" }).click();
    await page.getByText("The bin is empty").waitFor();
    await student.get("/study-materials?subject=Physics").then((again) => {
      expect(again.body.items.map(({ title }: any) => title)).toContain("Waves");
    });
    await context.close();
  },
);

it("lists an upload that stopped, and goes on with the same file", async () => {
  const { path } = await longSpeech();
  const bytes = await readFile(path);
  const b64 = (text: string) => Buffer.from(text).toString("base64");
  const tus = { "Tus-Resumable": "1.0.0" };
  const made = await student.request("/uploads", {
    method: "POST",
    headers: {
      ...tus,
      "Upload-Length": String(bytes.length),
      "Upload-Metadata": `filename ${b64("big lecture.mp3")},transcribe ${b64("false")}`,
    },
  });
  const address = new URL(made.headers.get("location")!, app.url).pathname.replace(/^\/api/, "");
  await student.request(address, {
    method: "PATCH",
    headers: { ...tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream" },
    body: bytes.subarray(0, 100_000),
  });
  await sql`
    update uploads set updated_at = now() - interval '1 minute'
    where id = ${address.split("/").at(-1)!}::uuid`.execute(app.context.database);
  const { context } = await openBrowser();
  const page = await inside(context, app.url, "/library");
  await page.getByText(/The upload of “big lecture.mp3” stopped: 100 kB of/).waitFor();
  const again = page.getByLabel("Choose the file again: big lecture.mp3");
  await again.setInputFiles({ name: "x.mp3", mimeType: "audio/mpeg", buffer: Buffer.alloc(9) });
  await page.getByText("This is another file").waitFor();
  const sent: string[] = [];
  page.on("request", (asked) => {
    if (asked.method() === "PATCH") sent.push(asked.headers()["upload-offset"]!);
  });
  await again.setInputFiles(path);
  await page.getByRole("link", { name: "big lecture" }).waitFor();
  expect(sent[0]).toBe("100000");
  await context.close();
});

/** As if 500 other answers had been read. */
const fillKeptAnswers = `(async () => {
  const [name] = JSON.parse(localStorage.getItem("lm-kept-databases"));
  const open = (name) => new Promise((resolve, reject) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  for (const [database, store, value] of [
    ["lm-kept-" + name, "answers", { answer: {} }],
    ["lm-kept-times-" + name, "times", Date.now() + 1e6],
  ]) {
    const opened = await open(database);
    const writing = opened.transaction(store, "readwrite");
    for (let n = 0; n < 500; n++) writing.objectStore(store).put(value, "/api/other/" + n);
    await new Promise((resolve) => (writing.oncomplete = resolve));
    opened.close();
  }
})()`;

/** What an installed app does when it is chosen in another one's "Share". */
function shareWith({ text, file }: { text: string; file?: string }) {
  const page = globalThis as any;
  const form = page.document.createElement("form");
  Object.assign(form, { method: "post", action: "/share", enctype: "multipart/form-data" });
  const field = (type: string, name: string) => {
    const input = page.document.createElement("input");
    Object.assign(input, { type, name });
    form.append(input);
    return input;
  };
  field("text", "text").value = text;
  const files = field("file", "files");
  if (file) {
    const list = new page.DataTransfer();
    list.items.add(new page.File(["Shared words."], file, { type: "text/plain" }));
    files.files = list.files;
  }
  page.document.body.append(form);
  form.submit();
}

it(
  "works on the train: reads, plays and writes without a network after a new start, and a " +
    "log-out leaves nothing",
  async () => {
    const speech = await longSpeech();
    const uploaded = await student.upload("/recordings", speech.path, {
      title: "On the train",
      transcribe: "false",
    });
    const id = uploaded.body.recording.id as string;
    const { context } = await openBrowser();
    const page = await inside(context, app.url, "/library");
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await expect
      .poll(() => page.evaluate("navigator.serviceWorker.controller !== null"))
      .toBe(true);
    await page.getByRole("link", { name: "On the train" }).click();
    await heading(page, "On the train").waitFor();
    await page.getByRole("button", { name: "More", exact: true }).first().click();
    await page.getByRole("menuitem", { name: "Keep on this device" }).click();
    await page.getByText("This is here without a network, too.").waitFor();
    await student.post("/study-materials", { title: "Carriage", content: "It rolls." });
    const tunnel = await student.post("/study-materials", { title: "Tunnel", content: "Dark." });
    for (const [title, text] of [
      ["Carriage", "It rolls."],
      ["Tunnel", "Dark."],
    ] as const) {
      await page.goto(`${app.url}/library`);
      await page.getByRole("link", { name: title }).click();
      // The library shows the same words.
      await heading(page, title).waitFor();
      await page.getByText(text, { exact: true }).waitFor();
    }
    await page.goto(`${app.url}/settings`);
    await page.getByText(/ of .+ are used on this device/).waitFor();
    await page.getByRole("button", { name: "Remove from this device" }).waitFor();
    await page.goto(`${app.url}/library`);
    await page.getByText("Carriage").first().waitFor();
    await page.close();

    await context.setOffline(true);
    const train = await context.newPage();
    await train.goto(`${app.url}/library`);
    await train.getByText("Carriage").first().waitFor();
    await train.goto(`${app.url}/recordings/${id}`);
    await heading(train, "On the train").waitFor();
    const sound = `fetch("/api/recordings/${id}/audio", { headers: { range: "bytes=100-199" } })
    .then(async (answer) => [answer.status, (await answer.arrayBuffer()).byteLength])`;
    expect(await train.evaluate(sound)).toEqual([206, 100]);
    await train.getByRole("button", { name: "Play", exact: true }).click();
    await train.getByRole("button", { name: "Pause", exact: true }).waitFor();
    // What was never read says so, and nothing is replaced by the browser's own page.
    await train.goto(`${app.url}/learn/progress`);
    await train.getByText("The server cannot be reached").first().waitFor();

    // Notes are written and changed here, and sent once, later.
    await train.goto(`${app.url}/materials/new`);
    await train.getByLabel("Title").fill("Seen from the window");
    await train.getByLabel("Text").fill("A heron in the reeds.");
    await train.getByRole("button", { name: "Save" }).click();
    await train.getByText("One note is on this device").waitFor();
    await train.getByRole("link", { name: "Carriage" }).click();
    await train.getByRole("button", { name: "Edit" }).click();
    await train.getByLabel("Text").fill("It rolls. Changed on the train.");
    await train.getByRole("button", { name: "Save" }).click();
    await train.getByLabel("Text").waitFor({ state: "detached" });
    await train.getByText("Changed on the train.").first().waitFor();
    // Meanwhile somebody changes it at home.
    await train.goto(`${app.url}/materials/${tunnel.body.id}`);
    await train.getByRole("button", { name: "Edit" }).click();
    await train.getByLabel("Text").fill("Dark, and on the train.");
    await train.getByRole("button", { name: "Save" }).click();
    await train.getByLabel("Text").waitFor({ state: "detached" });
    await train.getByText("Dark, and on the train.").first().waitFor();
    await student.patch(`/study-materials/${tunnel.body.id}`, { content: "Dark, and at home." });
    // What is read afterwards pushes nothing out that was marked to be kept.
    await train.evaluate(fillKeptAnswers);
    await train.goto(`${app.url}/recordings/${id}`);
    await heading(train, "On the train").waitFor();
    await train.goto(`${app.url}/settings`);
    await train.getByRole("button", { name: "Log out" }).click();
    await train.getByText("3 notes").waitFor();
    await train.getByRole("button", { name: "Cancel" }).click();
    const titled = async (title: string) =>
      (await student.get("/library?limit=200")).body.items.filter(
        ({ item }: any) => item.title === title,
      );
    // It stays for some seconds only.
    const told = train
      .getByText(/“Tunnel” was changed/)
      .first()
      .waitFor();
    await context.setOffline(false);
    await expect.poll(async () => (await titled("Seen from the window")).length).toBe(1);
    const [{ item: changed }] = await titled("Carriage");
    await expect
      .poll(async () => (await student.get(`/study-materials/${changed.id}`)).body.content)
      .toContain("Changed on the train.");
    // Nothing is overwritten: what was written on the train waits beside what is there.
    await told;
    await train.goto(`${app.url}/materials/${tunnel.body.id}`);
    await expect.poll(() => train.getByLabel("Text").inputValue()).toBe("Dark, and on the train.");
    await train.getByRole("button", { name: "Save" }).click();
    await train.getByText("Dark, and at home.").waitFor();
    await train.getByRole("button", { name: "Save mine" }).click();
    await expect
      .poll(async () => (await student.get(`/study-materials/${tunnel.body.id}`)).body.content)
      .toBe("Dark, and on the train.");

    // Another app shares a file and a link.
    await train.goto(`${app.url}/library`);
    await train.evaluate(shareWith, { text: "https://example.org/page" });
    await train.waitForURL(/materials\/new/);
    await expect
      .poll(() => train.getByLabel("Web address").inputValue())
      .toBe("https://example.org/page");
    await train.getByRole("button", { name: "Cancel" }).click();
    await train.goto(`${app.url}/library`);
    await train.evaluate(shareWith, { text: "", file: "shared.txt" });
    // Any page of the web could have posted it.
    await train.getByRole("button", { name: "Add it to the library" }).click();
    await train.getByRole("link", { name: "shared" }).first().waitFor();
    // Where the device has no room for it, that is said, and nothing of it is taken.
    const device = await context.newCDPSession(train);
    await device.send("Storage.overrideQuotaForOrigin", { origin: app.url, quotaSize: 1 });
    await train.evaluate(shareWith, { text: "", file: "no-room.txt" });
    await train.getByText("could not be kept on this device").waitFor();
    await train.waitForURL(/\/library$/);
    await device.send("Storage.overrideQuotaForOrigin", { origin: app.url });

    // A log-out that was asked for all the same takes what was not sent with it.
    await context.setOffline(true);
    await train.goto(`${app.url}/materials/new`);
    await train.getByLabel("Title").fill("Never sent");
    await train.getByLabel("Text").fill("For nobody after me.");
    await train.getByRole("button", { name: "Save" }).click();
    await train.getByText("One note is on this device").waitFor();
    await train.goto(`${app.url}/settings`);
    await train.getByRole("button", { name: "Log out" }).click();
    await train.getByText("1 note").waitFor();
    await train.getByRole("button", { name: "Log out and lose them" }).click();
    await train.waitForURL(/\/login/);
    await expect
      .poll(() =>
        train.evaluate(`(async () => [
        await caches.has("lm-kept-media"),
        Object.keys(localStorage).filter((name) => /^lm-(kept-things|notes)-/.test(name)).length,
        Object.values(localStorage).filter((value) => value.includes("For nobody after me")).length,
      ])()`),
      )
      .toEqual([false, 0, 0]);
    await train.goto(`${app.url}/library`);
    expect(await train.getByText("Carriage").count()).toBe(0);

    // Nor does anything stay where somebody else logs in without a log-out before.
    await context.setOffline(false);
    await logIn(train, app.url, student.email, "/library");
    await train.getByText("Carriage").first().waitFor();
    const kept = () => train.evaluate(countKept, `lm-kept-${student.id}`);
    await expect.poll(kept).toBeGreaterThan(0);
    const other = await app.register();
    await context.request.post(`${app.url}/api/auth/login`, {
      data: { email: other.email, password: PASSWORD, cookie: true },
    });
    await train.goto(`${app.url}/library`);
    await train.getByText("Begin with a lecture").first().waitFor();
    await expect.poll(kept).toBe(0);
    await context.setOffline(true);
    await train.goto(`${app.url}/library`);
    await train.getByText("Begin with a lecture").first().waitFor();
    await train.goto(`${app.url}/materials/${tunnel.body.id}`);
    await train.getByText("The server cannot be reached").first().waitFor();
    expect(await train.getByText("Dark").count()).toBe(0);
    await context.close();
  },
  LONG_MS,
);

it(
  "no page scrolls sideways with the longest words in every field, in German, on a phone and at 200 %",
  async () => {
    const long = await app.register();
    const word = (length: number) => "Donaudampfschifffahrt".repeat(30).slice(0, length);
    const [title, subject, tag] = [word(500), word(100), word(100)];
    const made = await Promise.all([
      long.upload("/recordings", (await longSpeech()).path, {
        title,
        subject,
        transcribe: "false",
      }),
      long.post("/study-materials", { title, subject, content: `${word(500)}\n\n# ${word(200)}` }),
      long.post("/conversations", { title, subject }),
      long.post("/cards", {
        kind: "basic",
        front: word(500),
        back: word(500),
        subject,
        tags: [tag],
      }),
    ]);
    const [recording, note, conversation, card] = made.map(({ status, body }) => {
      expect(status).toBe(201);
      return (body.recording ?? body).id as string;
    });
    const items = [
      { kind: "recording", id: recording },
      { kind: "study_material", id: note },
    ];
    await long.patch("/library", { items, add_tags: [tag] });
    await long.post("/marks", {
      source: items[1],
      start_offset: 0,
      end_offset: 500,
      note: word(500),
    });
    await long.post("/study/exams", { title: word(200), exam_on: "2027-01-31" });
    await long.post(`/conversations/${conversation}/messages`, { content: word(2000) });
    const short = await long.post("/cards", { kind: "basic", front: word(500), back: word(60) });
    const quiz = await long.post("/quizzes", { card_ids: [short.body.id] });
    expect(quiz.body).toHaveProperty("id");
    await sql`update users set role = 'administrator' where id = ${long.id}`.execute(
      app.context.database,
    );
    const thrown = await long.post("/study-materials", { title, subject, content: "x y" });
    await long.post("/bin", { items: [{ kind: "study_material", id: thrown.body.id }] });
    const context = await browser.newContext({
      locale: "de-DE",
      viewport: { width: 360, height: 740 },
    });
    await context.addInitScript("localStorage.setItem('lm-language', 'de')");
    const page = await context.newPage();
    await logIn(page, app.url, long.email, "/library");
    const faults: string[] = [];
    for (const path of [
      "/",
      "/library",
      "/bin",
      "/record",
      `/recordings/${recording}`,
      `/materials/${note}`,
      "/materials/new",
      "/tutor",
      `/tutor/${conversation}`,
      `/search?q=${word(60)}`,
      "/learn",
      `/learn/cards/${card}`,
      "/learn/review",
      "/learn/progress",
      "/learn/quizzes",
      `/learn/quizzes/${quiz.body.id}`,
      `/learn/quizzes/${quiz.body.id}/print`,
      `/learn/subjects/${subject}`,
      "/learn/transfer",
      "/learn/settings",
      "/vocabulary",
      ...["general", "account", "security", "data"].map((tab) => `/settings?tab=${tab}`),
      "/settings/search",
      ...["health", "engines", "people", "queue"].map((tab) => `/administration?tab=${tab}`),
      "/no/such/place",
    ]) {
      await page.goto(`${app.url}${path}`);
      await page.locator("h1").first().waitFor({ state: "attached" });
      await page
        .locator(".animate-spin, .animate-pulse-soft")
        .first()
        .waitFor({ state: "detached", timeout: 1000 })
        .catch(() => {});
      await page
        .getByRole("heading", { level: 1, name: "Hier ist nichts" })
        .count()
        .then((missing) => expect(missing, path).toBe(path === "/no/such/place" ? 1 : 0));
      if (path === "/library") {
        await page.getByRole("button", { name: "Mehrere auswählen" }).click();
        await page.getByRole("button", { name: "Alle gezeigten" }).click();
      }
      // A window of 1280 points at 200 % has 640.
      for (const width of [360, 640]) {
        await page.setViewportSize({ width, height: 740 });
        faults.push(
          ...(await page.evaluate<string[]>(wideParts)).map(
            (part) => `${path} at ${width}: ${part}`,
          ),
        );
      }
    }
    await context.close();
    expect(faults).toEqual([]);
  },
  LONG_MS,
);

/** What makes the page wider than its window, where it is. */
const wideParts = `(() => {
  const { scrollWidth } = document.documentElement;
  if (scrollWidth <= innerWidth) return [];
  const wide = [...document.querySelectorAll("main *, nav *")].filter((one) =>
    one.getBoundingClientRect().right > innerWidth + 1 &&
    ![...one.children].some((child) => child.getBoundingClientRect().right > innerWidth + 1));
  return [scrollWidth + " points: " + wide.slice(0, 3).map((one) =>
    one.tagName + "." + one.className + " " + one.textContent.slice(0, 40)).join(" | ")];
})()`;

/** Runs in the page: how many answers lie in the database of this name. */
function countKept(name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const opened = indexedDB.open(name);
    opened.onerror = () => reject(opened.error);
    opened.onsuccess = () => {
      const [store] = opened.result.objectStoreNames;
      if (store === undefined) return resolve(0);
      const counted = opened.result.transaction(store).objectStore(store).count();
      counted.onsuccess = () => {
        opened.result.close();
        resolve(counted.result);
      };
    };
  });
}
