/**
 * The page of a three-hour lecture while it plays and its slides turn, in Chromium: the time from frame to frame (the
 * screen's is 16.7 ms), beside that of an empty page before and after it, which is what the machine can give; and what
 * the page works in each, from the browser's own trace
 * (https://chromedevtools.github.io/devtools-protocol/tot/Tracing/). Build the page first: npx vite build.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium, type CDPSession, type Page } from "playwright-core";
import { register, type Student } from "#tests/support/app.ts";
import { logIn } from "#tests/support/log-in.ts";
import { makePdf } from "#tests/support/make-documents.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { machine } from "./product/machine.ts";
import { createProcesses } from "./product/processes.ts";

const SECONDS = 3 * 3600;
const SLIDES = 60;
const SENTENCE_SECONDS = 6;
/** Slides that are watched while they turn, about one second before and two after. */
const TURNS = Number(process.env["BENCH_TURNS"] ?? 12);
const GOAL_MS = 20;
const TOPICS = "magma glacier fossil basalt quartz delta moraine crater lagoon isthmus".split(" ");

const folder = await mkdtemp(join(tmpdir(), "lm-bench-frames-"));
const processes = createProcesses();
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"],
});
try {
  const { url } = await processes.startProduct(folder, { LM_WORKER: "on", LM_FFMPEG: "off" });
  const student = await register(url, "frames@example.org");
  const { id, boundaries } = await makeLecture(student);
  const page = await (
    await browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 900 } })
  ).newPage();
  await logIn(page, url, student.email);
  await page.goto(`${url}/recordings/${id}`);
  await page.getByRole("region", { name: "Slides" }).locator("canvas").waitFor();
  const empty = await (await browser.newContext()).newPage();
  const before = await emptyFrames(empty);
  const figures = await measure(page, boundaries);
  const limit = [...before, ...(await emptyFrames(empty))];
  console.log(
    JSON.stringify({
      bench: "frames",
      machine,
      figures: {
        ...figures,
        empty_page_frames: limit.length,
        empty_page_ms_p50: quantile(limit, 0.5),
        empty_page_ms_p95: quantile(limit, 0.95),
        empty_page_ms_p99: quantile(limit, 0.99),
      },
      goals: [
        {
          name: "frame to frame, p95, ms",
          value: figures.frame_ms_p95,
          goal: GOAL_MS,
          met: figures.frame_ms_p95 < GOAL_MS,
        },
        {
          name: "slides that turned while the sound played",
          value: figures.slides_turned,
          goal: TURNS,
          met: figures.slides_turned === TURNS,
        },
      ],
    }),
  );
} finally {
  await browser.close();
  await processes.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** 1,800 sentences over 60 slides, each with words of its own. */
async function makeLecture(student: Student) {
  const word = (slide: number) =>
    `${TOPICS[slide % TOPICS.length]}${String.fromCharCode(97 + Math.floor(slide / 10))}`;
  const time = (at: number) => new Date(at * 1000).toISOString().slice(11, 23);
  const cues = Array.from({ length: SECONDS / SENTENCE_SECONDS }, (_, at) => {
    const slide = Math.floor((at * SENTENCE_SECONDS * SLIDES) / SECONDS);
    const start = at * SENTENCE_SECONDS;
    return (
      `${time(start)} --> ${time(start + SENTENCE_SECONDS)}\n` +
      `Sentence number ${at} of this lecture says something about ${word(slide)} and its ${word(slide)} beds.\n`
    );
  });
  const uploaded = await student.upload(
    "/recordings",
    {
      blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(SECONDS * 16_000)))]),
      name: "lecture.wav",
    },
    { title: "Three hours", captions: new Blob([`WEBVTT\n\n${cues.join("\n")}`]) },
  );
  const { id } = uploaded.body.recording;
  const pages = Array.from({ length: SLIDES }, (_, slide) => [
    `# ${word(slide)}`,
    `All about ${word(slide)}, and beds of ${word(slide)}.`,
  ]);
  const deck = await student.upload("/study-materials", {
    blob: new Blob([Uint8Array.from(makePdf(pages))]),
    name: "deck.pdf",
  });
  await student.until(`/study-materials/${deck.body.id}`, ({ status }) => status === "ready");
  await student.request(`/recordings/${id}/slides`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ study_material_id: deck.body.id }),
  });
  const { spans } = await student.until<{ status: string; spans: { start_seconds: number }[] }>(
    `/recordings/${id}/slides`,
    ({ status }) => status === "ready",
  );
  return { id: id as string, boundaries: spans.slice(1).map((span) => span.start_seconds) };
}

