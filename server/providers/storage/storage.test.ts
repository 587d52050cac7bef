/** One suite for every adapter: local disk, and a real S3-compatible server over loopback. */
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startS3Server, type S3Server } from "#tests/support/s3-server.ts";
import type { Storage } from "./contract.ts";
import { createDiskStorage } from "./disk.ts";
import { createS3Storage } from "./s3.ts";

let folder: string;
let server: S3Server;
const storages: Record<string, Storage> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lm-storage-"));
  server = await startS3Server();
  storages["disk"] = createDiskStorage(join(folder, "disk"));
  storages["s3"] = createS3Storage({
    endpoint: server.url,
    region: "us-east-1",
    bucket: "lectures",
    accessKeyId: "S3RVER",
    secretAccessKey: "S3RVER",
    temporaryFolder: join(folder, "temporary"),
  });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest();
const streamOf = (bytes: Buffer) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / 60_000) }, (_, n) =>
      bytes.subarray(n * 60_000, (n + 1) * 60_000),
    ),
  );
const broken = (bytes: Buffer) =>
  Readable.from(
    (async function* () {
      yield bytes;
      throw new Error("cut off");
    })(),
  );

describe.each(["disk", "s3"])("%s", (name) => {
  const storage = () => storages[name]!;

  it.each([10, 20 * 1024 * 1024])("keeps %i bytes, gives ranges, deletes", async (size) => {
    const key = `user/recordings/${size}`;
    const bytes = randomBytes(size);
    const stored = await storage().write(key, streamOf(bytes));
    expect(stored).toEqual({ sizeBytes: size, sha256: sha256(bytes) });
    expect(await storage().size(key)).toBe(size);
    expect((await buffer(await storage().read(key))).equals(bytes)).toBe(true);
    expect(await buffer(await storage().read(key, { start: 3, end: 7 }))).toEqual(
      bytes.subarray(3, 8),
    );
    const local = await storage().withLocalFile(key, (path) => readFile(path));
    expect(local.equals(bytes)).toBe(true);
    const listed = [];
    for await (const item of storage().list("user/recordings/")) listed.push(item);
    expect(listed.find((item) => item.key === key)?.sizeBytes).toBe(size);
    await storage().delete(key);
    await storage().delete(key);
    expect(await storage().size(key)).toBeUndefined();
    await expect(storage().read(key)).rejects.toMatchObject({ code: "not-found" });
  });

  it("leaves nothing of a file that is too large or breaks off", async () => {
    const key = "user/recordings/half";
    const large = streamOf(randomBytes(9 * 1024 * 1024));
    await expect(storage().write(key, large, { maxBytes: 1_000_000 })).rejects.toMatchObject({
      code: "file-too-large",
    });
    await expect(storage().write(key, broken(randomBytes(100)))).rejects.toThrow("cut off");
    expect(await storage().size(key)).toBeUndefined();
  });

  it("meets the error of a stream that breaks before it is read", async () => {
    for (const keep of [
      (content: Readable) => storage().write("user/recordings/early", content),
      (content: Readable) =>
        storage().append(`early-${name}`, 0, content, { onDurable: async () => {}, whole: true }),
    ]) {
      const content = new Readable({ read() {} });
      const kept = keep(content);
      content.destroy(new Error("cut off"));
      await expect(kept).rejects.toThrow("cut off");
    }
    expect(await storage().size("user/recordings/early")).toBeUndefined();
    await storage().write("user/recordings/late", streamOf(randomBytes(10)));
    const content = await storage().read("user/recordings/late");
    content.destroy(new Error("cut off"));
    await new Promise((resolve) => content.once("close", resolve));
    await expect(buffer(content)).rejects.toThrow("cut off");
    await storage().delete("user/recordings/late");
  });

  // Objects of S3 have no folder.
  it.runIf(name === "disk")("keeps a file whose folder went while it came in", async () => {
    const storage = storages[name]!;
    const content = Readable.from(
      (async function* () {
        yield Buffer.from("first ");
        await storage.deleteUnder("gone/");
        await rm(join(folder, "disk", "gone"), { recursive: true, force: true });
        yield Buffer.from("second");
      })(),
    );
    await storage.write("gone/recordings/a", content);
    await storage.withLocalFile("gone/recordings/a", async (path) =>
      expect(await readFile(path, "utf8")).toBe("first second"),
    );
  });

  it("grows a file by pieces, keeps what came before a break, and completes it once", async () => {
    const bytes = randomBytes(10 * 1024 * 1024);
    const growing = `growing-${name}`;
    let durable = 0;
    const onDurable = async (offset: number) => void (durable = offset);
    await storage().append(growing, 0, streamOf(bytes.subarray(0, 9_000_000)), { onDurable });
    expect(durable).toBe(9_000_000);
    const middle = bytes.subarray(9_000_000, 9_500_000);
    await expect(storage().append(growing, durable, broken(middle), { onDurable })).rejects.toThrow(
      "cut off",
    );
    expect(durable).toBe(9_500_000);
    // Refused at the end: nothing of it counts, and it is written over.
    await expect(
      storage().append(growing, durable, streamOf(randomBytes(200)), {
        whole: true,
        onDurable: async () => {
          throw new Error("another hash");
        },
      }),
    ).rejects.toThrow("another hash");
    await storage().append(growing, durable, streamOf(bytes.subarray(durable)), { onDurable });
    const key = `user/recordings/grown-${name}`;
    const wanted = { sizeBytes: bytes.length, sha256: sha256(bytes) };
    expect(await storage().complete(growing, bytes.length, key)).toEqual(wanted);
    expect(await storage().complete(growing, bytes.length, key)).toEqual(wanted);
    expect(sha256(await buffer(await storage().read(key)))).toEqual(sha256(bytes));
    await storage().drop(growing);
  });

  it("says whether it works", async () => {
    await storage().check();
  });

  it("takes a file while everything under its prefix is deleted: whole, or not there", async () => {
    const owner = `owner-${randomBytes(4).toString("hex")}`;
    let going = true;
    const deleting = (async () => {
      while (going) await storages[name]!.deleteUnder(`${owner}/`);
    })();
    const bytes = randomBytes(1000);
    for (let n = 0; n < (name === "disk" ? 200 : 50); n++) {
      const stored = await storages[name]!.write(`${owner}/recordings/${n}`, streamOf(bytes));
      expect(stored.sizeBytes).toBe(bytes.length);
    }
    going = false;
    await deleting;
  });

  it("gives what has arrived of a growing file, while more comes", async () => {
    const storage = storages[name]!;
    const [first, second] = [randomBytes(150_000), randomBytes(70_000)];
    const growing = `upload-${randomBytes(4).toString("hex")}`;
    const onDurable = async () => {};
    await storage.append(growing, 0, streamOf(first), { onDurable });
    await storage.append(growing, first.length, streamOf(second), { onDurable });
    const whole = Buffer.concat([first, second]);
    for (const size of [1, 100_000, first.length, first.length + 5, whole.length]) {
      const read = await buffer(await storage.readGrowing(growing, size));
      expect(read.equals(whole.subarray(0, size)), String(size)).toBe(true);
    }
    for (const [missing, size] of [
      ["nobody", 1],
      [growing, whole.length + 1],
    ] as const)
      await expect(
        storage.readGrowing(missing, size).then((content) => buffer(content)),
      ).rejects.toMatchObject({ code: "not-found" });
    await storage.drop(growing);
  });
});

// A small file system of its own needs the right to mount one.
it.runIf(process.platform === "linux" && process.getuid?.() === 0)(
  "a full disk is said as such, and nothing half-written stays",
  async () => {
    const small = await mkdtemp(join(tmpdir(), "lm-small-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", small]);
    try {
      const storage = createDiskStorage(small);
      const full = { code: "storage-full" };
      const large = randomBytes(6 * 1024 * 1024);
      await expect(storage.write("user/recordings/large", streamOf(large))).rejects.toMatchObject(
        full,
      );
      expect(await storage.size("user/recordings/large")).toBeUndefined();
      let durable = 0;
      const onDurable = async (offset: number) => void (durable = offset);
      await expect(
        storage.append("large", 0, streamOf(large), { onDurable, whole: true }),
      ).rejects.toMatchObject(full);
      expect(durable).toBe(0);
      await storage.drop("large");
      await storage.write("user/recordings/fits", streamOf(randomBytes(1024 * 1024)));
    } finally {
      execFileSync("umount", [small]);
      await rm(small, { recursive: true });
    }
  },
);
