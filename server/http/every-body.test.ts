/**
 * Every operation of the OpenAPI document that takes a body gets one that is cut off, empty, too long, or without an
 * end.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { readOperations, type Operation } from "#tests/support/openapi-requests.ts";
import { rawRequest } from "#tests/support/raw-request.ts";

const MiB = 1024 * 1024;
const LIMIT = 2 * MiB;
/** Ours for JSON is 8 MiB; captions and files end sooner here. */
const ENDLESS_CHUNKS = 9;

let app: TestApp;
let student: Student;
let operations: Operation[];
beforeAll(async () => {
  app = await startTestApp({
    LM_WORKER: "off",
    LM_LOG_LEVEL: "silent",
    LM_MAX_AUDIO_BYTES: String(LIMIT),
    LM_MAX_DOCUMENT_BYTES: String(LIMIT),
  });
  student = await app.register();
  operations = (await readOperations(app.url)).filter(
    ({ bodies }) => Object.keys(bodies).length > 0,
  );
});
afterAll(() => app.stop());

/** What ends the student's own session is asked by another one. */
const ENDS =
  /^(DELETE \/account|DELETE \/auth|POST \/auth\/(logout|password|email)|POST \/account)/;

const IDS = "018f3c1e-7b3a-7000-8000-000000000000";
const BEGINNINGS: Record<string, string> = {
  "application/json": '{"title":"Half of',
  "multipart/form-data":
    '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello',
};
const typed = (type: string) =>
  type === "multipart/form-data" ? "multipart/form-data; boundary=b" : type;
const chunk = (bytes: Buffer) =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);

async function send(
  { name, method, path }: Operation,
  type: string,
  body: Iterable<string | Buffer>,
  headers: Record<string, string>,
  after: "wait" | "half-close" | "reset" = "wait",
) {
  const who = ENDS.test(name) ? await app.register() : student;
  return rawRequest(app.url, {
    method,
    path: `/api${path.replace(/\{[^}]+\}/g, IDS)}`,
    headers: { authorization: `Bearer ${who.token}`, "content-type": typed(type), ...headers },
    body,
    after,
  });
}

/** Whatever is wrong with a body, it is the sender's: no 5xx, and the server goes on. */
async function answersAll(
  make: (operation: Operation, type: string) => ReturnType<typeof send>,
  least = 200,
) {
  const wrong: string[] = [];
  for (const operation of operations)
    for (const type of Object.keys(operation.bodies)) {
      const { status } = await make(operation, type);
      if (status >= 500 || (status !== 0 && status < least))
        wrong.push(`${operation.name} ${type}: ${status}`);
    }
  expect(wrong).toEqual([]);
  expect((await student.get("/auth/me")).status).toBe(200);
}

test("there are such operations, also those that take files", () => {
  expect(operations.length).toBeGreaterThan(50);
  const types = new Set(operations.flatMap(({ bodies }) => Object.keys(bodies)));
  expect([...types]).toContain("multipart/form-data");
});

test("empty", async () => {
  await answersAll((operation, type) => send(operation, type, [""], { "content-length": "0" }));
}, 120_000);

test("cut off: the length is kept, the content is not", async () => {
  await answersAll((operation, type) => {
    const half = BEGINNINGS[type] ?? "WEBVTT\n\n00:00:0";
    return send(operation, type, [half], { "content-length": String(Buffer.byteLength(half)) });
  });
}, 120_000);

test("cut off: the line breaks", async () => {
  await answersAll(async (operation, type) => {
    const half = BEGINNINGS[type] ?? "WEBVTT\n\n00:00:0";
    const longer = { "content-length": String(Buffer.byteLength(half) + 100) };
    await send(operation, type, [half], longer, "reset");
    return send(operation, type, [half], longer, "half-close");
  }, 0);
}, 240_000);

test("longer than is allowed, without a length, and to a sender that only writes", async () => {
  function* endless(type: string) {
    yield chunk(Buffer.from(BEGINNINGS[type] ?? "WEBVTT\n\n"));
    const more = chunk(Buffer.alloc(MiB, "a"));
    for (let sent = 0; sent < ENDLESS_CHUNKS; sent += 1) yield more;
  }
  await answersAll(
    (operation, type) =>
      send(operation, type, endless(type), { "transfer-encoding": "chunked" }, "half-close"),
    400,
  );
}, 240_000);
