/**
 * Any S3-compatible server. Requests are signed by aws4fetch (MIT, no dependencies); the few operations needed are written here.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 *
 * A growing file is a row of objects under `.growing/<name>/<offset>`: what was acknowledged is an object of its own.
 */
import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AwsClient } from "aws4fetch";
import { Failure, fail } from "#server/failures.ts";
import type { Storage } from "./contract.ts";
import { parts } from "./parts.ts";

export interface S3Options {
  /** Of the server, without the bucket. */
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** For what needs a path: decoding. */
  temporaryFolder: string;
}

/** S3 takes parts from 5 MiB; so much is held in memory for each upload. */
const PART_BYTES = 8 * 1024 * 1024;

export function createS3Storage(options: S3Options): Storage {
  const client = new AwsClient({
    accessKeyId: options.accessKeyId,
    secretAccessKey: options.secretAccessKey,
    region: options.region,
    service: "s3",
    retries: 3,
  });
  const base = `${options.endpoint.replace(/\/$/, "")}/${options.bucket}`;
  const urlOf = (key: string, query = "") =>
    `${base}/${key.split("/").map(encodeURIComponent).join("/")}${query}`;

  async function send(url: string, init: RequestInit = {}, accepted: number[] = []) {
    const answer = await client.fetch(url, init);
    if (answer.ok || accepted.includes(answer.status)) return answer;
    const text = await answer.text();
    if (answer.status === 507 || text.includes("XMinioStorageFull"))
      throw new Failure("storage-full");
    throw new Error(
      `S3 ${init.method ?? "GET"} ${url.split("?")[0]}: ${answer.status} ${text.slice(0, 300)}`,
    );
  }

  const put = (key: string, body: Buffer) =>
    send(urlOf(key), { method: "PUT", body: body as never });
  const remove = async (key: string) => {
    await send(urlOf(key), { method: "DELETE" }, [404]);
  };

  /** Small files in one request, others in parts; an interrupted one leaves nothing that can be read. */
  async function write(
    key: string,
    content: AsyncIterable<Buffer>,
    maxBytes: number,
    signal?: AbortSignal,
  ) {
    const hash = createHash("sha256");
    let sizeBytes = 0;
    let upload: string | undefined;
    const etags: string[] = [];
    try {
      for await (const { bytes, last } of parts(content, PART_BYTES)) {
        signal?.throwIfAborted();
        sizeBytes += bytes.length;
        if (sizeBytes > maxBytes) fail("file-too-large");
        hash.update(bytes);
        if (last && !upload) {
          await put(key, bytes);
          break;
        }
        upload ??= tag(
          await (await send(urlOf(key, "?uploads"), { method: "POST" })).text(),
          "UploadId",
        );
        const query = `?partNumber=${etags.length + 1}&uploadId=${encodeURIComponent(upload)}`;
        const answer = await send(urlOf(key, query), { method: "PUT", body: bytes as never });
        etags.push(answer.headers.get("etag") ?? "");
      }
      if (upload) {
        const list = etags.map(
          (etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
        );
        const answer = await send(urlOf(key, `?uploadId=${encodeURIComponent(upload)}`), {
          method: "POST",
          body: `<CompleteMultipartUpload>${list.join("")}</CompleteMultipartUpload>`,
        });
        // 200 is sent before the work is done; a failure comes in the body.
        const text = await answer.text();
        if (text.includes("<Error>")) throw new Error(`S3 complete: ${text.slice(0, 300)}`);
      }
    } catch (error) {
      if (upload)
        await send(
          urlOf(key, `?uploadId=${encodeURIComponent(upload)}`),
          { method: "DELETE" },
          [404],
        ).catch(() => {});
      throw error;
    }
    return { sizeBytes, sha256: hash.digest() };
  }

  async function read(key: string, range?: { start: number; end: number }) {
    const headers: Record<string, string> = range
      ? { range: `bytes=${range.start}-${range.end}` }
      : {};
    const answer = await send(urlOf(key), { headers }, [404]);
    if (answer.status === 404) fail("not-found");
    return Readable.fromWeb(answer.body! as never);
  }

  async function size(key: string) {
    const answer = await send(urlOf(key), { method: "HEAD" }, [404]);
    return answer.status === 404 ? undefined : Number(answer.headers.get("content-length"));
  }

  async function* list(prefix: string) {
    let next = "";
    do {
      const query = `?list-type=2&prefix=${encodeURIComponent(prefix)}${next && `&continuation-token=${encodeURIComponent(next)}`}`;
      const text = await (await send(`${base}${query}`)).text();
      for (const [, item = ""] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs))
        yield {
          key: tag(item, "Key"),
          sizeBytes: Number(tag(item, "Size")),
          modifiedAt: new Date(tag(item, "LastModified")),
        };
      next = text.includes("<IsTruncated>true") ? tag(text, "NextContinuationToken") : "";
    } while (next);
  }

  const grown = (name: string) => `.growing/${name}/`;
  const pieceKey = (name: string, offset: number) =>
    `${grown(name)}${String(offset).padStart(16, "0")}`;

  /** In order, without what a request left behind that was never acknowledged. */
  async function* readGrown(name: string, sizeBytes: number): AsyncGenerator<Buffer> {
    const pieces = new Map<number, number>();
    for await (const { key, sizeBytes: size } of list(grown(name)))
      pieces.set(Number(key.slice(grown(name).length)), size);
    for (let at = 0; at < sizeBytes;) {
      const length = pieces.get(at) ?? fail("not-found");
      yield* (await read(pieceKey(name, at))) as AsyncIterable<Buffer>;
      at += length;
    }
  }

  async function drop(name: string) {
    for await (const { key } of list(grown(name))) await remove(key);
  }

  return {
    name: "s3",
    write: (key, content, { maxBytes = Infinity, signal } = {}) =>
      write(key, content, maxBytes, signal),

    async append(name, offset, content, { onDurable, whole = false }) {
      let at = offset;
      const keep = async (bytes: Buffer) => {
        await put(pieceKey(name, at), bytes);
        at += bytes.length;
        await onDurable(at);
      };
      if (whole) {
        // Told at the end only, so it must be one object: the pieces of a recorder are small.
        const chunks: Buffer[] = [];
        for await (const chunk of content) chunks.push(chunk as Buffer);
        await keep(Buffer.concat(chunks));
        return at;
      }
      let some = false;
      for await (const { bytes } of parts(content, PART_BYTES, { keepOnError: true })) {
        if (bytes.length > 0) await keep(bytes);
        some ||= bytes.length > 0;
      }
      if (!some) await onDurable(at);
      return at;
    },

    async complete(name, sizeBytes, key) {
      if ((await size(key)) === sizeBytes) {
        const hash = createHash("sha256");
        await pipeline(await read(key), hash);
        await drop(name);
        return { sizeBytes, sha256: hash.digest() };
      }
      const stored = await write(key, readGrown(name, sizeBytes), Infinity);
      if (stored.sizeBytes !== sizeBytes) {
        await remove(key);
        throw new Error(`${key} has ${stored.sizeBytes} bytes, and ${sizeBytes} were acknowledged`);
      }
      await drop(name);
      return stored;
    },

    drop,
    read,
    size,
    delete: remove,

    async withLocalFile(key, use) {
      const path = join(options.temporaryFolder, randomUUID());
      await mkdir(dirname(path), { recursive: true });
      try {
        await pipeline(await read(key), createWriteStream(path, { mode: 0o600 }));
        return await use(path);
      } finally {
        await rm(path, { force: true });
      }
    },

    async *list(prefix) {
      for await (const item of list(prefix)) if (!item.key.startsWith(".")) yield item;
    },

    async check() {
      await send(`${base}?list-type=2&max-keys=1`);
    },
  };
}

function tag(xml: string, name: string) {
  const text = new RegExp(`<${name}>(.*?)</${name}>`, "s").exec(xml)?.[1] ?? "";
  return text.replace(
    /&(amp|lt|gt|quot|#39|apos);/g,
    (_, entity: string) =>
      ({ amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", apos: "'" })[entity] ?? "",
  );
}
