/** Answers whose server died while it wrote them are ended by a sweep, though nobody opens the conversation. */
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startTestApp, startTestServer, type TestApp } from "#tests/support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ LM_WORKER: "off" });
});
afterAll(() => app.stop());

test("a worker that starts ends what has been streaming for too long, and nothing else", async () => {
  const student = await app.register();
  const { body: conversation } = await student.post("/conversations", { title: "c" });
  const asked = await student.post(`/conversations/${conversation.id}/messages`, {
    content: "What is light?",
  });
  expect(asked.status).toBe(200);
  const { database } = app.context;
  const answer = (age: string) =>
    sql<{ id: string }>`
      insert into messages (user_id, conversation_id, reply_to, role, content, status, created_at)
      select user_id, conversation_id, reply_to, role, 'half', 'streaming', now() - ${age}::interval
      from messages where id = ${asked.body.id} returning id`.execute(database);
  const lost = (await answer("2 hours")).rows[0]!.id;
  const young = (await answer("1 second")).rows[0]!.id;
  const statusOf = async (id: string) =>
    (
      await sql<{ status: string; error_message: string | null }>`
        select status, error_message from messages where id = ${id}`.execute(database)
    ).rows[0]!;
  const worker = await startTestServer({ folder: app.folder, databaseUrl: app.databaseUrl });
  try {
    await vi.waitUntil(async () => (await statusOf(lost)).status === "failed", { timeout: 60_000 });
    expect((await statusOf(lost)).error_message).toContain("Please try again");
    expect((await statusOf(young)).status).toBe("streaming");
  } finally {
    await worker.stop();
  }
});
