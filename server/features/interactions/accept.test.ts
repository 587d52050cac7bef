/** Which answer a question gets is decided by `Accept`, as the OpenAPI document says. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";

let app: TestApp;
let student: Student;
beforeAll(async () => {
  app = await startTestApp();
  student = await app.register();
});
afterAll(() => app?.stop());

it.each([
  [undefined, "application/json"],
  ["*/*", "application/json"],
  ["application/json", "application/json"],
  ["text/html, */*;q=0.8", "application/json"],
  ["text/event-stream", "text/event-stream"],
  ["application/json;q=0.5, text/event-stream", "text/event-stream"],
])("Accept: %s is answered with %s", async (accept, expected) => {
  const { body: conversation } = await student.post("/conversations", {});
  const answer = await student.request(`/conversations/${conversation.id}/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(accept ? { accept } : {}) },
    body: JSON.stringify({ content: "What is a moraine?" }),
  });
  expect(answer.headers.get("content-type")).toContain(expected);
  await answer.text();
  const { paths } = (await (await fetch(`${app.url}/api/openapi.json`)).json()) as {
    paths: Record<string, { post: { responses: Record<string, { content: object }> } }>;
  };
  const documented =
    paths["/conversations/{id}/messages"] ?? paths["/api/conversations/{id}/messages"];
  expect(Object.keys(documented!.post.responses[String(answer.status)]!.content)).toContain(
    expected,
  );
});
