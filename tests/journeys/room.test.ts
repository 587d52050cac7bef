/**
 * The room beside a recording and a document in a real browser: highlights, notes at their second, chapters, keys, the
 * small player.
 */
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { faultsOf } from "#tests/support/accessibility.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { inspectPage } from "#tests/support/inspect-page.ts";
import { logIn } from "#tests/support/log-in.ts";
import { makePdf } from "#tests/support/make-documents.ts";
import { makeScan } from "#tests/support/make-scan.ts";
import { makeWav } from "#tests/support/make-wav.ts";

const SAID = [
  "A volcano sits above a chamber of magma.",
  "When the magma rises, the volcano erupts.",
  "Next come glaciers, which carve deep valleys.",
  "A moraine is what a glacier leaves behind.",
];
/** Nobody speaks in the first 20 seconds and for 20 seconds in the middle. */
const STARTS = [20, 26, 52, 58];
const clock = (at: number) => new Date(at * 1000).toISOString().slice(11, 23);

let app: TestApp;
let student: Student;
let browser: Browser;
let page: Page;
let recording: string;
let material: string;

beforeAll(async () => {
  app = await startTestApp();
  student = await app.register();
  const { body } = await student.upload(
    "/recordings",
    { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(70 * 16_000)))]), name: "lecture.wav" },
    {
      title: "Geology",
      captions: new Blob([
        [
          "WEBVTT\n",
          ...SAID.map(
            (line, at) => `${clock(STARTS[at]!)} --> ${clock(STARTS[at]! + 6)}\n${line}\n`,
          ),
        ].join("\n"),
      ]),
    },
  );
  recording = body.recording.id;
  const document = await student.upload(
    "/study-materials",
    {
      blob: new Blob([
        Uint8Array.from(makePdf([["# Volcanoes", "Magma collects in a chamber."], ["# Glaciers"]])),
      ]),
      name: "geology.pdf",
    },
    { title: "Geology reader" },
  );
  material = document.body.id;
  await student.until(`/study-materials/${material}`, ({ status }) => status === "ready");
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"],
  });
  const context = await browser.newContext({
    locale: "en-US",
    viewport: { width: 1280, height: 900 },
  });
  page = await context.newPage();
  // What the headset and the lock screen would press.
  await page.addInitScript(`
    window.lmHeadset = {};
    const set = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);
    navigator.mediaSession.setActionHandler = (name, run) => { window.lmHeadset[name] = run; set(name, run); };
    window.lmSounds = [];
    window.Audio = class extends Audio { constructor(...all) { super(...all); window.lmSounds.push(this); } };`);
  await logIn(page, app.url, student.email);
  await page.goto(`${app.url}/recordings/${recording}`);
  await page.getByText("A moraine is").waitFor();
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

/** As a mouse does, from the first to the last letter of words that stand in one element. */
async function select(words: string, within: string) {
  await page.evaluate(
    ([words, within]) => {
      const walker = document.createTreeWalker(
        document.querySelector(within!)!,
        NodeFilter.SHOW_TEXT,
      );
      while (walker.nextNode()) {
        const node = walker.currentNode as Text;
        const at = node.data.indexOf(words!);
        if (at < 0) continue;
        getSelection()!.setBaseAndExtent(node, at, node, at + words!.length);
        return;
      }
      throw new Error(`No "${words}"`);
    },
    [words, within],
  );
  await page.getByRole("toolbar", { name: "Selected words" }).waitFor();
}

const marks = async (kind: string, id: string) =>
  (await student.get(`/marks?source_kind=${kind}&source_id=${id}`)).body.items;
const time = () => page.getByTestId("player-time").innerText();
const transcript = "[aria-label=Transcript]";
const press = (name: string) => page.evaluate(`window.lmHeadset[${JSON.stringify(name)}]({})`);
/** The words that are lit, and whose text they are of. */
const lit = () =>
  page.evaluate(() =>
    [...(CSS.highlights.get("lm-playing") ?? [])].map((range) => {
      const at = (range as Range).startContainer.parentElement!;
      return `${at.closest("[data-read-aloud]")?.getAttribute("data-read-aloud")} ${(range as Range).toString()}`;
    }),
  );

