import { join } from "node:path";
import type { Config } from "#server/config.ts";
import type { Storage } from "./contract.ts";
import { createDiskStorage } from "./disk.ts";
import { createS3Storage } from "./s3.ts";

export function createStorage(config: Pick<Config, "dataDir" | "storage">): Storage {
  return config.storage.s3
    ? createS3Storage({ ...config.storage.s3, temporaryFolder: join(config.dataDir, "temporary") })
    : createDiskStorage(join(config.dataDir, "files"));
}
