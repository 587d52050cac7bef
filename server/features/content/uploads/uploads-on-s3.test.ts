/** The product on an S3-compatible server: a resumable upload, its sound with ranges, its waveform, its deletion. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type TestApp } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";
import { startS3Server, type S3Server } from "#tests/support/s3-server.ts";

let app: TestApp;
let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
  app = await startTestApp(server.settings);
});
afterAll(async () => {
  await app.stop();
  await server.stop();
});

it("takes a resumable upload, plays it with ranges, draws it and deletes it", async () => {
  const student = await app.register();
  const bytes = makeWav(randomBytes(48_000));
  const headers = { "tus-resumable": "1.0.0" };
  const transcribe = Buffer.from("false").toString("base64");
  const created = await student.request("/uploads", {
    method: "POST",
    headers: {
      ...headers,
      "upload-length": String(bytes.length),
      "upload-metadata": `transcribe ${transcribe}`,
    },
  });
  const path = created.headers.get("location")!.replace("/api", "");
  let id = "";
  for (const [start, end] of [
    [0, 30_000],
    [30_000, bytes.length],
  ] as const) {
    const answer = await student.request(path, {
      method: "PATCH",
      headers: {
        ...headers,
        "content-type": "application/offset+octet-stream",
        "upload-offset": String(start),
      },
      body: bytes.subarray(start, end) as never,
    });
    expect(answer.status).toBe(204);
    id = answer.headers.get("recording-id") ?? "";
  }
  const part = await student.request(`/recordings/${id}/audio`, {
    headers: { range: "bytes=29990-30009" },
  });
  expect(part.status).toBe(206);
  expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(29_990, 30_010));
  await student.until(`/recordings/${id}/waveform`, (body) => body.peaks?.length > 0);
  expect((await student.delete(`/recordings/${id}`)).status).toBe(204);
  const left = [];
  for await (const { key } of app.context.storage.list("")) left.push(key);
  expect(left).toEqual([]);
});
