/**
 * Copies that drifted apart once, and cannot unseen again: events and who shows them, limits and what enforces them.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CHANGED_KINDS } from "#server/changes.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { SHOWN_BY } from "../../web/api/shown-by.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
let app: TestApp;
let student: Student;
beforeAll(async () => {
  app = await startTestApp({ LM_WORKER: "off" });
  student = await app.register();
});
afterAll(() => app.stop());

function count(pattern: string, ...folders: string[]) {
  try {
    return execFileSync("grep", ["-rEl", pattern, ...folders], { cwd: ROOT, encoding: "utf8" })
      .split("\n")
      .filter((file) => /\.tsx?$/.test(file) && !file.includes(".test.")).length;
  } catch {
    return 0;
  }
}

it.each(CHANGED_KINDS)("an event of the kind %s is sent by somebody", (kind) => {
  expect(count(`"${kind}"`, "server/features", "server/worker")).toBeGreaterThan(0);
});

it.each(Object.entries(SHOWN_BY))("what shows %s is a query of the page", (_kind, keys) => {
  for (const key of keys) expect(count(`queryKey: \\["${key}"`, "web"), key).toBeGreaterThan(0);
});

it("announces the lengths that it enforces", async () => {
  const { body: limits } = await student.get("/limits");
  const note = (title: string, subject: string) =>
    student.post("/study-materials", { title, content: "Text.", subject });
  const [title, subject] = ["t".repeat(limits.title_length), "s".repeat(limits.subject_length)];
  expect((await note(title, subject)).status).toBe(201);
  expect((await note(`${title}t`, subject)).status).toBe(422);
  expect((await note(title, `${subject}s`)).status).toBe(422);
  const { body: conversation } = await student.post("/conversations", { title, subject });
  const ask = (content: string) =>
    student.post(`/conversations/${conversation.id}/messages`, { content });
  expect((await ask("?".repeat(limits.message_length))).status).toBe(200);
  expect((await ask("?".repeat(limits.message_length + 1))).status).toBe(422);
});

it("describes in docs/formats.md all that GET /api/limits lists", async () => {
  const { body: limits } = await student.get("/limits");
  const text = readFileSync(`${ROOT}docs/formats.md`, "utf8").toLowerCase();
  const words = new Set(text.match(/[a-z0-9]+/g));
  const listed = [
    ...limits.documents.flatMap(({ extensions }: { extensions: string[] }) => extensions),
    ...limits.recording_formats,
    ...limits.caption_formats.map((name: string) => name.toLowerCase()),
  ];
  expect(listed.length).toBeGreaterThan(60);
  expect(listed.filter((name: string) => !words.has(name))).toEqual([]);
});

it.each(["??", "e", "english please", "en_US", "-en"])(
  "%s is no language anywhere",
  async (language) => {
    const { body: recording } = await student.get("/recordings");
    expect(recording.items).toEqual([]);
    const refused = await Promise.all([
      student.post("/study-materials", { title: "T", content: "Text.", language }),
      student.post("/tts", { text: "Text.", language }),
      student.upload(
        "/study-materials",
        { blob: new Blob(["Text."]), name: "a.txt" },
        { language },
      ),
      student.upload("/recordings", { blob: new Blob(["Text."]), name: "a.mp3" }, { language }),
      student.post(`/recordings/${student.id}/transcribe`, { language }),
    ]);
    for (const { status, body } of refused)
      expect([status, body.errors?.[0]?.field]).toEqual([422, "language"]);
  },
);
