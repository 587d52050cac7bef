/** An S3-compatible server on loopback with the bucket "lectures", and the settings that lead to it. */
import { mkdtemp, rm, unlink } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "s3rver";

const FILES = ["object", "object.md5", "metadata.json"];

interface FileStore {
  getResourcePath(bucket: string, key: string, file: string): string;
  deleteObject(bucket: string, key: string): Promise<void>;
}

export interface S3Server {
  url: string;
  /** Where it keeps its files. */
  folder: string;
  settings: Record<string, string>;
  /** Answers no more; the files stay. */
  close(): Promise<void>;
  stop(): Promise<void>;
}

export async function startS3Server(): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), "lm-s3-"));
  const server = new S3rver({
    port: 0,
    address: "127.0.0.1",
    silent: true,
    directory: folder,
    configureBuckets: [{ name: "lectures", configs: [] }],
  });
  keepFolders((server as unknown as { store: FileStore }).store);
  const { port } = (await server.run()) as AddressInfo;
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= server.close());
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    folder,
    settings: s3Settings(url),
    close,
    async stop() {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function s3Settings(url: string): Record<string, string> {
  return {
    LM_STORAGE: "s3",
    LM_S3_ENDPOINT: url,
    LM_S3_BUCKET: "lectures",
    LM_S3_ACCESS_KEY_ID: "S3RVER",
    LM_S3_SECRET_ACCESS_KEY: "S3RVER",
  };
}

/**
 * s3rver 3.7.1 deletes a folder that has become empty also when another request is about to write into it, and the
 * error of that stream, which nobody listens to, ends the process. S3 knows no folders.
 */
function keepFolders(store: FileStore) {
  store.deleteObject = async (bucket, key) => {
    for (const file of FILES)
      await unlink(store.getResourcePath(bucket, key, file)).catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code !== "ENOENT") throw error;
        },
      );
  };
}
