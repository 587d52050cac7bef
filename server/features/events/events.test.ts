import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";

let app: TestApp;
let student: Student;
beforeAll(async () => {
  app = await startTestApp({ LM_WORKER: "off" });
  student = await app.register();
});
afterAll(() => app.stop());

/** Events as they come; `next` waits for one that fits. */
async function listen(who: Student) {
  const abort = new AbortController();
  const answer = await who.request("/events", { signal: abort.signal });
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async next(wanted: RegExp) {
      for (;;) {
        const end = text.indexOf("\n\n");
        if (end >= 0) {
          const event = text.slice(0, end);
          text = text.slice(end + 2);
          if (wanted.test(event)) return event;
          continue;
        }
        const { value, done } = await reader.read();
        if (done) throw new Error("the stream ended");
        text += value;
      }
    },
    close: () => abort.abort(),
  };
}

const note = (who: Student) => who.post("/study-materials", { title: "Note", content: "Cells." });

it("tells a student their own changes, and nobody else's", async () => {
  const other = await app.register();
  const events = await listen(student);
  await events.next(/event: ready/);
  const theirs = await note(other);
  const mine = await note(student);
  const event = await events.next(/event: changed[^]*study_material/);
  expect(event).toContain(mine.body.id ?? mine.body.material?.id);
  expect(event).not.toContain(theirs.body.id ?? theirs.body.material?.id);
  events.close();
});

it("goes on after the connection to the database was lost, and says that something may have been missed", async () => {
  const events = await listen(student);
  await events.next(/event: ready/);
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query ilike 'listen %'`.execute(app.context.database);
  await events.next(/event: ready/);
  await note(student);
  await events.next(/event: changed[^]*study_material/);
  events.close();
});

it("health says that no worker is running", async () => {
  const answer = await student.get("/health");
  expect(answer.status).toBe(503);
  expect(answer.body.parts.worker).toMatchObject({ status: "down" });
  expect(answer.body.parts.worker.detail).toContain("No worker is running");
});
