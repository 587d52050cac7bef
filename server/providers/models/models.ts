/**
 * Models on disk and models that can be fetched.
 *
 * - **Local model**: a folder whose files have the layout of a model that sherpa-onnx runs, or of a sentence
 *   transformer. Its name is the model's id.
 * - **Manifest**: `manifest.json` beside the files, written when a model was pulled: size and SHA-256 of each file.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fail } from "#server/failures.ts";
import { findCatalogModel } from "./model-catalog.ts";

export interface LocalModel {
  id: string;
  folder: string;
  kind:
    | "moonshine"
    | "whisper"
    | "transducer"
    | "sense-voice"
    | "embedding"
    | "diarization"
    | "voice";
  /** BCP 47; undefined where only the model's author knows. */
  languages: string[] | undefined;
  sizeBytes: number;
  files: string[];
  /** modelConfig of sherpa-onnx, without language; of other models the paths of their files. */
  config: Record<string, unknown>;
}

export interface ManifestFile {
  name: string;
  /** Bytes. */
  size: number;
  sha256: string;
  /** Where the hash comes from: ours, the server's, or what we computed at the first download. */
  verified: "catalog" | "server" | "first-download";
}

export interface Manifest {
  id: string;
  source: string;
  pulled_at: string;
  files: ManifestFile[];
}

/** Models that turn speech into text, best first. */
export async function listSpeechModels(modelsDirs: string[]): Promise<LocalModel[]> {
  const others: LocalModel["kind"][] = ["embedding", "diarization", "voice"];
  return (await listLocalModels(modelsDirs)).filter(({ kind }) => !others.includes(kind));
}

/** Models that tell voices apart, best first. */
export async function listDiarizationModels(modelsDirs: string[]): Promise<LocalModel[]> {
  return (await listLocalModels(modelsDirs)).filter(({ kind }) => kind === "diarization");
}

/** Voices that read aloud, best first. */
export async function listVoiceModels(modelsDirs: string[]): Promise<LocalModel[]> {
  return (await listLocalModels(modelsDirs)).filter(({ kind }) => kind === "voice");
}

/** Models that say what a text means, best first. */
export async function listEmbeddingModels(modelsDirs: string[]): Promise<LocalModel[]> {
  return (await listLocalModels(modelsDirs)).filter(({ kind }) => kind === "embedding");
}

/** Best first: as the catalog ranks them, then unknown ones, then random stand-ins for tests; the first folder wins. */
export async function listLocalModels(modelsDirs: string[]): Promise<LocalModel[]> {
  const models = new Map<string, LocalModel>();
  for (const dir of modelsDirs) {
    for (const name of await subfolders(dir)) {
      if (models.has(name)) continue;
      const model = await readLocalModel(join(dir, name), name);
      if (model) models.set(name, model);
    }
  }
  return [...models.values()].toSorted(
    (a, b) => rank(a.id) - rank(b.id) || a.id.localeCompare(b.id),
  );
}

function rank(id: string) {
  if (/random|stub/.test(id)) return 1000;
  return findCatalogModel(id)?.rank ?? 500;
}

async function subfolders(dir: string) {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
  return folders.map((entry) => entry.name).toSorted();
}

async function readLocalModel(folder: string, id: string): Promise<LocalModel | undefined> {
  const names = await readdir(folder).catch(() => [] as string[]);
  // A download that is not finished leaves .part files and no model.
  if (names.some((name) => name.endsWith(".part"))) return undefined;
  const layout = recogniseLayout(id, names);
  if (!layout) return undefined;
  const sizes = await Promise.all(
    layout.files.map(async (name) => (await stat(join(folder, name))).size),
  );
  return {
    id,
    folder,
    kind: layout.kind,
    languages: findCatalogModel(id)?.languages ?? languagesByName(id, layout),
    sizeBytes: sizes.reduce((sum, size) => sum + size, 0),
    files: layout.files,
    config: layout.config((name) => join(folder, name)),
  };
}

