/**
 * The process in which Universal Sentence Encoder Lite runs: converted on first use, kept as a file, one text at a
 * time.
 */
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as ort from "onnxruntime-web";
import { answerRequests } from "#server/providers/processes/forked-child.ts";
import type { EmbeddingRequest } from "../local.ts";
import { convertEncoder, MOST_TOKENS } from "./convert.ts";
import { createTokenizer, type Vocabulary } from "./tokenizer.ts";

/** Of SHA-256, before the model in its file. */
const HASH_BYTES = 32;

let toIds: ReturnType<typeof createTokenizer>;
let session: ort.InferenceSession;

ort.env.wasm.numThreads = 1;

answerRequests(async (request: EmbeddingRequest) => {
  if (request.kind === "embed") return embed(request.texts);
  const { weights, converted } = request.config as { weights: string; converted: string };
  toIds = createTokenizer(await readJson<Vocabulary>(join(weights, "vocab.json")));
  const model = (await readConverted(converted)) ?? (await convert(weights, converted));
  session = await ort.InferenceSession.create(model);
  setImmediate(collect);
  return undefined;
});

/**
 * The engine has copied the model's bytes: until they are collected the process holds them twice, and after a
 * conversion three times.
 */
function collect() {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

async function embed(texts: string[]) {
  const vectors: Float32Array[] = [];
  for (const text of texts) {
    const ids = toIds(text, MOST_TOKENS);
    // An empty text means nothing, and the graph needs one token.
    if (ids.length === 0) ids.push(0);
    const input = new ort.Tensor("int64", BigInt64Array.from(ids, BigInt), [ids.length]);
    const { vector } = await session.run({ ids: input });
    vectors.push((await vector!.getData()) as Float32Array);
  }
  return vectors;
}

/** Undefined where there is none, or one that a full disk or a power failure cut off. */
async function readConverted(path: string) {
  const file = await readFile(path).catch(() => undefined);
  if (!file) return undefined;
  const model = file.subarray(HASH_BYTES);
  return hashOf(model).equals(file.subarray(0, HASH_BYTES)) ? model : undefined;
}

async function convert(weights: string, path: string) {
  const description = await readJson<Parameters<typeof convertEncoder>[0]>(
    join(weights, "model.json"),
  );
  const shards = description.weightsManifest.flatMap(({ paths }) => paths);
  const model = convertEncoder(
    description,
    Buffer.concat(await Promise.all(shards.map((name) => readFile(join(weights, name))))),
  );
  // Without room for the file the model works all the same; the next process converts again, which takes half a second.
  await keep(path, model).catch(() => undefined);
  return model;
}

/** Written aside, then renamed: a server and a worker may do so at the same time. */
async function keep(path: string, model: Buffer) {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await forgetParts(path);
  const aside = `${path}.${process.pid}.part`;
  try {
    const file = await open(aside, "w", 0o600);
    try {
      await file.write(hashOf(model));
      await file.writeFile(model);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

/** Of processes that were killed while they wrote: it takes a second. */
async function forgetParts(path: string) {
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(`${basename(path)}.`) || !name.endsWith(".part")) continue;
    const part = join(dirname(path), name);
    const { mtimeMs } = await stat(part);
    if (Date.now() - mtimeMs > PART_MS) await rm(part, { force: true });
  }
}

const PART_MS = 60 * 60_000;

function hashOf(bytes: Buffer) {
  return createHash("sha256").update(bytes).digest();
}

async function readJson<T>(path: string) {
  return JSON.parse(await readFile(path, "utf8")) as T;
}
