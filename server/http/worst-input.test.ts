/**
 * Work that grows faster than its input, on the thread that serves everybody, and work on a whole text, which belongs
 * in a thread or process of its own or is done a little at a time. Judged by the processor time of four
 * times the input, which a busy machine does not change: work that grows with its input takes four times as long, work
 * that grows with its square sixteen times.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { locateQuote } from "#server/features/citations/citations.ts";
import { nearestPlace } from "#server/features/citations/find-in-text.ts";
import { headingSections } from "#server/features/content/study-materials/parsing/markdown.ts";
import { eachPassage } from "#server/features/search/cut-passages.ts";
import { readCaptionsAside } from "#server/features/transcription/captions/read-aside.ts";
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

test("captions reach the thread that serves as one text for each cue, however many lines and words", async () => {
  const words = Array.from({ length: 500 }, (_, at) => `<00:00:0${1 + at / 1000}>a`).join(" ");
  const file = cue(`${"# a\n".repeat(500)}${words}`);
  const { segments } = await readCaptionsAside(Buffer.from(file), {});
  expect(segments).toHaveLength(1);
  expect(Object.values(segments[0]!).filter((value) => value instanceof Object)).toEqual([]);
  expect(JSON.parse(segments[0]!.words!).length).toBeGreaterThan(1000);
  expect(segments[0]!.line_breaks).toMatch(/^\{3,7,11,[\d,]+\}$/);
});

test("captions are read two at a time: a thread takes up to half a gigabyte", async () => {
  const ports = () =>
    process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
  const before = ports();
  const six = Array.from({ length: 6 }, () => readCaptionsAside(Buffer.from(cue("a")), {}));
  expect(ports() - before).toBe(2);
  expect((await Promise.all(six)).map(({ segments }) => segments.length)).toEqual(Array(6).fill(1));
});

test("a transcript without full stops is written in paragraphs, in a time that grows with it", async () => {
  const made = new Map<number, string>();
  for (const size of [1000, 4000, 16_000]) {
    const cues = Array.from({ length: size }, (_, at) => {
      const time = new Date(at * 1000).toISOString().slice(11, 23);
      return `${time} --> ${time}\nso said without an end ${at}\n`;
    });
    const answer = await post(captions, "text/vtt", `WEBVTT\n\n${cues.join("\n")}`);
    made.set(size, ((await answer.json()) as { id: string }).id);
  }
  const read = (size: number, format: string) =>
    student
      .request(`/transcriptions/${made.get(size)}/export?format=${format}`)
      .then((answer) => answer.text());
  expect(await growth((size) => read(size, "txt"), 4000)).toBeLessThan(GROWTH);
  const text = await read(1000, "txt");
  expect(Math.max(...text.split("\n\n").map(({ length }) => length))).toBeLessThan(2100);
  const whole = await student.get(`/transcriptions/${made.get(1000)}`);
  expect(text.replaceAll(/\n+/g, " ").trim()).toBe(whole.body.text.replaceAll("\n", " "));
  // What is written item by item is what the whole would be.
  const json = await read(1000, "json");
  expect(json).toBe(JSON.stringify(JSON.parse(json), null, 2));
  expect(JSON.parse(json).segments.length).toBe(whole.body.segments.length);
});

test("quotations and headings are found in a time that grows with the text", async () => {
  const words = "a ".repeat(100_000);
  expect(
    await growth((size) => locateQuote("a ".repeat(size), words.slice(0, size) + "b"), 100_000),
  ).toBeLessThan(GROWTH);
  expect(
    await growth((size) => locateQuote("a".repeat(size), "a".repeat(size / 2) + "b"), 200_000),
  ).toBeLessThan(GROWTH);
  for (const wanted of [(half: string) => `${half}b${half}`, (half: string) => `${half}${half}b`])
    expect(
      await growth(
        (size) => nearestPlace("a".repeat(size), wanted("a".repeat(size / 8)), size / 2),
        200_000,
      ),
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

/** What reads all the words of a text, under `server/features`: files by the beginning of their name. */
const ASIDE: Record<string, string> = {
  "study/overviews": "analysed-source key-terms lexrank make-overview outline subject-map",
  "study/quizzes": "make-quiz teach-back",
  "study/cards/suggestions": "by-rules check-item course read-aside",
  "study/cards/transfers": "read-collection unpack-package",
  "study/reviews": "find-weights",
  vocabulary: "find- mine-terms",
  slides: "align-slides find-alignment likeness read-deck",
  "transcription/captions": "captions-thread read-captions rolling timed-lines ttml lrc",
  "content/study-materials/parsing": "child csv docx epub html ipynb ocr pdf pptx rtf xlsx",
};
const readsAll = Object.entries(ASIDE).flatMap(([folder, names]) =>
  names.split(" ").map((name) => `server/features/${folder}/${name}`),
);

test.each(["server/app.ts", "server/worker/worker.ts", "server/worker/handlers.ts"])(
  "%s loads nothing that reads all the words of a text: that runs in a thread or process of its own",
  (entry) => {
    const loaded = loadedBy(entry);
    expect(loaded.length).toBeGreaterThan(10);
    const wrong = loaded.filter((file) => readsAll.some((start) => file.startsWith(start)));
    expect(wrong).toEqual([]);
  },
);

test("what runs there is what is named", () => {
  const aside = loadedBy("server/features/study/aside/thread.ts");
  for (const name of ["analysed-source", "by-rules", "find-terms", "find-misheard", "align-slides"])
    expect(aside.filter((file) => file.endsWith(`/${name}.ts`)).length).toBe(1);
});

/** Values only: what is imported as a type is not loaded. */
function loadedBy(entry: string) {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const loaded = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (loaded.has(file) || !existsSync(join(root, file))) continue;
    loaded.add(file);
    const { program, module } = parseSync(file, readFileSync(join(root, file), "utf8"));
    const names = module.staticImports
      .filter(({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType))
      .map(({ moduleRequest }) => moduleRequest.value);
    for (const { entries } of module.staticExports)
      for (const { moduleRequest, isType } of entries)
        if (moduleRequest && !isType) names.push(moduleRequest.value);
    new Visitor({
      ImportExpression({ source }) {
        if (source.type === "Literal") names.push(String(source.value));
      },
    }).visit(program);
    for (const name of names)
      if (name.startsWith("#")) waiting.push(name.slice(1));
      else if (name.startsWith(".")) waiting.push(join(dirname(file), name));
  }
  return [...loaded];
}

test.each([
  "a",
  "a ",
  "字",
  "\n",
  " \n",
  "a\n",
  "e\u0301",
  "A. ",
  '"',
  "1. ",
  "word ".repeat(30) + "\n",
])("a text of %j is cut into passages a little at a time", (pattern) => {
  const text = pattern.repeat(Math.ceil(400_000 / pattern.length));
  for (const lineFeeds of ["wrapped", "spoken", "blocks"] as const) {
    let before = 0;
    let most = 0;
    for (const passage of eachPassage({ text, language: "en", lineFeeds })) {
      // What was read until now, and nobody had a turn.
      most = Math.max(most, (passage?.start_offset ?? text.length) - before);
      before = passage?.start_offset ?? text.length;
    }
    if (pattern.trim() !== "") expect(text.length - before).toBeLessThan(60_000);
    if (pattern.trim() !== "") expect(most).toBeLessThan(60_000);
  }
});
