/**
 * Bodies as they come over bad lines and from careless or hostile senders: each gets an answer, and the server goes on.
 */
import { execFileSync } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { rawRequest } from "#tests/support/raw-request.ts";

const MiB = 1024 * 1024;
const LIMIT = 3 * MiB;

let app: TestApp;
let student: Student;
beforeAll(async () => {
  app = await startTestApp({
    LM_WORKER: "off",
    LM_MAX_AUDIO_BYTES: String(LIMIT),
    LM_MAX_DOCUMENT_BYTES: String(LIMIT),
  });
  student = await app.register();
});
afterAll(() => app.stop());

const MULTIPART = ["/api/study-materials", "/api/recordings"];
const partHead = (name: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"; filename="a.txt"\r\n\r\n`;
const END = "\r\n--b--\r\n";

function send(
  path: string,
  body: Iterable<string | Buffer>,
  options: {
    headers?: Record<string, string>;
    after?: "wait" | "half-close" | "reset";
    type?: string;
  } = {},
) {
  return rawRequest(app.url, {
    method: "POST",
    path,
    headers: {
      authorization: `Bearer ${student.token}`,
      "content-type": options.type ?? "multipart/form-data; boundary=b",
      ...options.headers,
    },
    body,
    after: options.after ?? "wait",
  });
}

const whole = (body: string) => ({ "content-length": String(Buffer.byteLength(body)) });
const chunked = { "transfer-encoding": "chunked" };
const chunk = (bytes: Buffer) =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);

test.each(MULTIPART)("%s: a body that is cut off is told, and ends nothing", async (path) => {
  for (const cut of [
    `${partHead("file")}hello`,
    `${partHead("x")}hello`,
    partHead("file"),
    `--b\r\nContent-Disposition: form-data; name="ti`,
    `--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nhalf a ti`,
    "--b",
    "nothing of the kind",
    "",
  ]) {
    const answer = await send(path, [cut], { headers: whole(cut) });
    expect([cut, answer.status]).toEqual([cut, 400]);
    expect(JSON.parse(answer.body)).toMatchObject({ code: "malformed-request" });
    // The line breaks: nobody is there to hear the answer.
    const longer = { "content-length": String(Buffer.byteLength(cut) + 100) };
    await send(path, [cut], { headers: longer, after: "reset" });
    await send(path, [cut], { headers: longer, after: "half-close" });
  }
  expect((await student.get("/auth/me")).status).toBe(200);
});

test.each(MULTIPART)("%s: a body without a boundary is told", async (path) => {
  const answer = await send(path, ["x"], { headers: whole("x"), type: "multipart/form-data" });
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body).detail).toMatch(/boundary/);
});

test.each(MULTIPART)("%s: one byte too many is 413, with and without a length", async (path) => {
  const content = Buffer.alloc(LIMIT + 1, "a");
  const body = Buffer.concat([Buffer.from(partHead("file")), content, Buffer.from(END)]);
  const told = await send(path, [body], { headers: { "content-length": String(body.length) } });
  expect([told.status, JSON.parse(told.body).code]).toEqual([413, "file-too-large"]);
  const untold = await send(path, [chunk(body), "0\r\n\r\n"], { headers: chunked });
  expect([untold.status, JSON.parse(untold.body).code]).toEqual([413, "file-too-large"]);
  // Announced far above the limit: told at once, though the sender writes all of it before it listens.
  const far = Array.from({ length: 20 }, () => Buffer.alloc(MiB, "a"));
  const early = await send(path, [partHead("file"), ...far], {
    headers: { "content-length": String(Buffer.byteLength(partHead("file")) + 20 * MiB) },
  });
  expect([early.status, JSON.parse(early.body).code]).toEqual([413, "file-too-large"]);
});

test.each(MULTIPART)("%s: a body without an end is ended", async (path) => {
  function* endless(head: string, line: string) {
    yield chunk(Buffer.from(head));
    const more = chunk(Buffer.from(line.repeat(Math.ceil(MiB / line.length))));
    for (;;) yield more;
  }
  for (const [head, line] of [
    [partHead("file"), "a"],
    [`${partHead("file")}small${END}`, "epilogue\r\n"],
    ["", "preamble\r\n"],
    ["--b\r\n", "X-Header: a\r\n"],
    ["", `--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n`],
    ["", `${partHead("x")}b\r\n`],
  ] as const) {
    const answer = await send(path, endless(head, line), { headers: chunked });
    // The connection may be gone before the answer is read: the sender never stops to read it.
    expect([0, 400, 413, 422]).toContain(answer.status);
  }
  expect((await student.get("/auth/me")).status).toBe(200);
});

test("without a login the answer comes before the body, to senders that do not wait as well", async () => {
  const body = Buffer.alloc(8 * MiB, "a");
  for (const path of MULTIPART) {
    const answer = await rawRequest(app.url, {
      method: "POST",
      path,
      headers: {
        "content-type": "multipart/form-data; boundary=b",
        "content-length": String(body.length),
      },
      body: [body],
    });
    expect([path, answer.status]).toEqual([path, 401]);
  }
});

// A small file system of its own needs the right to mount one.
test.runIf(process.platform === "linux" && process.getuid?.() === 0)(
  "a full disk is 507 through every door, and nothing half-written stays",
  async () => {
    const small = await startTestApp({ LM_WORKER: "off" });
    const files = join(small.folder, "files");
    await mkdir(files, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", files]);
    try {
      const who = await small.register();
      const content = Buffer.alloc(16 * MiB, "a");
      const headers = { authorization: `Bearer ${who.token}` };
      for (const path of MULTIPART) {
        const body = Buffer.concat([Buffer.from(partHead("file")), content, Buffer.from(END)]);
        const answer = await rawRequest(small.url, {
          method: "POST",
          path,
          headers: {
            ...headers,
            "content-type": "multipart/form-data; boundary=b",
            "content-length": String(body.length),
          },
          body: [body],
        });
        expect([path, answer.status, JSON.parse(answer.body).code]).toEqual([
          path,
          507,
          "storage-full",
        ]);
      }
      const tus = { ...headers, "tus-resumable": "1.0.0" };
      const created = await who.request("/uploads", {
        method: "POST",
        headers: { ...tus, "upload-length": String(content.length) },
      });
      const answer = await rawRequest(small.url, {
        method: "PATCH",
        path: new URL(created.headers.get("location")!, `${small.url}/api/uploads`).pathname,
        headers: {
          ...tus,
          "upload-offset": "0",
          "content-type": "application/offset+octet-stream",
          "content-length": String(content.length),
        },
        body: [content],
      });
      expect([answer.status, JSON.parse(answer.body).code]).toEqual([507, "storage-full"]);
      const left = await readdir(files, { recursive: true, withFileTypes: true });
      expect(
        left.filter((entry) => entry.isFile() && !entry.parentPath.endsWith(".growing")),
      ).toEqual([]);
    } finally {
      execFileSync("umount", ["-l", files]);
      await small.stop();
    }
  },
);
