/**
 * Fetches a model, file by file: what is there already is continued (HTTP Range), each file is checked, and the model
 * appears only when all of it is whole. https://huggingface.co/docs/hub/models-downloading
 */
import { createWriteStream } from "node:fs";
import { copyFile, mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { Failure, fail } from "#server/failures.ts";
import { asFailure } from "#server/providers/storage/disk-names.ts";
import { withoutEnd } from "#server/without-end.ts";
import {
  findCatalogModel,
  MODEL_CATALOG,
  type CatalogFile,
  type CatalogModel,
} from "./model-catalog.ts";
import { withModelLock, type LockOptions } from "./model-lock.ts";
import {
  listLocalModels,
  sha256OfFile,
  verifyModel,
  type Manifest,
  type ManifestFile,
} from "./models.ts";

const MODELS_SOURCE = "https://huggingface.co";

export interface PullProgress {
  file: string;
  /** Bytes. */
  done: number;
  /** Bytes of this file; undefined where the server does not say. */
  total: number | undefined;
  /** 0 to 1, of all files together; undefined where the server does not say how large one of them is. */
  ofAll?: number | undefined;
}

/** So long, and so little in that time (5 kB/s: a model of 100 MB would take six hours), counts as silence. */
const IDLE_MS = 30_000;
const LEAST_BYTES_A_MS = 5;

export interface PullOptions extends LockOptions {
  /** A mirror with the same paths, `/<owner>/<name>/resolve/<commit>/<file>`. */
  source?: string | undefined;
  onProgress?(progress: PullProgress): void;
  /** Milliseconds in which a server has to send something; 30 s. */
  idleMs?: number | undefined;
}

/**
 * @throws Failure `not-found` (no such model), `engine-failed` (unreachable or silent, a file that is not what was
 *   promised, or somebody else fetches it), `storage-full`.
 */
export async function pullModel(
  id: string,
  options: PullOptions,
  catalog: CatalogModel[] = MODEL_CATALOG,
): Promise<Manifest> {
  const model = catalog.find((each) => each.id === id) ?? unknownModel(id);
  return withModelLock(id, options, () => pullAll(model, options));
}

async function pullAll(model: CatalogModel, options: PullOptions): Promise<Manifest> {
  const { id } = model;
  const source = withoutEnd(options.source ?? MODELS_SOURCE, "/");
  const folder = join(options.modelsDir, id);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const wanted: Wanted[] = [];
  for (const file of model.files) {
    const revision = (file.repository === undefined && model.revision) || "main";
    const files = `${source}/${file.repository ?? model.repository}/resolve/${revision}`;
    const url = `${files}/${file.path ?? file.name}`;
    wanted.push({ file, url, promised: await askFor(url, file, options) });
  }
  const files: ManifestFile[] = [];
  for (const one of wanted) files.push(await pullFile(one, folder, ofAll(options, wanted, files)));
  return finish(folder, {
    id,
    source: `${source}/${model.repository}`,
    pulled_at: new Date().toISOString(),
    files,
  });
}

/** A model that somebody brought on a disk: the files are copied and hashed. */
export async function importModel(
  id: string,
  from: string,
  options: Pick<PullOptions, "modelsDir" | "onProgress">,
): Promise<Manifest> {
  return withModelLock(id, options, () => copyAll(id, from, options));
}

async function copyAll(
  id: string,
  from: string,
  options: Pick<PullOptions, "modelsDir" | "onProgress">,
): Promise<Manifest> {
  const names = (await readdir(from)).filter((name) =>
    /\.onnx(\.json)?$|tokens\.txt$|^tokenizer(_config)?\.json$|^voices\.bin$|^lexicon-.*\.txt$|\.fst$/.test(
      name,
    ),
  );
  const folder = join(options.modelsDir, id);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files: ManifestFile[] = [];
  for (const name of names) {
    const part = join(folder, `${name}.part`);
    await copyFile(join(from, name), part);
    const { size } = await stat(part);
    const sha256 = await sha256OfFile(part);
    const known = findCatalogModel(id)?.files.find((file) => file.name === name)?.sha256;
    if (known !== undefined && known !== sha256)
      wrongFile(name, "its SHA-256 is not the one of the catalog");
    options.onProgress?.({ file: name, done: size, total: size });
    files.push({
      name,
      size,
      sha256,
      verified: known === undefined ? "first-download" : "catalog",
    });
  }
  return finish(folder, { id, source: from, pulled_at: new Date().toISOString(), files });
}

/**
 * True when there was one.
 * @throws Failure `engine-failed` while it is being fetched.
 */
export async function removeModel(id: string, modelsDir: string): Promise<boolean> {
  const folder = join(modelsDir, id);
  // An id is one name in the folder of models: nothing above it is ever removed.
  if (id === "" || /[\\/]|^\.+$/.test(id) || !(await stat(folder).catch(() => undefined)))
    return false;
  return withModelLock(id, { modelsDir }, async () => {
    await rm(folder, { recursive: true, force: true });
    return true;
  });
}

async function finish(folder: string, manifest: Manifest) {
  await writeFile(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const { name } of manifest.files)
    await rename(join(folder, `${name}.part`), join(folder, name)).catch(ignoreMissing);
  const model = (await listLocalModels([join(folder, "..")])).find(
    (each) => each.id === manifest.id,
  );
  if (!model)
    fail("engine-failed", {
      message: `The folder ${folder} does not hold a model that this program can run.`,
    });
  await verifyModel(model);
  return manifest;
}

interface Wanted {
  file: CatalogFile;
  url: string;
  promised: Awaited<ReturnType<typeof askFor>>;
}

/** Tells how far all files are, while one of them comes. @param files those that are whole, as they come */
function ofAll(options: PullOptions, wanted: Wanted[], files: ManifestFile[]): PullOptions {
  const sizes = wanted.map(({ promised }) => promised.size);
  const total = sizes.every((size) => size !== undefined)
    ? sizes.reduce((sum, size) => sum + size, 0)
    : undefined;
  const before = files.reduce((sum, { size }) => sum + size, 0);
  return {
    ...options,
    onProgress: (progress) =>
      options.onProgress?.({ ...progress, ofAll: total && (before + progress.done) / total }),
  };
}

async function pullFile(
  { url, file, promised }: Wanted,
  folder: string,
  options: PullOptions,
): Promise<ManifestFile> {
  const whole = join(folder, file.name);
  const part = `${whole}.part`;
  for (const path of [whole, part]) {
    const there = await checked(path, promised, file.name);
    if (there) return there;
  }
  let have = (await stat(part).catch(() => undefined))?.size ?? 0;
  if (promised.size !== undefined && have >= promised.size) have = 0;
  const listening = listen(options);
  const response = await request(
    url,
    listening,
    have > 0 ? { headers: { range: `bytes=${have}-` } } : {},
  );
  if (response.status !== 206) have = 0;
  if (!response.ok || !response.body) {
    listening.stop();
    unreachable(url, `it answered ${response.status}`);
  }
  const length = Number(response.headers.get("content-length"));
  const total = promised.size ?? (length > 0 ? have + length : undefined);
  let done = have;
  async function* counted(body: AsyncIterable<Uint8Array>) {
    for await (const piece of body) {
      done += piece.length;
      listening.heard(piece.length);
      options.onProgress?.({ file: file.name, done, total });
      yield piece;
    }
  }
  try {
    await pipeline(
      Readable.fromWeb(response.body as ReadableStream),
      counted,
      createWriteStream(part, { flags: have > 0 ? "a" : "w" }),
      { signal: listening.signal },
    );
  } catch (cause) {
    options.signal?.throwIfAborted();
    if (listening.isSilent()) silent(url, listening, cause);
    const failure = asFailure(cause);
    if (failure instanceof Failure) throw failure;
    fail("engine-failed", {
      message: `The download of ${file.name} broke off after ${done} bytes. Try again: it continues there.`,
      cause,
    });
  } finally {
    listening.stop();
  }
  if (total !== undefined && done !== total) {
    if (done > total) await rm(part);
    wrongFile(file.name, `${done} bytes came instead of ${total}; try again`);
  }
  const sha256 = await sha256OfFile(part);
  if (promised.sha256 !== undefined && sha256 !== promised.sha256) {
    await rm(part);
    wrongFile(file.name, "its SHA-256 is not the promised one; it was thrown away");
  }
  return { name: file.name, size: done, sha256, verified: promised.verified };
}

/** Size and hash from our catalog, else from the hub's headers: LFS files carry their SHA-256 as `X-Linked-ETag`. */
async function askFor(url: string, file: CatalogFile, options: PullOptions) {
  if (file.size !== undefined && file.sha256 !== undefined)
    return { size: file.size, sha256: file.sha256, verified: "catalog" as const };
  // The headers stand on the hub's own answer, which redirects to where the bytes are.
  const listening = listen(options);
  const response = await request(url, listening, { method: "HEAD", redirect: "manual" });
  listening.stop();
  if (response.status >= 400) unreachable(url, `it answered ${response.status}`);
  const linked = /[0-9a-f]{64}/.exec(response.headers.get("x-linked-etag") ?? "")?.[0];
  const size = Number(
    response.headers.get("x-linked-size") ??
      (response.status < 300 ? response.headers.get("content-length") : 0),
  );
  return {
    size: file.size ?? (size > 0 ? size : undefined),
    sha256: file.sha256 ?? linked,
    verified: file.sha256
      ? ("catalog" as const)
      : linked
        ? ("server" as const)
        : ("first-download" as const),
  };
}

/**
 * What an earlier run has already fetched whole. Without a promised hash only a file that was finished before counts.
 */
async function checked(
  path: string,
  promised: {
    size: number | undefined;
    sha256: string | undefined;
    verified: ManifestFile["verified"];
  },
  name: string,
) {
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined || size !== promised.size) return undefined;
  const sha256 = await sha256OfFile(path);
  if (promised.sha256 !== undefined && sha256 !== promised.sha256) return undefined;
  return { name, size, sha256, verified: promised.verified };
}

