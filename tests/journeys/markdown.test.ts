/**
 * Markdown of answers and notes in a real browser: what it shows, what it never becomes, and citations inside of it.
 */
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { startChatServer, type ChatServer } from "#tests/support/chat-server.ts";
import { logIn } from "#tests/support/log-in.ts";

let app: TestApp;
let model: ChatServer;
let student: Student;
let browser: Browser;
let page: Page;
const asked: string[] = [];

beforeAll(async () => {
  model = await startChatServer();
  app = await startTestApp({ LM_LLM_URL: model.url, LM_LLM_MODEL: "small-model" });
  student = await app.register();
  await student.post("/study-materials", {
    title: "Plants",
    content: "The Calvin cycle takes place in the stroma. Light is caught in the thylakoid.",
  });
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  page = await (await browser.newContext({ locale: "en-US" })).newPage();
  page.on("request", (request) => asked.push(request.url()));
  page.on("dialog", (dialog) => void dialog.dismiss());
  await logIn(page, app.url, student.email);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await model?.close();
});
beforeEach(() => void (asked.length = 0));

const main = () => page.getByRole("list", { name: "Messages" });

async function answered(text: string) {
  model.answer(text);
  await page.goto(`${app.url}/tutor`);
  await page.getByLabel("Your question").fill("Where does the Calvin cycle take place?");
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await main().getByRole("button", { name: "Answer again" }).waitFor();
}

/** What can act or fetch in the place where texts are shown. */
function activeElements() {
  return page.evaluate(() =>
    [...document.querySelectorAll("main *")]
      .filter(
        (element) =>
          ["SCRIPT", "IFRAME", "OBJECT", "EMBED", "FORM", "STYLE", "LINK"].includes(
            element.tagName,
          ) && !element.querySelector("textarea"),
      )
      .map(({ tagName }) => tagName)
      .concat(
        [...document.querySelectorAll("main *")].flatMap((element) =>
          element
            .getAttributeNames()
            .filter((name) => name.startsWith("on"))
            .map((name) => `${element.tagName} ${name}`),
        ),
        [...document.querySelectorAll("main a")]
          .map((link) => link.getAttribute("href") ?? "")
          .filter((address) => !/^(?:https?:\/\/|mailto:|\/|#)/.test(address)),
      ),
  );
}

it("shows tables, lists in lists, code and formulas, with citations inside", async () => {
  await answered(
    [
      "## Where",
      "",
      "| Step | Place |",
      "|---|---:|",
      '| Calvin cycle | stroma [[1: "The Calvin cycle takes place in the stroma."]] |',
      "",
      "1. Light",
      '   - is caught [[1: "Light is caught in the thylakoid."]]',
      "   - is kept",
      "2. Sugar",
      "",
      "The rate is $v = \\frac{V [S]}{K + [S]}$, a lamp costs $5 and not $10, and",
      "",
      "\\[ E = h \\nu \\]",
      "",
      "```",
      "price = $x$",
      "```",
    ].join("\n"),
  );
  await main().locator(".katex-display").waitFor();
  expect(await main().getByRole("heading", { name: "Where" }).count()).toBe(1);
  expect(
    await main()
      .getByRole("columnheader", { name: "Place" })
      .evaluate((cell) => cell.style.textAlign),
  ).toBe("right");
  expect(await main().locator("td button").innerText()).toBe("1");
  expect(await main().locator("ol ul li").allInnerTexts()).toEqual([
    expect.stringContaining("is caught"),
    "is kept",
  ]);
  expect(await main().locator("ol ul li button").innerText()).toBe("2");
  expect(await main().locator(".katex").count()).toBe(2);
  expect(await main().innerText()).toContain("a lamp costs $5 and not $10");
  expect(await main().locator("pre").innerText()).toBe("price = $x$\n");

  // The number shows the words in place, and leads to where they stand.
  await main().locator("td button").click();
  const preview = page.getByRole("dialog");
  await preview.getByText("The Calvin cycle takes place in the stroma.").waitFor();
  await page.keyboard.press("Escape");
  await preview.waitFor({ state: "detached" });
  await main().locator("td button").press("Enter");
  await preview.getByRole("link").click();
  await page.waitForURL(/\/materials\//);
  await page.locator("mark").waitFor();
  expect(await page.locator("mark").allInnerTexts()).toEqual([
    "The Calvin cycle takes place in the stroma.",
  ]);
});

it("lets no HTML, no script address and no foreign picture through", async () => {
  const hostile = [
    "<script>window.hit = 1</script>",
    '<img src=x onerror="window.hit = 2">',
    '<svg onload="window.hit = 3"></svg>',
    '<iframe src="javascript:window.hit=4"></iframe>',
    "[press](javascript:window.hit=5) [again](JaVaScRiPt:window.hit=6) [data](data:text/html,<script>1</script>)",
    "![spy](https://spy.example/pixel.png?secret)",
    '<https://example.org/" onmouseover="window.hit=7>',
    "[1]: javascript:window.hit=8",
    "$\\href{javascript:window.hit=9}{x}$ $\\includegraphics{https://spy.example/2.png}$ " +
      "$\\htmlStyle{position:fixed}{x}$",
    "$\\def\\a{\\a\\a}\\a$",
    "<style>* { display: none }</style>",
    "| <form action=https://spy.example> | a |\n|---|---|\n| <input autofocus onfocus=window.hit=10> | b |",
  ].join("\n\n");
  await answered(hostile);
  await main().getByText("<script>window.hit = 1</script>").waitFor();
  await main().locator(".katex, .katex-error").first().waitFor();
  for (const link of await main().locator("a").all()) await link.hover();
  expect(await page.evaluate(() => (window as { hit?: number }).hit)).toBeUndefined();
  expect(await activeElements()).toEqual([]);
  expect(await main().locator("img, svg[onload], iframe").count()).toBe(0);
  expect(await main().locator('[style*="fixed"]').count()).toBe(0);

  const {
    body: { id },
  } = await student.post("/study-materials", { title: "Hostile", content: hostile });
  await page.goto(`${app.url}/materials/${id}`);
  await page.getByText("<script>window.hit = 1</script>").waitFor();
  await page.locator(".katex, .katex-error").first().waitFor();
  expect(await page.evaluate(() => (window as { hit?: number }).hit)).toBeUndefined();
  expect(await activeElements()).toEqual([]);
  expect(asked.filter((url) => !url.startsWith(app.url))).toEqual([]);
});

it("reads a text that no parser likes as plain text, and goes on", async () => {
  const {
    body: { id },
  } = await student.post("/study-materials", {
    title: "Deep",
    content: `${"> ".repeat(20_000)}the end of the note`,
  });
  await page.goto(`${app.url}/materials/${id}`);
  await page.getByText("the end of the note").waitFor();
  expect(await page.getByRole("heading", { name: "Deep" }).count()).toBe(1);
});

it("is readable at 360 pixels", async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  const wide = "word ".repeat(30);
  const {
    body: { id },
  } = await student.post("/study-materials", {
    title: "Wide",
    content:
      `| ${"a | ".repeat(12)}\n|${"---|".repeat(12)}\n|` +
      ` ${`${wide}| `.repeat(12)}\n\n$$${"x + ".repeat(80)}y$$\n\n${"long".repeat(80)}`,
  });
  await page.goto(`${app.url}/materials/${id}`);
  await page.locator(".katex-display").waitFor();
  expect(
    await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    ),
  ).toBeLessThanOrEqual(0);
});