it("highlights selected words of the transcript in a colour", async () => {
  await select("deep valleys", transcript);
  await page.getByRole("button", { name: "Green" }).click();
  await expect
    .poll(() => marks("recording", recording))
    .toMatchObject([{ quote: "deep valleys", colour: "green", at_seconds: expect.any(Number) }]);
  await page
    .getByRole("list", { name: "Notes and highlights" })
    .getByText("deep valleys")
    .waitFor();
  await expect.poll(() => page.evaluate(() => CSS.highlights.get("lm-mark-green")?.size)).toBe(1);
});

it("writes a note at the second at which writing began, by keys alone; a draft outlives a reload", async () => {
  await page.getByRole("slider", { name: "Position" }).fill("30");
  await page.keyboard.press("Escape");
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press("n");
  await page.keyboard.type("Ask about");
  await page.reload();
  const field = page.getByRole("textbox", { name: "New note" });
  await expect.poll(() => field.inputValue()).toBe("Ask about");
  await page.getByRole("slider", { name: "Position" }).fill("31");
  await field.press("End");
  await field.pressSequentially(" magma");
  await page.getByRole("slider", { name: "Position" }).fill("45");
  await field.press("Control+;");
  await expect.poll(() => field.inputValue()).toBe("Ask about magma [0:45] ");
  await field.press("Control+Enter");
  await expect
    .poll(async () =>
      (await marks("recording", recording)).map(({ note }: { note: string }) => note),
    )
    .toContain("Ask about magma [0:45]");
  await expect.poll(() => field.inputValue()).toBe("");
  const note = (await marks("recording", recording)).find((mark: { note: string }) => mark.note);
  expect(note.at_seconds).toBe(31);
  await page.getByRole("button", { name: "0:31" }).click();
  await expect.poll(time).toBe("0:31");
  // The time that was put into its words.
  await page.getByRole("link", { name: "0:45" }).press("Enter");
  await expect.poll(time).toMatch(/^0:4[5-9]/);
});

it("deletes a note and brings it back", async () => {
  const item = page.getByRole("listitem").filter({ hasText: "Ask about magma" });
  await item.getByRole("button", { name: "Delete" }).click();
  await expect.poll(() => item.count()).toBe(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await item.waitFor();
});

it("repeats a sentence and skips what is silent", async () => {
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  const position = page.getByRole("slider", { name: "Position" });
  await position.fill("57.5");
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press("l");
  const loop = page.getByRole("button", { name: "Repeat this sentence" });
  await expect.poll(() => loop.getAttribute("aria-pressed")).toBe("true");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(time, { timeout: 20_000 }).toMatch(/0:5[2-4]/);
  await loop.click();
  await position.fill("33");
  await page.getByRole("button", { name: "Skip silence" }).click();
  await expect.poll(time).toMatch(/0:5[1-9]/);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Skip silence" }).click();
});

it("speaks faster with the pitch kept, here and in the small player, by the field and by keys", async () => {
  const speed = page.getByLabel("Speed");
  const rates = () =>
    page.evaluate(
      "window.lmSounds.filter((one) => one.src).map((one) => [one.playbackRate, one.preservesPitch])",
    );
  await speed.selectOption("1.5");
  await expect.poll(rates).toEqual([[1.5, true]]);
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press("]");
  await expect.poll(rates).toEqual([[1.75, true]]);
  await speed.selectOption("1");
  await expect.poll(rates).toEqual([[1, true]]);
});

it("puts chapters in order: added here, named, moved, deleted and back", async () => {
  await page.getByRole("button", { name: "Chapters", exact: true }).click();
  await page.getByRole("slider", { name: "Position" }).fill("52");
  await page.getByRole("button", { name: "Chapter here" }).click();
  const title = page.getByRole("textbox", { name: /^Title of chapter/ }).last();
  await expect.poll(() => title.inputValue()).toBe("New chapter");
  await title.fill("Ice");
  await title.press("Enter");
  const chapters = async () =>
    (await student.get(`/recordings/${recording}/chapters`)).body.items.map(
      (each: { title: string; start_seconds: number }) => `${each.start_seconds} ${each.title}`,
    );
  await expect.poll(chapters).toContain("52 Ice");
  const second = page.getByRole("textbox", { name: /^Second of chapter/ }).last();
  await second.fill("0:58");
  await second.press("Enter");
  await expect.poll(chapters).toContain("58 Ice");
  await page.getByRole("button", { name: "Delete “Ice”" }).click();
  await expect.poll(chapters).not.toContain("58 Ice");
  await page.getByRole("button", { name: "Undo" }).last().click();
  await expect.poll(chapters).toContain("58 Ice");
  expect(await faultsOf(page)).toEqual([]);
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await page.getByRole("button", { name: "0:58 Ice" }).click();
  await expect.poll(time).toMatch(/0:5[89]|1:0/);
  await page.getByRole("button", { name: "Pause", exact: true }).click();
});

it("shows the keys that work here", async () => {
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keys that work here" });
  await help.getByText("Repeat this sentence").waitFor();
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "hidden" });
});

