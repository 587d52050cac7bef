/**
 * Any S3-compatible server. Requests are signed by aws4fetch (MIT, no dependencies); the few operations needed are
 * written here. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { Failure, fail } from "#server/failures.ts";
import type { Storage } from "./contract.ts";
import { ownErrors } from "./own-errors.ts";
import { createGrowing } from "./s3-growing.ts";
import { createRequests, pathOf, type Bucket } from "./s3-requests.ts";
import { writeObject } from "./s3-write.ts";

export interface S3Options extends Bucket {
  /** For what needs a path: decoding. */
  temporaryFolder: string;
}

export function createS3Storage(options: S3Options): Storage {
  const requests = createRequests(options);
  const { send, list, remove } = requests;

  async function read(key: string, range?: { start: number; end: number }) {
    const headers: Record<string, string> = range
      ? { range: `bytes=${range.start}-${range.end}` }
      : {};
    const answer = await send(pathOf(key), { headers }, [404]);
    if (answer.status === 404) fail("not-found");
    return ownErrors(Readable.fromWeb(answer.body! as ReadableStream));
  }

  async function size(key: string) {
    const answer = await send(pathOf(key), { method: "HEAD" }, [404]);
    return answer.status === 404 ? undefined : Number(answer.headers.get("content-length"));
  }

  return {
    name: "s3",
    ...createGrowing(requests, { read, size }),
    write(key, content, given) {
      ownErrors(content);
      return writeObject(requests, key, content, given);
    },
    read,
    size,
    delete: remove,

    async deleteUnder(prefix) {
      if (!prefix.endsWith("/")) throw new Error(`not a prefix: ${prefix}`);
      for await (const { key } of list(prefix)) await remove(key);
    },

    async withLocalFile(key, use) {
      const path = join(options.temporaryFolder, randomUUID());
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      try {
        const content = await read(key).catch((cause: unknown) => {
          if (cause instanceof Failure && cause.code === "not-found") fail("file-gone", { cause });
          throw cause;
        });
        await pipeline(content, createWriteStream(path, { mode: 0o600 }));
        return await use(path);
      } finally {
        await rm(path, { force: true });
      }
    },

    async *list(prefix) {
      for await (const item of list(prefix)) if (!item.key.startsWith(".")) yield item;
    },

    async *listGrowing() {
      const newest = new Map<string, Date>();
      for await (const { key, modifiedAt } of list(".growing/")) {
        const name = key.split("/")[1]!;
        if (modifiedAt > (newest.get(name) ?? new Date(0))) newest.set(name, modifiedAt);
      }
      for (const [name, modifiedAt] of newest) yield { name, modifiedAt };
    },

    async check() {
      await send("?list-type=2&max-keys=1");
    },
  };
}
