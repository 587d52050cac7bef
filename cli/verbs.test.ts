/** show, export, cancel, retry, list and waiting, each as its own process beside a server that is another. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type TestApp } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { startScriptedServer, type ScriptedServer } from "#tests/support/openai-server.ts";
import { shortSpeech } from "#tests/support/real-speech.ts";
import { runLm } from "#tests/support/run-lm.ts";

const SRT = "1\n00:00:00,000 --> 00:00:01,000\nThe Calvin cycle takes place in the stroma.\n";

let app: TestApp;
let speechServer: ScriptedServer;
let folder: string;

beforeAll(async () => {
  speechServer = await startScriptedServer(() => ({
    language: "english",
    segments: [{ start: 0, end: 1, text: "Ask not what your country", avg_logprob: -0.2 }],
  }));
  app = await startTestApp({ LM_STT_OPENAI_URL: `${speechServer.url}/v1` });
  folder = await mkdtemp(join(tmpdir(), "lm-verbs-"));
  await writeFile(join(folder, "lecture.srt"), SRT);
  await writeFile(join(folder, "silence.wav"), makeWav(Buffer.alloc(32_000)));
  await writeFile(join(folder, "speech"), await readFile(await shortSpeech()));
  await writeFile(join(folder, "note.md"), "# Plants\n\nThe stroma is a fluid.");
  await lm("login", "verbs@example.org", "--register");
});
afterAll(async () => {
  await app?.stop();
  await speechServer?.close();
  await rm(folder, { recursive: true, force: true });
});

const lm = (...words: string[]) => runLm(folder, app.url, words);
const json = async (...words: string[]) => JSON.parse((await lm("--json", ...words)).stdout);

it("lists every kind that is there", async () => {
  expect((await lm("list")).stdout).toBe("Nothing yet.\n");
  const note = await json("upload", "note.md", "--wait");
  expect(note).toMatchObject({ status: "ready" });
  const all = (await lm("list")).stdout;
  expect(all).toMatch(/^materials:\n/);
  expect(all).toContain(note.id);
  expect((await lm("list", "recordings")).stdout).toBe("No recordings yet.\n");
  await expect(lm("list", "--limit", "many")).rejects.toMatchObject({
    stderr: expect.stringContaining("whole number"),
  });
  expect((await json("list")).materials.items[0].id).toBe(note.id);
  expect((await lm("show", note.id)).stdout).toContain("The stroma is a fluid.");

  expect((await lm("bin", "add", note.id)).stdout).toContain("1 in the bin");
  expect((await lm("list")).stdout).toBe("Nothing yet.\n");
  expect((await lm("bin")).stdout).toMatch(new RegExp(`^${note.id}  until 2\\d{3}-`));
  expect(await json("bin", "restore", note.id)).toEqual({ moved: 1 });
  await expect(lm("bin", "restore", note.id)).rejects.toMatchObject({
    stderr: expect.stringContaining("Nothing in the bin has the id"),
  });
  expect((await lm("show", note.id)).stdout).toContain("The stroma is a fluid.");

  await lm("bin", "add", note.id);
  // Nobody is there to be asked.
  await expect(lm("bin", "empty")).rejects.toMatchObject({
    stderr: expect.stringContaining("lm bin empty --yes"),
  });
  expect((await lm("bin")).stdout).toContain(note.id);
  expect(await json("bin", "empty", "--yes")).toEqual({ deleted: 1 });
  await expect(lm("show", note.id)).rejects.toMatchObject({ code: 1 });
  expect((await lm("bin", "empty")).stdout).toBe("The bin is empty.\n");
});

it("waits, and says how it went", async () => {
  const went = await lm("upload", "speech", "--title", "Speech", "--wait");
  expect(went.stdout).toContain("Recording ");
  expect(went.stdout).toContain("Ask not what your country");
  expect(await json("upload", "speech", "--wait")).toMatchObject({
    transcription_job: { status: "completed" },
    transcription: { segments: [{ text: "Ask not what your country" }] },
  });
  const silent = await lm("upload", "silence.wav", "--wait");
  expect(silent.stdout).toContain("No speech was found in this recording.");
  await writeFile(join(folder, "broken.pdf"), "%PDF-1.7\nnothing of one");
  await expect(lm("upload", "broken.pdf", "--wait")).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining("Study material "),
    stderr: expect.stringMatching(/\w/),
  });
});

it("shows and exports a transcript and a conversation", async () => {
  const { recording } = await json("upload", "silence.wav", "--captions", "lecture.srt");
  expect((await lm("show", recording.id)).stdout).toContain("0:00  The Calvin cycle");
  expect((await lm("export", recording.id)).stdout).toBe(
    "The Calvin cycle takes place in the stroma.\n",
  );
  expect((await lm("export", recording.id, "-o", "out.srt")).stdout).toContain("out.srt");
  expect(await readFile(join(folder, "out.srt"), "utf8")).toBe(SRT);
  for (const [words, said] of [
    [["-o", "out.xyz"], "cannot be written"],
    [["-o", "out.srt", "--format", "vtt"], "is named as srt"],
    [["--format", "xyz"], "There are: txt"],
  ] as const)
    await expect(lm("export", recording.id, ...words)).rejects.toMatchObject({
      stderr: expect.stringContaining(said),
    });
  const { conversation_id } = await json("ask", "Where does the Calvin cycle take place?");
  expect((await lm("export", conversation_id)).stdout).toContain("stroma");
  expect((await lm("show", conversation_id)).stdout).toContain("> Where does the Calvin cycle");
  await expect(lm("show", "nonsense")).rejects.toMatchObject({
    code: 1,
    stderr: '"nonsense" is not an id. The ids are in: lm list\n',
  });
  await expect(lm("show", "01936f3e-0000-7000-8000-000000000000")).rejects.toMatchObject({
    stderr: expect.stringContaining("Nothing of yours has the id"),
  });
});

it("cancels and tries again", async () => {
  const { recording, transcription_job } = await json("upload", "speech", "--wait");
  await expect(lm("cancel", recording.id)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("ended"),
  });
  // As a worker that was lost for good leaves it.
  await app.context.database
    .updateTable("jobs")
    .set({ status: "pending", run_at: new Date(Date.now() + 3_600_000), completed_at: null })
    .where("id", "=", transcription_job.job_id)
    .execute();
  await app.context.database
    .updateTable("transcription_jobs")
    .set({ status: "pending", completed_at: null })
    .where("id", "=", transcription_job.id)
    .execute();
  expect((await lm("cancel", recording.id)).stdout).toContain(": cancelled");
  expect((await lm("retry", transcription_job.id)).stdout).toMatch(
    /: (pending|processing|completed)/,
  );
  await expect
    .poll(async () => (await json("show", transcription_job.id)).status, { timeout: 30_000 })
    .toBe("completed");
});

it("writes the sound that the file's ending says, or none", async () => {
  await writeFile(join(folder, "rivers.md"), "# Source\n\nIt springs.\n\n# Mouth\n\nIt ends.");
  await lm("speak", "The Calvin cycle.", "-o", "calvin.ogg");
  expect((await readFile(join(folder, "calvin.ogg"))).subarray(0, 4).toString()).toBe("OggS");
  await lm("speak", "The Calvin cycle.", "-o", "calvin", "--format", "wav");
  expect((await readFile(join(folder, "calvin"))).subarray(0, 4).toString()).toBe("RIFF");
  await lm("upload", join(folder, "rivers.md"), "--subject", "Rivers", "--wait");
  await lm("speak", "--subject", "Rivers", "-o", "rivers.mp3");
  const book = (await readFile(join(folder, "rivers.mp3"))).toString("latin1");
  // The document, and its two headings.
  expect(book.match(/CHAP/g)).toHaveLength(3);
  for (const [words, said] of [
    [["--subject", "Rivers"], "Give a text"],
    [["-o", "calvin.flac"], "cannot be written"],
    [["-o", "calvin.ogg", "--format", "mp3"], "is named as ogg"],
    [["--speed", "abc"], "It is a number"],
    [["--speed", "9"], "speed"],
  ] as const)
    await expect(lm("speak", "Hello", ...words)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(said),
    });
});
