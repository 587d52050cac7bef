/**
 * The command line as a person runs it: each verb its own process, beside a server that is another; and the
 * demonstration, whole.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type TestApp } from "#tests/support/app.ts";
import { ENGINES } from "#tests/support/engines.ts";
import { makeSpeech } from "#tests/support/make-speech.ts";
import { runLm } from "#tests/support/run-lm.ts";

const LM = fileURLToPath(new URL("lm.mjs", import.meta.url));
const PDF = fileURLToPath(new URL("../samples/cellular-respiration.pdf", import.meta.url));
const SRT = `1
00:00:00,000 --> 00:00:02,000
Photosynthesis has two stages.

2
00:00:02,000 --> 00:00:05,000
The Calvin cycle takes place in the stroma.
`;

let app: TestApp;
let folder: string;

beforeAll(async () => {
  app = await startTestApp({ LM_POCKETSPHINX: "off" });
  folder = await mkdtemp(join(tmpdir(), "lm-cli-"));
  const speech = await makeSpeech(
    app.context,
    "Photosynthesis has two stages. The Calvin cycle takes place in the stroma.",
  );
  await writeFile(join(folder, "lecture.mp3"), Buffer.from(await speech.arrayBuffer()));
  await writeFile(join(folder, "lecture.srt"), SRT);
});
afterAll(async () => {
  await app?.stop();
  await rm(folder, { recursive: true, force: true });
});

const lm = (...words: string[]) => runLm(folder, app.url, words);
const json = async (...words: string[]) => JSON.parse((await lm("--json", ...words)).stdout);

it("does the main job from a terminal", async () => {
  await expect(lm("list")).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("lm login"),
  });
  expect((await lm("login", "cli@example.org", "--register")).stdout).toContain("cli@example.org");
  expect((await lm("list")).stdout).toContain("Nothing yet.");
  // Whoever else has an account on the machine cannot read the session.
  const session = join(folder, ".config/little-monster/session.json");
  expect((await stat(session)).mode & 0o077).toBe(0);

  const upload = ["upload", "lecture.mp3", "--captions", "lecture.srt", "--title", "Plants"];
  const { recording } = await json(...upload);
  expect((await lm("list")).stdout).toContain(recording.id);
  await lm("upload", PDF, "--title", "Respiration");
  await expect.poll(async () => (await json("list", "materials")).items[0].status).toBe("ready");

  const said = await lm("ask", "Where does the Calvin cycle take place?");
  expect(said.stdout).toContain("stroma");
  expect(said.stdout).toContain("[1] Plants, 0:02");
  const answer = await json("ask", "Where does glycolysis take place?");
  expect(answer.citations[0]).toMatchObject({ page: 1, source: { title: "Respiration" } });

  const { items } = await json("search", "stroma");
  expect(items[0].source.title).toBe("Plants");
  expect((await lm("search", "zyzzyva")).stdout).toContain("Nothing found.");

  const spoken = await lm("speak", "The Calvin cycle.", "-o", "calvin.mp3");
  expect(spoken.stdout).toContain("calvin.mp3");
  expect((await readFile(join(folder, "calvin.mp3"))).length).toBeGreaterThan(1000);
});

it("says in a sentence what went wrong, and ends non-zero", async () => {
  await expect(lm("upload", "nowhere.mp3")).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("There is no file nowhere.mp3."),
  });
  await writeFile(join(folder, "empty.mp3"), "");
  await expect(lm("upload", "empty.mp3")).rejects.toMatchObject({
    code: 1,
    stderr: "The file is empty.\n",
  });
  const { recording } = await json("upload", "lecture.mp3", "--no-transcribe");
  await expect(lm("transcribe", recording.id)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("cannot turn speech into text yet"),
  });
});

it("demonstrates the main job with no hands", { timeout: 240_000 }, async () => {
  const demo = await promisify(execFile)(process.execPath, [LM, "demo"], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, ...ENGINES, LM_POCKETSPHINX: "off" },
  });
  expect(demo.stdout).toContain("The recording is kept");
  expect(demo.stdout).toContain("Supplied, and labelled as supplied");
  expect(demo.stdout).toContain("cytoplasm");
  expect(demo.stdout).toContain("All steps done.");
  expect(demo.stderr).toBe("");
});
