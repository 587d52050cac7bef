/**
 * How long a newcomer with an empty cache waits on a slow line (1.6 Mbit/s down, 0.75 up, 150 ms to the first byte of
 * each answer, by the browser's own protocol:
 * https://chromedevtools.github.io/devtools-protocol/tot/Network/#method-emulateNetworkConditions): the log-in, and the
 * library with 50 things for somebody who is logged in. Beside the times stands what the line alone takes: the bytes
 * that had come by then at its speed, and one delay for each request that began only when another had ended.
 * Build the page first: npx vite build.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type CDPSession, type Page } from "playwright-core";
import { register, type Student } from "#tests/support/app.ts";
import { logIn } from "#tests/support/log-in.ts";
import { machine } from "./product/machine.ts";
import { median } from "./product/median.ts";
import { createProcesses } from "./product/processes.ts";

const DOWN_BYTES_PER_SECOND = 1.6e6 / 8;
const UP_BYTES_PER_SECOND = 0.75e6 / 8;
const DELAY_MS = 150;
const GOAL_MS = 2000;
const RUNS = Number(process.env["BENCH_RUNS"] ?? 5);
const THINGS = 50;
const PAGES = [
  { name: "login", path: "/login", content: "input[name=email]", isIn: false },
  { name: "library", path: "/library", content: "[data-thing]", isIn: true },
] as const;

const folder = await mkdtemp(join(tmpdir(), "lm-bench-first-content-"));
const processes = createProcesses();
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
try {
  const { url } = await processes.startProduct(folder);
  const student = await register(url, "first@example.org");
  await fill(student);
  const figures: Record<string, number> = {};
  for (const page of PAGES) {
    const runs = [];
    for (let run = 0; run < RUNS; run += 1) runs.push(await visit(url, student, page));
    for (const name of Object.keys(runs[0]!) as (keyof (typeof runs)[0])[])
      figures[`${page.name}_${name}`] = median(runs.map((run) => run[name]));
  }
  const goals = PAGES.flatMap(({ name }) =>
    (["first_content_ms", "content_ms"] as const).map((what) => {
      const value = figures[`${name}_${what}`]!;
      return { name: `${name}: ${what}`, value, goal: GOAL_MS, met: value <= GOAL_MS };
    }),
  );
  console.log(JSON.stringify({ bench: "first-content", machine, figures, goals }));
} finally {
  await browser.close();
  await processes.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function fill(student: Student) {
  for (let n = 1; n <= THINGS; n += 1) {
    const content = `Lecture ${n} begins with what the one before it left open, and ends with a question.`;
    const subject = ["Biology", "Physics", "History"][n % 3];
    const { status } = await student.post("/study-materials", {
      title: `Lecture ${n}`,
      content,
      subject,
    });
    if (status !== 201) throw new Error(`a note was answered with ${status}`);
  }
}

/** In a browser of its own, which kept nothing but that somebody is in, where somebody is. */
async function visit(
  url: string,
  student: Student,
  { path, content, isIn }: (typeof PAGES)[number],
) {
  const context = await browser.newContext({ locale: "en-US", serviceWorkers: "block" });
  try {
    const page = await context.newPage();
    if (isIn) await logIn(page, url, student.email);
    const client = await context.newCDPSession(page);
    await client.send("Network.clearBrowserCache");
    return await measure(page, client, url + path, content);
  } finally {
    await context.close();
  }
}

async function measure(page: Page, client: CDPSession, address: string, content: string) {
  await page.goto("about:blank");
  // When the content was painted: a frame after it came into the page.
  await page.addInitScript(`
    const seen = () => {
      if (!document.querySelector(${JSON.stringify(content)})) return requestAnimationFrame(seen);
      requestAnimationFrame(() => { window.contentAt = performance.now(); });
    };
    requestAnimationFrame(seen);
    new PerformanceObserver((list) => { window.largestAt = list.getEntries().at(-1).startTime; })
      .observe({ type: "largest-contentful-paint", buffered: true });`);
  await client.send("Network.enable");
  await client.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: DELAY_MS,
    downloadThroughput: DOWN_BYTES_PER_SECOND,
    uploadThroughput: UP_BYTES_PER_SECOND,
  });
  const answers = follow(client);
  await page.goto(address, { waitUntil: "commit" });
  await page.waitForFunction(() => "contentAt" in window && "largestAt" in window);
  const { first, largest, shown } = (await page.evaluate(`({
    first: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    largest: window.largestAt,
    shown: window.contentAt,
  })`)) as { first: number; largest: number; shown: number };
  const before = answers.filter(({ end }) => end <= answers[0]!.start + shown);
  const bytes = before.reduce((sum, answer) => sum + answer.bytes, 0);
  const waves = longestChain(before);
  return {
    first_content_ms: Math.round(first),
    largest_content_ms: Math.round(largest),
    content_ms: Math.round(shown),
    requests: before.length,
    bytes,
    round_trips: waves,
    line_alone_ms: Math.round((bytes / DOWN_BYTES_PER_SECOND) * 1000 + waves * DELAY_MS),
  };
}

interface Came {
  /** Milliseconds of the browser's clock. */
  start: number;
  end: number;
  /** As sent, with headers. */
  bytes: number;
}

/** Every answer that has come whole, in the order of asking but for the last ones. */
function follow(client: CDPSession) {
  const asked = new Map<string, number>();
  const answers: Came[] = [];
  client.on("Network.requestWillBeSent", ({ requestId, timestamp }) => {
    asked.set(requestId, timestamp * 1000);
  });
  client.on("Network.loadingFinished", ({ requestId, timestamp, encodedDataLength }) => {
    const start = asked.get(requestId);
    if (start !== undefined)
      answers.push({ start, end: timestamp * 1000, bytes: encodedDataLength });
  });
  return answers;
}

/** How many answers had to come one after the other. */
function longestChain(answers: Came[]) {
  let count = 0;
  let end = -Infinity;
  for (const answer of answers.toSorted((a, b) => a.end - b.end)) {
    if (answer.start < end) continue;
    count += 1;
    end = answer.end;
  }
  return count;
}
