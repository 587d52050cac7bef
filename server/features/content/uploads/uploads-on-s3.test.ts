/** The product on an S3-compatible server: a resumable upload, its sound with ranges, its waveform, its deletion. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "s3rver";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type TestApp } from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";

let app: TestApp;
let folder: string;
let server: S3rver;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lm-s3-"));
  server = new S3rver({
    port: 0,
    address: "127.0.0.1",
    silent: true,
    directory: folder,
    configureBuckets: [{ name: "lectures", configs: [] }],
  });
  const { port } = (await server.run()) as AddressInfo;
  app = await startTestApp({
    LM_STORAGE: "s3",
    LM_S3_ENDPOINT: `http://127.0.0.1:${port}`,
    LM_S3_BUCKET: "lectures",
    LM_S3_ACCESS_KEY_ID: "S3RVER",
    LM_S3_SECRET_ACCESS_KEY: "S3RVER",
  });
});
afterAll(async () => {
  await app.stop();
  await server.close();
  await rm(folder, { recursive: true, force: true });
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
