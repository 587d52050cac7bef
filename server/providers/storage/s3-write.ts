import { createHash } from "node:crypto";
import { fail } from "#server/failures.ts";
import { parts } from "./parts.ts";
import { pathOf, tag, type Requests } from "./s3-requests.ts";

/** S3 takes parts from 5 MiB; so much is held in memory for each upload. */
export const PART_BYTES = 8 * 1024 * 1024;

/**
 * Small files in one request, others in parts; an interrupted one leaves nothing that can be read.
 * @throws Failure `file-too-large`, `storage-full`
 */
export async function writeObject(
  requests: Requests,
  key: string,
  content: AsyncIterable<Buffer>,
  { maxBytes = Infinity, signal }: { maxBytes?: number; signal?: AbortSignal | undefined } = {},
) {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  let upload: Upload | undefined;
  try {
    for await (const { bytes, last } of parts(content, PART_BYTES)) {
      signal?.throwIfAborted();
      sizeBytes += bytes.length;
      if (sizeBytes > maxBytes) fail("file-too-large");
      hash.update(bytes);
      if (last && !upload) {
        await requests.put(key, bytes);
        break;
      }
      upload ??= await beginUpload(requests, key);
      await upload.add(bytes);
    }
    await upload?.complete();
  } catch (error) {
    await upload?.abort().catch(() => {});
    throw error;
  }
  return { sizeBytes, sha256: hash.digest() };
}

type Upload = Awaited<ReturnType<typeof beginUpload>>;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
async function beginUpload({ send }: Requests, key: string) {
  const begun = await send(pathOf(key, "?uploads"), { method: "POST" });
  const id = encodeURIComponent(tag(await begun.text(), "UploadId"));
  const etags: string[] = [];
  return {
    async add(bytes: Buffer) {
      const query = `?partNumber=${etags.length + 1}&uploadId=${id}`;
      const answer = await send(pathOf(key, query), {
        method: "PUT",
        body: bytes as Buffer<ArrayBuffer>,
      });
      etags.push(answer.headers.get("etag") ?? "");
    },
    async complete() {
      const list = etags.map(
        (etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
      );
      const answer = await send(pathOf(key, `?uploadId=${id}`), {
        method: "POST",
        body: `<CompleteMultipartUpload>${list.join("")}</CompleteMultipartUpload>`,
      });
      // 200 is sent before the work is done; a failure comes in the body.
      const text = await answer.text();
      if (text.includes("<Error>")) throw new Error(`S3 complete: ${text.slice(0, 300)}`);
    },
    async abort() {
      await send(pathOf(key, `?uploadId=${id}`), { method: "DELETE" }, [404]);
    },
  };
}
