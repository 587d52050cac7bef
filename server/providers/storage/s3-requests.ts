/** Signed requests to one bucket of an S3-compatible server, and the listing that is made of them. */
import { AwsClient } from "aws4fetch";
import { Failure } from "#server/failures.ts";

export interface Bucket {
  /** Of the server, without the bucket. */
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export type Requests = ReturnType<typeof createRequests>;

export function createRequests(options: Bucket) {
  const client = new AwsClient({
    accessKeyId: options.accessKeyId,
    secretAccessKey: options.secretAccessKey,
    region: options.region,
    service: "s3",
    retries: 3,
  });
  const base = `${options.endpoint.replace(/\/$/, "")}/${options.bucket}`;

  /** @throws Failure `storage-full`; anything else that was not accepted is a defect, or a server that is down. */
  async function send(path: string, init: RequestInit = {}, accepted: number[] = []) {
    const answer = await client.fetch(`${base}${path}`, init);
    if (answer.ok || accepted.includes(answer.status)) return answer;
    const text = await answer.text();
    if (answer.status === 507 || text.includes("XMinioStorageFull"))
      throw new Failure("storage-full");
    throw new Error(
      `S3 ${init.method ?? "GET"} ${path.split("?")[0]}: ${answer.status} ${text.slice(0, 300)}`,
    );
  }

  return {
    send,
    put: (key: string, body: Buffer) =>
      send(pathOf(key), { method: "PUT", body: body as Buffer<ArrayBuffer> }),
    async remove(key: string) {
      await send(pathOf(key), { method: "DELETE" }, [404]);
    },
    /** In the order of the keys. */
    async *list(prefix: string) {
      let next = "";
      do {
        const goOn = next && `&continuation-token=${encodeURIComponent(next)}`;
        const query = `?list-type=2&prefix=${encodeURIComponent(prefix)}${goOn}`;
        const text = await (await send(query)).text();
        for (const [, item = ""] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs))
          yield {
            key: tag(item, "Key"),
            sizeBytes: Number(tag(item, "Size")),
            modifiedAt: new Date(tag(item, "LastModified")),
          };
        next = text.includes("<IsTruncated>true") ? tag(text, "NextContinuationToken") : "";
      } while (next);
    },
  };
}

export function pathOf(key: string, query = "") {
  return `/${key.split("/").map(encodeURIComponent).join("/")}${query}`;
}

export function tag(xml: string, name: string) {
  const text = new RegExp(`<${name}>(.*?)</${name}>`, "s").exec(xml)?.[1] ?? "";
  return text.replace(
    /&(amp|lt|gt|quot|#39|apos);/g,
    (_, entity: string) =>
      ({ amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", apos: "'" })[entity] ?? "",
  );
}
