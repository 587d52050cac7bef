/** Two tabs on one thing: whoever names an older state is refused, and nothing is written. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";

let app: TestApp;
let student: Student;
let note: { id: string; updated_at: string };
beforeAll(async () => {
  app = await startTestApp({ LM_WORKER: "off" });
  student = await app.register();
  note = (await student.post("/study-materials", { title: "Cells", content: "Cells divide." }))
    .body;
});
afterAll(() => app.stop());

interface Thing {
  path: string;
  field: string;
  /** Of a field that is more than a text. */
  wrap?: (text: string) => unknown;
  unwrap?: (value: any) => string;
}

const THINGS: Record<string, () => Promise<Thing>> = {
  "a note": () => Promise.resolve({ path: `/study-materials/${note.id}`, field: "content" }),
  chapters: async () => {
    const { body } = await student.upload(
      "/recordings",
      { blob: new Blob([Uint8Array.from(makeWav(Buffer.alloc(16_000)))]), name: "a.wav" },
      { transcribe: "false" },
    );
    return {
      path: `/recordings/${body.recording.id}/chapters`,
      field: "items",
      wrap: (title) => [{ title, start_seconds: 0 }],
      unwrap: ([only]) => only.title,
    };
  },
  "a mark": async () => {
    const { body } = await student.post("/marks", {
      source: { kind: "study_material", id: note.id },
      note: "One",
      start_offset: 0,
      end_offset: 5,
    });
    return { path: `/marks/${body.id}`, field: "note" };
  },
  "a card": async () => {
    const { body } = await student.post("/cards", { kind: "basic", front: "One", back: "1" });
    return { path: `/cards/${body.id}`, field: "front" };
  },
};

it.each(Object.entries(THINGS))("%s", async (_name, make) => {
  const { path, field, wrap = (text) => text, unwrap = (value) => value } = await make();
  const change = async (text: string, state?: string) =>
    student.request(path, {
      method: "PATCH",
      headers: {
        "content-type": "application/json",
        ...(state !== undefined && { "if-match": `"${state}"` }),
      },
      body: JSON.stringify({ [field]: wrap(text) }),
    });
  const read = async () => (await student.get(path)).body;
  const first = (await read()).updated_at;

  // Of two that saw the same, one comes first.
  const both = await Promise.all([change("Mine", first), change("Theirs", first)]);
  expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
  const refused = await both.find(({ status }) => status === 412)!.json();
  expect(refused).toMatchObject({ code: "changed-meanwhile" });
  const won = both[0]!.status === 200 ? "Mine" : "Theirs";
  const now = await read();
  expect(unwrap(now[field])).toBe(won);

  expect((await change("Late", first)).status).toBe(412);
  expect(unwrap((await read())[field])).toBe(won);
  expect((await change("After a look", now.updated_at)).status).toBe(200);
  expect((await change("Without a condition")).status).toBe(200);
  expect(unwrap((await read())[field])).toBe("Without a condition");
});