/** @param boundaries seconds at which a slide ends, in order */
async function measure(page: Page, boundaries: number[]) {
  const client = await page.context().newCDPSession(page);
  await client.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel", "devtools.timeline", "blink.user_timing"] },
  });
  const frames: number[] = [];
  const position = page.getByRole("slider", { name: "Position" });
  const drawn = () =>
    page
      .getByRole("region", { name: "Slides" })
      .locator("[data-pdf-page]")
      .getAttribute("data-pdf-page");
  let turned = 0;
  await page.bringToFront();
  await position.fill("1");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  for (let turn = 1; turn <= TURNS; turn += 1) {
    // Across the whole lecture, each at the boundary of two slides.
    const boundary = boundaries[Math.floor((turn * boundaries.length) / (TURNS + 1))]!;
    await position.fill(String(boundary - 2));
    // What a leap through the lecture takes is not of this measure.
    await sleep(1000);
    const [slide, second] = [await drawn(), Number(await position.inputValue())];
    frames.push(...(await framesFor(page, 3000)));
    const passed = Number(await position.inputValue()) - second;
    if (Number(await drawn()) === Number(slide) + 1 && passed > 1) turned += 1;
  }
  const work = workPerTask(await endTrace(client));
  return {
    turns: TURNS,
    slides_turned: turned,
    frames: frames.length,
    frame_ms_p50: quantile(frames, 0.5),
    frame_ms_p95: quantile(frames, 0.95),
    frame_ms_p99: quantile(frames, 0.99),
    main_thread_task_ms_p95: quantile(work, 0.95),
    main_thread_task_ms_longest: quantile(work, 1),
  };
}

/** Of a page that does nothing. */
async function emptyFrames(page: Page) {
  await page.bringToFront();
  await page.goto("about:blank");
  await sleep(500);
  return framesFor(page, 6000);
}

/** From one frame to the next, in ms. */
function framesFor(page: Page, ms: number) {
  return page.evaluate(
    (ms) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        let last = performance.now();
        const end = last + ms;
        const next = (now: number) => {
          times.push(now - last);
          last = now;
          if (now < end) requestAnimationFrame(next);
          else resolve(times.slice(1));
        };
        requestAnimationFrame(next);
      }),
    ms,
  );
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  dur?: number;
  args?: { name?: string };
}

async function endTrace(client: CDPSession) {
  const events: TraceEvent[] = [];
  client.on("Tracing.dataCollected", ({ value }) =>
    events.push(...(value as unknown as TraceEvent[])),
  );
  const complete = new Promise((resolve) => client.once("Tracing.tracingComplete", resolve));
  await client.send("Tracing.end");
  await complete;
  return events;
}

/** Tasks of the page's main thread of a millisecond and more, in ms. */
function workPerTask(events: TraceEvent[]) {
  const threads = new Set(
    events
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return events
    .filter(({ name, pid, tid }) => name.endsWith("RunTask") && threads.has(`${pid} ${tid}`))
    .map(({ dur = 0 }) => dur / 1000)
    .filter((ms) => ms >= 1);
}

function quantile(values: number[], share: number) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
  return Math.round((sorted[at] ?? 0) * 10) / 10;
}