interface Layout {
  kind: LocalModel["kind"];
  files: string[];
  config(path: (name: string) => string): Record<string, unknown>;
}

/** https://k2-fsa.github.io/sherpa/onnx/pretrained_models/index.html; of two precisions the 8-bit one is taken. */
function recogniseLayout(id: string, names: string[]): Layout | undefined {
  const pick = (pattern: RegExp) =>
    names
      .filter((name) => pattern.test(name))
      .toSorted((a, b) => Number(b.includes("int8")) - Number(a.includes("int8")))[0];
  const other = recogniseOther(names, pick);
  if (other) return other;
  const tokens = pick(/(^|-)tokens\.txt$/);
  if (!tokens) return undefined;

  const preprocessor = pick(/^preprocess(or)?(\.int8)?\.onnx$/);
  const encode = pick(/^encode(r)?(_model)?(\.int8)?\.onnx$/);
  const uncached = pick(/^uncached_decode(\.int8)?\.onnx$/);
  const cached = pick(/^cached_decode(\.int8)?\.onnx$/);
  if (preprocessor && encode && uncached && cached) {
    return {
      kind: "moonshine",
      files: [preprocessor, encode, uncached, cached, tokens],
      config: (path) => ({
        moonshine: {
          preprocessor: path(preprocessor),
          encoder: path(encode),
          uncachedDecoder: path(uncached),
          cachedDecoder: path(cached),
        },
        tokens: path(tokens),
      }),
    };
  }
  const encoder = pick(/(^|-)encoder.*\.onnx$/);
  const decoder = pick(/(^|-)decoder.*\.onnx$/);
  const joiner = pick(/(^|-)joiner.*\.onnx$/);
  if (encoder && decoder && joiner) {
    const pieces = pick(/(^|-)bpe\.vocab$/);
    return {
      kind: "transducer",
      files: [encoder, decoder, joiner, tokens, ...(pieces ? [pieces] : [])],
      config: (path) => ({
        transducer: { encoder: path(encoder), decoder: path(decoder), joiner: path(joiner) },
        tokens: path(tokens),
        // What cuts a hot word into the model's tokens: https://k2-fsa.github.io/sherpa/onnx/hotwords/index.html
        ...(pieces && { modelingUnit: "bpe", bpeVocab: path(pieces) }),
        ...(/nemo|parakeet/i.test(id) && { modelType: "nemo_transducer" }),
      }),
    };
  }
  if (encoder && decoder) {
    return {
      kind: "whisper",
      files: [encoder, decoder, tokens],
      config: (path) => ({
        whisper: { encoder: path(encoder), decoder: path(decoder), task: "transcribe" },
        tokens: path(tokens),
      }),
    };
  }
  const single = pick(/^model(\.int8)?\.onnx$/);
  if (single && /sense-?voice/i.test(id)) {
    return {
      kind: "sense-voice",
      files: [single, tokens],
      config: (path) => ({
        senseVoice: { model: path(single), useInverseTextNormalization: 1 },
        tokens: path(tokens),
      }),
    };
  }
  return undefined;
}

