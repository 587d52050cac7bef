/**
 * The tutor in a real browser with a language model that streams: stop, answer again, edit a question, find, rename,
 * export, delete.
 */
import { readFile } from "node:fs/promises";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { startChatServer, type ChatServer } from "#tests/support/chat-server.ts";
import { logIn } from "#tests/support/log-in.ts";

let app: TestApp;
let model: ChatServer;
let student: Student;
let browser: Browser;
let page: Page;

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
  const context = await browser.newContext({ locale: "en-US", acceptDownloads: true });
  page = await context.newPage();
  await logIn(page, app.url, student.email);
});
afterAll(async () => {
  await browser?.close();
  await app?.stop();
  await model?.close();
});

const main = () => page.getByRole("list", { name: "Messages" });
async function ask(question: string) {
  await page.getByLabel("Your question").fill(question);
  await page.getByRole("button", { name: "Ask", exact: true }).click();
}

it("streams, stops where it is told to, and answers again", async () => {
  let gone: Promise<void> | undefined;
  model.answer((_request, { say, response }) => {
    gone = new Promise((resolve) => response.once("close", resolve));
    say("It takes place in the ");
  });
  await page.goto(`${app.url}/tutor`);
  await ask("Where does the Calvin cycle take place?");
  await main().getByText("It takes place in the").waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await gone;
  await main().getByText("Stopped").waitFor();

  model.answer(
    'In the stroma. [[1: "The Calvin cycle takes place in the stroma."]] On the moon. [[1: ' +
      '"It takes place on the moon at night."]]',
  );
  await main().getByRole("button", { name: "Answer again" }).last().click();
  await main()
    .getByText(/In the stroma\./)
    .waitFor();
  await main().getByText("1 false quotation left out").waitFor();
  expect(await main().innerText()).not.toContain("at night");
  await expect.poll(() => page.getByTestId("citation").count()).toBe(1);
  await page.getByTestId("citation").click();
  await page.waitForURL(/\/materials\//);
  // One line leads everywhere: a command, what was written, and back.
  await page.keyboard.press("Control+k");
  const line = page.getByRole("combobox");
  await line.fill("note");
  await page.getByRole("option", { name: "Write a note" }).waitFor();
  await page.keyboard.press("Escape");
  await line.waitFor({ state: "detached" });
  await page.keyboard.press("Control+k");
  await line.fill("libra");
  await page.getByRole("option", { name: "Library" }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/library/);
  await page.goBack();
  await page.waitForURL(/\/materials\//);
  await page.goBack();
  await main()
    .getByText(/In the stroma\./)
    .waitFor();
});

it("branches where a question is edited, and both ways stay", async () => {
  model.answer('In the thylakoid. [[1: "Light is caught in the thylakoid."]]');
  await main().getByRole("button", { name: "Edit the question" }).click();
  const editor = main().getByLabel("Your question");
  await editor.fill("Where is light caught?");
  await main().getByRole("button", { name: "Ask", exact: true }).click();
  await main()
    .getByText(/In the thylakoid\./)
    .waitFor();
  expect(await main().innerText()).not.toContain("In the stroma.");
  await main().getByRole("button", { name: "Previous version" }).first().click();
  await main()
    .getByText(/In the stroma\./)
    .waitFor();
  await main().getByRole("button", { name: "Next version" }).first().click();
  await main()
    .getByText(/In the thylakoid\./)
    .waitFor();
});

it("a model in trouble leaves a sentence and a way to try again", async () => {
  model.answer((_request, { response }) => void response.writeHead(429).end("{}"));
  await ask("And what comes after?");
  await main()
    .getByText(/too many requests/)
    .waitFor();
  model.answer("Sugar.");
  await main().getByRole("button", { name: "Try again" }).click();
  await main().getByText("Sugar.").waitFor();
  await main().getByText("Not from your materials").waitFor();
});

it("rests on what was chosen, and names the claims that show no quotation", async () => {
  let sent = "";
  model.answer((request, { say, finish }) => {
    sent = JSON.stringify(request.messages);
    say("Melvin Calvin was a chemist.");
    finish();
  });
  const restsOn = page.getByLabel("Answers rest on");
  await restsOn.selectOption({ label: "Materials only" });
  await ask("Who was Calvin?");
  await main()
    .getByText(/^Your materials do not say anything about this/)
    .waitFor();
  expect(await main().innerText()).not.toContain("a chemist");
  expect(sent).toContain("takes place in the stroma");
  await restsOn.selectOption({ label: "General knowledge only" });
  await ask("Who was Calvin, then?");
  await main().getByText("Melvin Calvin was a chemist.").waitFor();
  expect(sent).not.toContain("passage");
  await page.reload();
  await main().getByText("Melvin Calvin was a chemist.").waitFor();
  // Kept with the question; another answer to it, too, has no materials.
  await expect.poll(() => restsOn.inputValue()).toBe("none");
  sent = "";
  await main().getByRole("button", { name: "Answer again" }).last().click();
  await expect.poll(() => sent).toContain("Who was Calvin, then?");
  expect(sent).not.toContain("passage");
  await main().getByRole("button", { name: "Previous version" }).last().waitFor();

  const claim = "According to your lecture (5, page 3), it needs ATP.";
  model.answer(`In the stroma. [[1: "The Calvin cycle takes place in the stroma."]] ${claim}`);
  await restsOn.selectOption({ label: "Materials, then general knowledge" });
  await ask("Where does the Calvin cycle take place, again?");
  const named = main().getByRole("status").filter({ hasText: "1 sentence names a source" });
  await named.getByText(claim).waitFor();
  await main().getByText("1 of 2 sentences carries a quotation").last().waitFor();
});

it("is renamed, found by its words, exported and deleted", async () => {
  const list = page.getByRole("complementary", { name: "Conversations" });
  await list.getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill("Leaves");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await list.getByRole("link", { name: /Leaves/ }).waitFor();
  const find = list.getByLabel("Find in conversations");
  await find.fill("quantum");
  await list.getByText("No conversation has these words.").waitFor();
  await find.fill("thylakoid");
  await list.getByRole("link", { name: /Leaves/ }).waitFor();

  await list.getByRole("button", { name: "Actions for Leaves" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Export as Markdown" }).click();
  const text = await readFile(await (await download).path(), "utf8");
  expect(text).toContain("Where is light caught?");
  expect(text).toContain("Light is caught in the thylakoid.");

  await list.getByRole("button", { name: "Actions for Leaves" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.waitForURL((address) => address.pathname === "/tutor");
  await expect.poll(async () => (await student.get("/conversations")).body.items).toEqual([]);
});

it("offers what could be asked next, and one press asks it", async () => {
  await student.post("/study-materials", {
    title: "Cells",
    content: "The mitochondria make adenosine triphosphate. The ribosome reads messenger RNA.",
  });
  const { body: mining } = await student.post("/vocabulary/mine", {});
  await student.until(`/jobs/${mining.job_id}`, ({ status }) => status === "completed");
  model.answer('ATP. [[1: "The mitochondria make adenosine triphosphate."]]');
  await page.goto(`${app.url}/tutor`);
  await ask("What do mitochondria make?");
  const next = page.getByRole("list", { name: "Ask next" }).getByRole("button");
  await next.first().waitFor();
  const question = await next.first().innerText();
  expect(question).toMatch(/^What does .+ mean\?$/);
  // The conversation is named after what was quoted.
  const list = page.getByRole("complementary", { name: "Conversations" });
  await list
    .getByRole("link", { name: /Mitochondria make · Cells|Mitochondria · Cells/ })
    .waitFor();
  model.answer('A sugar. [[1: "The ribosome reads messenger RNA."]]');
  await next.first().click();
  await main().getByText(question).waitFor();
  await main()
    .getByText(/A sugar\./)
    .waitFor();
  // What was spoken of is not offered again.
  await expect.poll(() => next.allInnerTexts()).not.toContain(question);
});
