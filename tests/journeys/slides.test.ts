/** Slides beside a lecture in a real browser: offered, confirmed, turning with the sound, corrected. */
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { logIn } from "#tests/support/log-in.ts";
import { makePdf } from "#tests/support/make-documents.ts";
import { makeWav } from "#tests/support/make-wav.ts";

let app: TestApp;
let student: Student;
let browser: Browser;
let page: Page;
let recording: string;

const SAID = [
  "A volcano sits above a chamber of magma.",
  "When the magma rises, the volcano erupts.",
  "Next come glaciers, which carve deep valleys.",
  "A moraine is what a glacier leaves behind.",
  "Fossils lie in sedimentary layers.",
  "Older layers lie below, and their fossils are older.",
];
const clock = (at: number) => new Date(at * 1000).toISOString().slice(11, 23);

beforeAll(async () => {
  app = await startTestApp();
  student = await app.register();
  const { body } = await student.upload(
    "/recordings",
    { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(36 * 16_000)))]), name: "lecture.wav" },
    {
      title: "Geology",
      captions: new Blob([
        `WEBVTT\n\n${SAID.map((line, at) => `${clock(at * 6)} --> ${clock(at * 6 + 6)}\n${line}\n`).join("\n")}`,
      ]),
    },
  );
  recording = body.recording.id;
  const deck = await student.upload(
    "/study-materials",
    {
      blob: new Blob([
        Uint8Array.from(
          makePdf([
            ["# Volcanoes and magma"],
            ["# Glaciers and moraines"],
            ["# Sedimentary layers and fossils"],
          ]),
        ),
      ]),
      name: "deck.pdf",
    },
    { title: "Geology slides" },
  );
  await student.until(`/study-materials/${deck.body.id}`, ({ status }) => status === "ready");
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  page = await (await browser.newContext({ locale: "en-US" })).newPage();
  await logIn(page, app.url, student.email);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const panel = () => page.getByRole("region", { name: "Slides" });

it("are offered, and aligned when confirmed", async () => {
  await page.goto(`${app.url}/recordings/${recording}`);
  await page.getByText("“Geology slides” seems to be what was shown in this lecture.").waitFor();
  await page.getByRole("button", { name: "Show its slides beside the sound" }).click();
  await panel().getByText("Slide 1 of 3").waitFor();
  await panel()
    .locator('[data-pdf-page="1"] .textLayer')
    .getByText("Volcanoes and magma")
    .waitFor();
});

it("turn with the sound, and a press on a time goes there", async () => {
  await page.getByText("Fossils lie in sedimentary layers.").click();
  await panel().getByText("Slide 3 of 3").waitFor();
  await panel().getByRole("button", { name: "The slide before" }).click();
  await panel().getByText("Slide 2 of 3").waitFor();
  await panel()
    .getByRole("list", { name: "When it was shown" })
    .getByRole("button")
    .first()
    .click();
  await panel().getByText("Slide 2 of 3").waitFor();
  // It said so before the press, too.
  await panel().getByRole("button", { name: "Follow the sound" }).waitFor({ state: "detached" });
});

it("stand small side by side: a press plays the first time, and each names its times", async () => {
  await panel().locator("summary", { hasText: "All slides" }).click();
  const all = panel().getByRole("list", { name: "All slides" });
  const third = all.getByRole("button", { name: "Play where slide 3 was first shown" });
  await third.locator("canvas").waitFor({ state: "attached" });
  await third.press("Enter");
  await panel().getByText("Slide 3 of 3").waitFor();
  const { body } = await student.get(`/recordings/${recording}/slides`);
  const first = body.spans.find((span: { page: number }) => span.page === 3).start_seconds;
  await expect
    .poll(async () => Number(await page.getByRole("slider", { name: "Position" }).inputValue()))
    .toBeGreaterThanOrEqual(Math.floor(first));
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await expect
    .poll(() => all.getByRole("listitem").nth(2).innerText())
    .toContain(`3 · 0:${String(Math.floor(first)).padStart(2, "0")}`);
  await panel().locator("summary", { hasText: "All slides" }).click();
});

it("stand in the transcript's place, with notes beside them, and go back", async () => {
  await panel().getByRole("button", { name: "Large, in the transcript's place" }).click();
  await page.getByRole("complementary").getByRole("button", { name: "Bookmark" }).first().waitFor();
  await page.getByText("Fossils lie in sedimentary layers.").first().waitFor({ state: "detached" });
  await panel().getByText("Slide 3 of 3").waitFor();
  await panel().getByRole("button", { name: "Beside the transcript" }).click();
  await page.getByText("Fossils lie in sedimentary layers.").waitFor();
});

it("are corrected by the student, for good", async () => {
  await panel().getByText("Wrong slide?").click();
  await panel().getByLabel("From this second on it was").selectOption("no slide");
  const slides = await student.until(
    `/recordings/${recording}/slides`,
    ({ status, spans }) =>
      status === "ready" && spans.some((span: { confirmed: boolean }) => span.confirmed),
  );
  expect(slides.spans.filter((span: { confirmed: boolean }) => span.confirmed)).toMatchObject([
    { page: null },
  ]);
});

it("lists what was said without one and what nobody spoke about; linked by hand where none is offered", async () => {
  const without = panel().getByRole("list", { name: "No slide was shown here." });
  await panel().locator("summary", { hasText: "No slide was shown here." }).click();
  await without.getByRole("button").first().waitFor();
  await student.patch(`/recordings/${recording}/slides`, {
    start_seconds: 0,
    end_seconds: 1e6,
    page: 1,
  });
  await panel().locator("summary", { hasText: "Never spoken about: 2 slides" }).click();
  await panel()
    .getByRole("list", { name: "Never spoken about" })
    .getByRole("button", { name: "Slide 3 of 3" })
    .click();
  await panel().getByText("This slide was never spoken about.").waitFor();
  await panel().getByRole("button", { name: "These slides do not belong here" }).click();
  await page.locator("summary", { hasText: "Choose the slides of this lecture" }).click();
  await page
    .getByLabel("Show its slides beside the sound")
    .selectOption({ label: "Geology slides" });
  await panel()
    .getByText(/Slide \d of 3/)
    .waitFor();
});