/** Aborted when the person says so, and when a server is silent; whoever listens stops it. */
type Listening = ReturnType<typeof listen>;

function listen({ signal, idleMs = IDLE_MS }: PullOptions) {
  const silence = new AbortController();
  let bytes = 0;
  const timer = setInterval(() => {
    if (bytes < LEAST_BYTES_A_MS * idleMs) silence.abort(new Error("silent"));
    bytes = 0;
  }, idleMs);
  return {
    idleMs,
    signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    heard: (more: number) => void (bytes += more),
    isSilent: () => silence.signal.aborted,
    stop: () => clearInterval(timer),
  };
}

/** Its body, if it has one, is listened to by who asked. */
async function request(url: string, listening: Listening, init: RequestInit) {
  const { signal } = listening;
  try {
    // Without compression: sizes and ranges are those of the file.
    const headers = { "accept-encoding": "identity", ...init.headers };
    return await fetch(url, { ...init, headers, signal });
  } catch (cause) {
    listening.stop();
    if (listening.isSilent()) return silent(url, listening, cause);
    signal.throwIfAborted();
    return unreachable(url, "no connection", cause);
  }
}

function silent(url: string, { idleMs }: Listening, cause: unknown): never {
  fail("engine-failed", {
    message:
      `${new URL(url).host} sent nothing, or less than ${LEAST_BYTES_A_MS} kB a second, for ${idleMs / 1000} s, ` +
      "so the download was ended. Try again: it continues there; or give another mirror.",
    cause,
  });
}

function unreachable(url: string, why: string, cause?: unknown): never {
  fail("engine-failed", {
    message:
      `${new URL(url).host} could not give ${url} (${why}). With no way to it, give a mirror ` +
      "(lm models pull ID --mirror URL) or bring the files in a folder (--from FOLDER).",
    cause,
  });
}

function wrongFile(name: string, why: string): never {
  fail("engine-failed", { message: `The file ${name} is not what was promised: ${why}.` });
}

function unknownModel(id: string): never {
  fail("not-found", {
    message: `There is no model "${id}" in the catalog. "lm models list" shows what there is.`,
  });
}

function ignoreMissing(error: NodeJS.ErrnoException) {
  if (error.code !== "ENOENT") throw error;
}
