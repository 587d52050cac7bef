/**
 * A PDF in a real browser: drawn as it looks, its text selectable, the cited words marked on the page itself, found,
 * zoomed.
 */
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { inspectPage } from "#tests/support/inspect-page.ts";
import { logIn } from "#tests/support/log-in.ts";
import { makePdf } from "#tests/support/make-documents.ts";
import { makeWord } from "#tests/support/make-office.ts";

let app: TestApp;
let student: Student;
let browser: Browser;
let page: Page;
let material: string;
const complaints: string[] = [];

beforeAll(async () => {
  app = await startTestApp();
  student = await app.register();
  const pages = Array.from({ length: 40 }, (_, at) => [
    `# Chapter ${at + 1}`,
    `The enzyme number ${at + 1} is called kinase-${at + 1}.`,
  ]);
  const { body } = await student.upload(
    "/study-materials",
    { blob: new Blob([Uint8Array.from(makePdf(pages))]), name: "enzymes.pdf" },
    { title: "Enzymes" },
  );
  material = body.id;
  await student.until(`/study-materials/${material}`, ({ status }) => status === "ready");
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  page = await (await browser.newContext({ locale: "en-US" })).newPage();
  await logIn(page, app.url, student.email);
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

const drawn = (number: number) => page.locator(`[data-pdf-page="${number}"]`);

/** Dark pixels on the picture of a page: letters, if anything. */
const inked = (number: number) =>
  drawn(number)
    .locator("canvas")
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      let dark = 0;
      for (let at = 0; at < data.length; at += 4)
        if (data[at]! < 128 && data[at + 3]! > 0) dark += 1;
      return dark;
    });

it("is drawn, and only what is near", async () => {
  await page.goto(`${app.url}/materials/${material}`);
  await drawn(1).locator(".textLayer span").first().waitFor();
  await expect.poll(() => inked(1)).toBeGreaterThan(100);
  await expect
    .poll(() => drawn(1).locator(".textLayer").innerText())
    .toContain("The enzyme number 1 is called");
  expect(await drawn(30).count()).toBe(0);
});

it("opens a citation on its page, with its words marked there", async () => {
  const { body } = await student.get(`/study-materials/${material}`);
  const words = "enzyme number 25 is called";
  const from = body.content.indexOf(words);
  await page.goto(
    `${app.url}/materials/${material}?page=25&from=${from}&to=${from + words.length}`,
  );
  const mark = drawn(25).locator(".pdf-marks span").first();
  await mark.waitFor();
  const height = page.viewportSize()!.height;
  await expect.poll(async () => (await mark.boundingBox())?.width).toBeGreaterThan(50);
  // In sight, once the page has been scrolled there.
  await expect
    .poll(async () => {
      const box = await mark.boundingBox();
      return box !== null && box.y > 0 && box.y < height;
    })
    .toBe(true);
  // Where the words are drawn: dark letters under the mark.
  await expect.poll(() => inked(25)).toBeGreaterThan(100);
});

it("opens on the page that is asked for", async () => {
  await page.goto(`${app.url}/materials/${material}?page=30`);
  await drawn(30).locator(".textLayer span").first().waitFor();
  await expect
    .poll(async () => {
      const box = await drawn(30).boundingBox();
      return box !== null && box.y >= 0 && box.y < 300;
    })
    .toBe(true);
});

it("finds words on any page, and says when there are none", async () => {
  await page.getByRole("searchbox", { name: "Find in the pages" }).fill("kinase-33");
  await page.keyboard.press("Enter");
  await drawn(33).locator(".pdf-marks span").first().waitFor();
  await page.getByRole("searchbox", { name: "Find in the pages" }).fill("ribosome");
  await page.keyboard.press("Enter");
  await page.getByText("“ribosome” is on no page.").waitFor();
});

it("lights up the word that is read aloud on the page as it looks", async () => {
  // Long enough that no slow machine hears the end of a page too soon.
  const pages = ["Chapter 1", "Chapter 2"].map((title) => [
    `# ${title}`,
    ...Array.from({ length: 12 }, () => "The enzyme is a kinase."),
  ]);
  const { body: short } = await student.upload(
    "/study-materials",
    { blob: new Blob([Uint8Array.from(makePdf(pages))]), name: "short.pdf" },
    { title: "Short" },
  );
  await student.until(`/study-materials/${short.id}`, ({ status }) => status === "ready");
  await page.goto(`${app.url}/materials/${short.id}`);
  await drawn(1).locator(".textLayer span").first().waitFor();
  await page.getByRole("button", { name: "Listen" }).click();
  const lit = () =>
    page.evaluate(() =>
      [...(CSS.highlights.get("lm-playing") ?? [])].map((range) => {
        const at = (range as Range).startContainer.parentElement!;
        return `${at.closest("[data-pdf-page]")?.getAttribute("data-pdf-page")} ${(range as Range).toString()}`;
      }),
    );
  await expect
    .poll(lit, { timeout: 30_000 })
    .toEqual([expect.stringMatching(/^1 (Chapter|1|The|enzyme|is|a|kinase)$/)]);
  // It goes on to the next page.
  const [{ id }] = (await student.get("/tts")).body.items;
  const { words, text } = (await student.get(`/tts/${id}`)).body;
  const second = text.indexOf("Chapter 2");
  const { start } = words.find((word: { start_offset: number }) => word.start_offset >= second);
  await page.getByRole("slider", { name: "Position" }).fill(start.toFixed(1));
  await expect.poll(lit).toEqual([expect.stringMatching(/^2 /)]);
  await page.getByRole("button", { name: "Stop and close" }).click();
  await expect.poll(lit).toEqual([]);
});

it("is larger on demand, and its text is one press away", async () => {
  await page.goto(`${app.url}/materials/${material}`);
  await drawn(1).locator(".textLayer span").first().waitFor();
  const width = () => drawn(1).evaluate((element) => element.clientWidth);
  const before = await width();
  await page.getByRole("button", { name: "Larger" }).click();
  await expect.poll(width).toBeGreaterThan(before * 1.2);
  await page.getByRole("button", { name: "Text", exact: true }).click();
  await page.getByText("The enzyme number 2 is called kinase-2.").waitFor();
  expect(complaints).toEqual([]);
});

it("is beside it an office file as it is set, on a phone too", async () => {
  const run = (text: string, look = "") =>
    `<w:r><w:rPr>${look}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
  const cell = (text: string) => `<w:tc><w:p>${run(text)}</w:p></w:tc>`;
  const file = makeWord(
    `<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>${run("Digestion")}</w:p>` +
      `<w:p>${run("Amylase is ")}${run("an enzyme", "<w:b/>")}${run(" of the mouth.")}</w:p>` +
      `<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>${cell("Enzyme")}${cell("Acts on")}</w:tr>` +
      `<w:tr>${cell("Amylase")}${cell("Starch")}</w:tr></w:tbl>`,
    {
      styles:
        '<w:styles><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>',
    },
  );
  const blob = new Blob([Uint8Array.from(file)]);
  const { body } = await student.upload("/study-materials", { blob, name: "digestion.docx" });
  await student.until(`/study-materials/${body.id}`, ({ status }) => status === "ready");
  await page.goto(`${app.url}/materials/${body.id}`);
  await page.getByRole("heading", { name: "Digestion" }).last().waitFor();
  await page.locator("strong", { hasText: "an enzyme" }).waitFor();
  await page.getByRole("columnheader", { name: "Acts on" }).waitFor();
  await page.getByRole("cell", { name: "Starch" }).waitFor();
  await inspectPage(page, "an office file");
});