it("asks about this recording beside it", async () => {
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  const field = page.getByRole("textbox", { name: "Your question" });
  await field.fill("What is a moraine?");
  await field.press("Enter");
  await page
    .getByRole("list", { name: "Messages" })
    .getByText("a glacier leaves behind")
    .first()
    .waitFor();
});

it("reads the transcript and the answer aloud: words light up where they stand", async () => {
  await page.getByRole("button", { name: "Listen" }).first().click();
  await expect
    .poll(lit, { timeout: 30_000 })
    .toEqual([expect.stringMatching(/^transcription:[0-9a-f-]{36} \w+$/)]);
  await page
    .getByRole("list", { name: "Messages" })
    .getByRole("button", { name: "Listen" })
    .first()
    .click();
  await expect
    .poll(lit, { timeout: 30_000 })
    .toEqual([expect.stringMatching(/^message:[0-9a-f-]{36} \w+$/)]);
  const bar = page.getByRole("region", { name: /^Reading aloud/ });
  await press("pause");
  await bar.getByRole("button", { name: "Play" }).waitFor();
  await inspectPage(page, "reading-aloud");
  await page.setViewportSize({ width: 1280, height: 900 });
  await bar.getByRole("button", { name: "Stop and close" }).click();
  await expect.poll(lit).toEqual([]);
});

it("has no faults that axe finds, in the light and in the dark, and none of 360 px", async () => {
  await page.getByRole("button", { name: "Notes", exact: true }).click();
  for (const theme of ["light", "dark"]) {
    await page.evaluate((name) => (document.documentElement.dataset["theme"] = name), theme);
    expect(await faultsOf(page), theme).toEqual([]);
  }
  await page.evaluate(() => (document.documentElement.dataset["theme"] = "light"));
  await page.setViewportSize({ width: 360, height: 740 });
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
  await expect.poll(wide).toBeLessThanOrEqual(360);
  await page.setViewportSize({ width: 1280, height: 900 });
});