/** What does not turn speech into text. */
function recogniseOther(
  names: string[],
  pick: (pattern: RegExp) => string | undefined,
): Layout | undefined {
  // As sentence transformers are exported: https://huggingface.co/docs/optimum-onnx/onnx/usage_guides/export_a_model
  const sentences = pick(/^model(_quantized|_int8)?\.onnx$/);
  if (sentences && names.includes("tokenizer.json") && names.includes("tokenizer_config.json")) {
    return {
      kind: "embedding",
      files: [sentences, "tokenizer.json", "tokenizer_config.json"],
      config: (path) => ({
        model: path(sentences),
        tokenizer: path("tokenizer.json"),
        tokenizerConfig: path("tokenizer_config.json"),
      }),
    };
  }
  if (names.includes("segmentation.onnx") && names.includes("embedding.onnx")) {
    return {
      kind: "diarization",
      files: ["segmentation.onnx", "embedding.onnx"],
      config: (path) => ({
        segmentation: path("segmentation.onnx"),
        embedding: path("embedding.onnx"),
      }),
    };
  }
  // As sherpa-onnx packs Kokoro: https://k2-fsa.github.io/sherpa/onnx/tts/pretrained_models/kokoro.html
  const kokoro = pick(/^model(\.int8|\.fp16)?\.onnx$/);
  if (kokoro && names.includes("voices.bin") && names.includes("tokens.txt")) {
    const others = names.filter((name) => /^lexicon-[a-z-]+\.txt$|^[a-z]+-zh\.fst$/.test(name));
    return {
      kind: "voice",
      files: [kokoro, "voices.bin", "tokens.txt", ...others],
      config: (path) => ({
        model: path(kokoro),
        voices: path("voices.bin"),
        tokens: path("tokens.txt"),
        others: others.map(path),
      }),
    };
  }
  // As Piper's voices are published: https://github.com/OHF-Voice/piper1-gpl/blob/main/docs/VOICES.md
  const voice = names.find((name) => name.endsWith(".onnx") && names.includes(`${name}.json`));
  if (voice) {
    return {
      kind: "voice",
      files: [voice, `${voice}.json`],
      config: (path) => ({ model: path(voice), settings: path(`${voice}.json`) }),
    };
  }
  return undefined;
}

function languagesByName(id: string, { kind, files }: Layout) {
  if (kind === "voice") {
    const language = /^([a-z]{2,3})_[A-Z]{2}-/.exec(files[0]!)?.[1];
    return language === undefined ? undefined : [language];
  }
  if (kind === "moonshine") return [/-([a-z]{2})(-|$)/.exec(id)?.[1] ?? "en"];
  if (/[.-]en(-|$)/.test(id)) return ["en"];
  return undefined;
}

export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const text = await readFile(join(folder, "manifest.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Manifest);
}

/** Files that were found whole, by path, size and time of change: 120 MB need 0.2 s to hash, which is enough once. */
const verified = new Set<string>();

/**
 * A truncated model aborts the process that loads it, so that sizes and hashes are looked at before. A folder that was
 * not pulled has no manifest and is taken as it is.
 * @throws Failure `engine-unavailable` that names the file.
 */
export async function verifyModel(model: LocalModel) {
  const manifest = await readManifest(model.folder).catch((cause: unknown) =>
    damaged(model, "manifest.json", cause),
  );
  for (const name of model.files) {
    const path = join(model.folder, name);
    const { size, mtimeMs } = await stat(path).catch((cause: unknown) =>
      damaged(model, name, cause),
    );
    if (size === 0) damaged(model, name);
    const expected = manifest?.files.find((file) => file.name === name);
    if (!expected) continue;
    if (size !== expected.size) damaged(model, name);
    const key = `${path} ${size} ${mtimeMs} ${expected.sha256}`;
    if (verified.has(key)) continue;
    if ((await sha256OfFile(path)) !== expected.sha256) damaged(model, name);
    verified.add(key);
  }
}

export async function sha256OfFile(path: string) {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 }))
    hash.update(piece as Buffer);
  return hash.digest("hex");
}

/** The native part of sherpa-onnx is an optional dependency of its package: there is none for every machine. */
export function canLoadSherpa() {
  try {
    const platform = process.platform === "win32" ? "win" : process.platform;
    createRequire(import.meta.url).resolve(`sherpa-onnx-${platform}-${process.arch}/package.json`);
    return true;
  } catch {
    return false;
  }
}

function damaged(model: LocalModel, file: string, cause?: unknown): never {
  fail("engine-unavailable", {
    message:
      `The file ${file} of the model ${model.id} is damaged or incomplete. Fetch the ` +
      `model again with "lm models pull ${model.id}".`,
    cause,
  });
}
