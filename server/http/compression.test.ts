/** What goes over the wire: the page's files compressed at build, JSON on the way, nothing else. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";

let app: TestApp;
let student: Student;
beforeAll(async () => {
  app = await startTestApp();
  student = await app.register();
});
afterAll(() => app?.stop());

const encodings = async (path: string, accepted: string) => {
  const answer = await student.request(path, { headers: { "accept-encoding": accepted } });
  return { encoding: answer.headers.get("content-encoding"), text: await answer.text() };
};

it("long JSON is compressed where the caller takes it, and is the same", async () => {
  const made = await student.post("/study-materials", {
    title: "Long",
    content: "The stroma is a fluid. ".repeat(500),
  });
  const path = `/study-materials/${made.body.id}`;
  const packed = await encodings(path, "gzip");
  const plain = await encodings(path, "identity");
  expect(packed.encoding).toBe("gzip");
  expect(plain.encoding).toBeNull();
  expect(JSON.parse(packed.text)).toEqual(JSON.parse(plain.text));
  expect((await encodings("/auth/me", "gzip")).encoding).toBeNull();
  expect((await encodings("/recordings", "gzip")).encoding).toBeNull();
});

it("the page's files come as the build has compressed them", async () => {
  const html = await (await fetch(app.url)).text();
  // The entry itself is a few lines, which are sent as they are.
  const script = /(\/assets\/frame-[^"]+\.js)"/.exec(html)![1]!;
  for (const [accepted, encoding] of [
    ["br, gzip", "br"],
    ["gzip", "gzip"],
    ["identity", null],
  ] as const) {
    const answer = await fetch(`${app.url}${script}`, { headers: { "accept-encoding": accepted } });
    expect(answer.headers.get("content-encoding")).toBe(encoding);
    expect(answer.headers.get("content-type")).toMatch(/^text\/javascript/);
    expect((await answer.text()).length).toBeGreaterThan(10_000);
  }
});
