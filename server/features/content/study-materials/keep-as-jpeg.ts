import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "#server/context.ts";
import { parseInChild } from "./parsing/parse-in-child.ts";

/**
 * What a phone took as HEIC is kept as JPEG: most browsers show no HEIC. In the place of the file that came.
 * @throws Failure `document-unreadable`.
 */
export async function keepAsJpeg({ storage, config }: Context, key: string) {
  const folder = await mkdtemp(join(tmpdir(), "lm-picture-"));
  const convertTo = join(folder, "picture.jpg");
  try {
    await storage.withLocalFile(key, (path) =>
      parseInChild({ path, kind: "image", convertTo }, { signal: AbortSignal.timeout(60_000) }),
    );
    return await storage.write(key, createReadStream(convertTo), {
      maxBytes: config.limits.documentBytes,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
