/**
 * Work that grows faster than its input, on the thread that serves everybody. Judged by the processor time of four
 * times the input, which a busy machine does not change: work that grows with its input takes four times as long, work
 * that grows with its square sixteen times.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { locateQuote } from "#server/features/citations/citations.ts";
import { headingSections } from "#server/features/content/study-materials/parsing/markdown.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";

let app: TestApp;
let student: Student;
let captions: string;
beforeAll(async () => {
  app = await startTestApp({ LM_WORKER: "off", LM_LOG_LEVEL: "silent" });
  student = await app.register();
  const file = { blob: new Blob([makeWav(Buffer.alloc(3200))]), name: "a.wav" };
  const made = await student.upload("/recordings", file, { transcribe: "false" });
  captions = `/recordings/${made.body.recording.id}/captions`;
});
afterAll(() => app.stop());

/** More than linear by chance: caches, collection of garbage. */
const GROWTH = 9;
/** Below this, what is measured is the clock. */
const ENOUGH_MS = 15;

async function cpuOf(work: () => unknown) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The best of three: collection of garbage comes and goes. */
async function growth(work: (size: number) => unknown, size: number) {
  await work(size / 4);
  const best = async (of: number) => {
    const runs: number[] = [];
    for (let run = 0; run < 3; run++) runs.push(await cpuOf(() => work(of)));
    return Math.min(...runs);
  };
  const small = await best(size);
  const large = await best(size * 4);
  return large / Math.max(small, ENOUGH_MS);
}

const post = (path: string, type: string, body: string) =>
  student.request(path, { method: "POST", headers: { "content-type": type }, body });
const cue = (text: string) => `WEBVTT\n\n00:01.000 --> 00:02.000\n${text}\n`;
const note = (content: string) =>
  post("/study-materials", "application/json", JSON.stringify({ title: "a", content }));

const REQUESTS: [string, number, (size: number) => unknown][] = [
  ["captions of <", 100_000, (size) => post(captions, "text/vtt", cue("<".repeat(size)))],
  ["captions of {\\{", 50_000, (size) => post(captions, "text/vtt", cue("{\\{".repeat(size)))],
  ["captions of empty lines", 200_000, (size) => post(captions, "text/vtt", "\n \n".repeat(size))],
  ["a note of headings", 20_000, (size) => note("# a\n".repeat(size))],
  ["a note of one heading", 100_000, (size) => note(`# ${"# ".repeat(size)}x`)],
  ["a note without spaces", 200_000, (size) => note("a".repeat(size))],
  ["a note of line feeds", 200_000, (size) => note("\n".repeat(size))],
  [
    "JSON of [",
    1_000_000,
    (size) => post("/study-materials", "application/json", "[".repeat(size)),
  ],
  ["JSON of nested lists", 4000, (size) => note(`${"[".repeat(size)}${"]".repeat(size)}`)],
];

test.each(REQUESTS)(
  "%s: four times the input, not sixteen times the work",
  async (_, size, work) => {
    expect(await growth(work, size)).toBeLessThan(GROWTH);
  },
);

test("quotations and headings are found in a time that grows with the text", async () => {
  const words = "a ".repeat(100_000);
  expect(
    await growth((size) => locateQuote("a ".repeat(size), words.slice(0, size) + "b"), 100_000),
  ).toBeLessThan(GROWTH);
  expect(
    await growth((size) => locateQuote("a".repeat(size), "a".repeat(size / 2) + "b"), 200_000),
  ).toBeLessThan(GROWTH);
  expect(await growth((size) => headingSections(`# ${" #".repeat(size)}x`), 200_000)).toBeLessThan(
    GROWTH,
  );
  expect(locateQuote("The  cell\n\ndivides  twice.", "cell divides twice.")).toEqual({
    start: 5,
    end: 26,
  });
  expect(locateQuote("  x  The cell divides.", "The cell divides.")).toEqual({ start: 5, end: 22 });
  expect(locateQuote("The cell divides.", "the cell divides.")).toBeUndefined();
});
