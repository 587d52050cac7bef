import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  startTestApp,
  startTestServer,
  studentWith,
  type Student,
  type TestApp,
} from "#tests/support/app.ts";
import { makeWav } from "#tests/support/make-wav.ts";

let app: TestApp;
let student: Student;
beforeAll(async () => {
  app = await startTestApp({ LM_MAX_AUDIO_BYTES: String(3 * 1024 * 1024) });
  student = await app.register();
});
afterAll(() => app.stop());

const TUS = { "tus-resumable": "1.0.0" };

/** Noise, different each time, so that no two tests share a hash. */
const sound = (seconds = 1) => makeWav(randomBytes(16_000 * seconds));

function metadata(fields: Record<string, string>) {
  return Object.entries(fields)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`)
    .join(",");
}

async function create(who: Student, headers: Record<string, string>) {
  const answer = await who.request("/uploads", {
    method: "POST",
    headers: {
      ...TUS,
      "upload-metadata": metadata({ filename: "Lecture 1.wav", transcribe: "false" }),
      ...headers,
    },
  });
  return { answer, path: answer.headers.get("location")?.replace("/api", "") ?? "" };
}

function patch(
  who: Student,
  path: string,
  offset: number,
  body: Buffer,
  headers: Record<string, string> = {},
) {
  return who.request(path, {
    method: "PATCH",
    headers: {
      ...TUS,
      "content-type": "application/offset+octet-stream",
      "upload-offset": String(offset),
      ...headers,
    },
    body: body as never,
  });
}

const head = (who: Student, path: string) => who.request(path, { method: "HEAD", headers: TUS });
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest();

describe("a resumable upload", () => {
  it("goes on where it stopped and becomes the same recording", async () => {
    const bytes = sound();
    const { answer, path } = await create(student, { "upload-length": String(bytes.length) });
    expect(answer.status).toBe(201);
    expect((await patch(student, path, 0, bytes.subarray(0, 5000))).status).toBe(204);
    const there = await head(student, path);
    expect(there.headers.get("upload-offset")).toBe("5000");
    expect(there.headers.get("upload-length")).toBe(String(bytes.length));
    const last = await patch(student, path, 5000, bytes.subarray(5000));
    expect(last.status).toBe(204);
    const id = last.headers.get("recording-id");
    const { body } = await student.get(`/recordings/${id}`);
    expect(body).toMatchObject({
      title: "Lecture 1",
      mime_type: "audio/wav",
      size_bytes: bytes.length,
    });
    const audio = await student.request(`/recordings/${id}/audio`);
    expect(sha256(Buffer.from(await audio.arrayBuffer()))).toEqual(sha256(bytes));
  });

  it("has its waveform soon after", async () => {
    const bytes = sound(2);
    const { path } = await create(student, { "upload-length": String(bytes.length) });
    const id = (await patch(student, path, 0, bytes)).headers.get("recording-id");
    const wave = await student.until(
      `/recordings/${id}/waveform`,
      (body) => body.peaks?.length > 0,
    );
    expect(wave.duration_seconds).toBeCloseTo(2, 1);
    expect(wave.peaks).toHaveLength(20);
  });

  it("says when the same file is there already", async () => {
    const bytes = sound();
    const first = await create(student, { "upload-length": String(bytes.length) });
    const original = (await patch(student, first.path, 0, bytes)).headers.get("recording-id");
    const again = await student.upload(
      "/recordings",
      {
        blob: new Blob([bytes]),
        name: "again.wav",
      },
      { transcribe: "false" },
    );
    expect(again.body.duplicate_of).toBe(original);
    const second = await create(student, { "upload-length": String(bytes.length) });
    expect((await patch(student, second.path, 0, bytes)).headers.get("duplicate-of")).toBe(
      original,
    );
  });

  it("is refused above the limit before its body is read, and belongs to its student alone", async () => {
    const { answer } = await create(student, { "upload-length": String(4 * 1024 * 1024) });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: "file-too-large" });
    const { path } = await create(student, { "upload-length": "100" });
    const other = await app.register();
    expect((await head(other, path)).status).toBe(404);
    expect((await patch(other, path, 0, Buffer.alloc(100))).status).toBe(404);
    expect((await other.request(path, { method: "DELETE", headers: TUS })).status).toBe(404);
    expect((await head(student, path)).headers.get("upload-offset")).toBe("0");
  });

  it("can be terminated, and leaves no file", async () => {
    const { path } = await create(student, { "upload-length": "100" });
    await patch(student, path, 0, Buffer.alloc(50));
    const growing = join(app.folder, "files", ".growing");
    expect(await readdir(growing)).toContain(path.split("/").at(-1));
    expect((await student.request(path, { method: "DELETE", headers: TUS })).status).toBe(204);
    expect(await readdir(growing)).not.toContain(path.split("/").at(-1));
    expect((await head(student, path)).status).toBe(404);
  });

  it("that is no sound says so, and stays with its reason", async () => {
    const bytes = Buffer.from("This is no recording at all. ".repeat(50));
    const { path } = await create(student, { "upload-length": String(bytes.length) });
    const answer = await patch(student, path, 0, bytes);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: "audio-unreadable" });
    const { body } = await student.get(path);
    expect(body).toMatchObject({ status: "failed", error_code: "audio-unreadable" });
  });
});

describe("two senders of one upload", () => {
  /** A sender whose connection is still open and silent: a phone in a tunnel. */
  function hang(path: string, offset: number, length: number, part: Buffer) {
    const sending = request(`${app.url}/api${path}`, {
      method: "PATCH",
      headers: {
        ...TUS,
        authorization: `Bearer ${student.token}`,
        "content-type": "application/offset+octet-stream",
        "upload-offset": String(offset),
        "content-length": String(length),
      },
    });
    const ended = new Promise<number | undefined>((resolve) => {
      sending.on("response", (answer) => resolve(answer.resume().statusCode));
      sending.on("error", () => resolve(undefined));
    });
    sending.write(part);
    return { ended, end: () => sending.destroy() };
  }

  async function takeOver(second: Student) {
    const bytes = sound(2);
    const { path } = await create(student, { "upload-length": String(bytes.length) });
    expect((await patch(student, path, 0, bytes.subarray(0, 1000))).status).toBe(204);
    const hanging = hang(path, 1000, bytes.length - 1000, bytes.subarray(1000, 3000));
    // Its bytes have arrived when the file has grown.
    const file = join(app.folder, "files", ".growing", path.split("/").at(-1)!);
    await expect.poll(async () => (await readFile(file)).length).toBeGreaterThan(1000);
    const there = Number((await head(second, path)).headers.get("upload-offset"));
    const answer = await patch(second, path, there, bytes.subarray(there));
    expect(answer.status).toBe(204);
    hanging.end();
    await hanging.ended;
    const id = answer.headers.get("recording-id");
    const audio = await second.request(`/recordings/${id}/audio`);
    expect(sha256(Buffer.from(await audio.arrayBuffer()))).toEqual(sha256(bytes));
  }

  it("at one server: the older one is asked to stop, and the newer one goes on at once", () =>
    takeOver(student));

  it("at two servers: the newer one goes on, and the older one changes nothing more", async () => {
    const other = await startTestServer(app, { LM_LOG_LEVEL: "silent", LM_WORKER: "off" });
    try {
      await takeOver(studentWith(other.url, student));
    } finally {
      await other.stop();
    }
  });
});

describe("a live recording", () => {
  it("is acknowledged piece by piece with its hash, and finished with what is there", async () => {
    const bytes = sound(3);
    const { path } = await create(student, { "upload-defer-length": "1" });
    let offset = 0;
    for (const end of [20_000, 35_000, 48_044]) {
      const piece = bytes.subarray(offset, end);
      const checksum = `sha256 ${sha256(piece).toString("base64")}`;
      const answer = await patch(student, path, offset, piece, { "upload-checksum": checksum });
      expect(answer.status).toBe(204);
      expect(answer.headers.get("upload-checksum")).toBe(checksum);
      const id = path.split("/").at(-1)!;
      const durable = await readFile(join(app.folder, "files", ".growing", id));
      expect(sha256(durable)).toEqual(sha256(bytes.subarray(0, end)));
      offset = end;
    }
    const unfinished = await student.get("/uploads?status=receiving");
    expect(unfinished.body.items.map(({ id }: { id: string }) => id)).toContain(
      path.split("/").at(-1),
    );
    const { body } = await student.post(`${path}/finish`);
    expect(body).toMatchObject({ status: "completed", offset_bytes: bytes.length });
    const again = await student.post(`${path}/finish`);
    expect(again.body.recording_id).toBe(body.recording_id);
    expect((await patch(student, path, offset, Buffer.alloc(10))).status).not.toBe(204);
  });

  it("does not take a piece that was changed on its way", async () => {
    const { path } = await create(student, { "upload-defer-length": "1" });
    const checksum = `sha256 ${sha256(Buffer.from("other")).toString("base64")}`;
    const answer = await patch(student, path, 0, Buffer.from("piece"), {
      "upload-checksum": checksum,
    });
    expect(answer.status).toBe(460);
    expect((await head(student, path)).headers.get("upload-offset")).toBe("0");
  });

  it("may end with its length, as tus says", async () => {
    const bytes = sound();
    const { path } = await create(student, { "upload-defer-length": "1" });
    await patch(student, path, 0, bytes);
    const last = await patch(student, path, bytes.length, Buffer.alloc(0), {
      "upload-length": String(bytes.length),
    });
    expect(last.status).toBe(204);
    expect(last.headers.get("recording-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});