it("goes on playing in the small player while another page is open, and back on its own", async () => {
  await page.getByRole("slider", { name: "Position" }).fill("5");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page
    .getByRole("navigation", { name: "Main" })
    .first()
    .getByRole("link", { name: "Search" })
    .click();
  const mini = page.getByRole("region", { name: "Playing" });
  await mini.getByRole("button", { name: "Pause" }).waitFor();
  // The keys of the headset reach it there.
  await press("pause");
  await mini.getByRole("button", { name: "Play" }).waitFor();
  await press("play");
  await mini.getByRole("button", { name: "Pause" }).waitFor();
  await press("seekforward");
  await expect.poll(() => mini.innerText()).toMatch(/0:[23]\d \//);
  await mini.getByRole("link", { name: /Geology/ }).click();
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await mini.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Pause" }).click();
});

it("highlights words of a document, on its page as it looks", async () => {
  await page.goto(`${app.url}/materials/${material}`);
  await page.locator(".textLayer span", { hasText: "Magma collects" }).waitFor();
  await select("Magma collects", ".textLayer");
  await page.getByRole("button", { name: "Pink" }).click();
  await expect
    .poll(() => marks("study_material", material))
    .toMatchObject([{ quote: "Magma collects", colour: "pink", page: 1 }]);
  await page.locator(".pdf-marks span").first().waitFor();
  await page.getByRole("button", { name: "Text", exact: true }).click();
  await expect.poll(() => page.evaluate(() => CSS.highlights.get("lm-mark-pink")?.size)).toBe(1);
});

it("a picture of a board is uploaded, shown as it is, found by its words, and they are marked on it", async () => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${app.url}/library`);
  await page.getByLabel("Upload", { exact: true }).setInputFiles({
    name: "board.jpg",
    mimeType: "image/jpeg",
    buffer: makeScan(["Osmosis moves water through a membrane.", "It needs no energy."]).jpeg,
  });
  await page.getByRole("link", { name: "board" }).first().click();
  const picture = page.getByRole("img", { name: /Osmosis moves water/ });
  await picture.waitFor();
  await expect
    .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBeGreaterThan(0);
  expect(await page.locator("[data-marked]").count()).toBe(0);
  await inspectPage(page, "picture");
  await page.getByRole("button", { name: "Text", exact: true }).click();
  await page.getByText("It needs no energy.").waitFor();

  await page.getByRole("button", { name: "Picture", exact: true }).click();
  await page.getByRole("button", { name: "Mark a part of the picture" }).click();
  const frame = page.getByRole("button", { name: "Frame of the new mark" });
  await frame.press("ArrowUp");
  await inspectPage(page, "picture-framing");
  const whole = (await picture.boundingBox())!;
  await page.mouse.move(whole.x + whole.width * 0.1, whole.y + whole.height * 0.1);
  await page.mouse.down();
  await page.mouse.move(whole.x + whole.width * 0.5, whole.y + whole.height * 0.4, { steps: 4 });
  await page.mouse.up();
  const part = page.locator("[data-area]");
  await part.waitFor();
  const drawn = (await part.boundingBox())!;
  expect(Math.abs(drawn.width - whole.width * 0.4)).toBeLessThan(4);
  await page.getByRole("button", { name: "Part of the picture", exact: true }).waitFor();

  await page.goto(`${app.url}/search?q=membrane`);
  await page.locator("main li", { hasText: "membrane" }).getByRole("link").first().click();
  await picture.waitFor();
  await expect
    .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBeGreaterThan(0);
  const marked = page.locator("[data-marked=quote]");
  await marked.first().waitFor();
  const word = (await marked.first().boundingBox())!;
  Object.assign(whole, await picture.boundingBox());
  // On the picture, in the part of it where the line stands.
  expect(word.x).toBeGreaterThan(whole.x);
  expect(word.x + word.width).toBeLessThan(whole.x + whole.width);
  expect(word.y - whole.y).toBeLessThan(whole.height / 4);
  await inspectPage(page, "picture-marked");
});

it("leaves no draft on the device after a log-out", async () => {
  await page.goto(`${app.url}/recordings/${recording}`);
  await page.getByRole("textbox", { name: "New note" }).fill("Not finished");
  const drafts = () =>
    page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("lm-draft:")));
  await expect.poll(drafts).toHaveLength(1);
  await page.goto(`${app.url}/settings`);
  await page.getByRole("button", { name: "Log out", exact: true }).click();
  await page.waitForURL(/\/login/);
  expect(await drafts()).toEqual([]);
});
