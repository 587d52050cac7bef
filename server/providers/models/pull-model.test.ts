import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  startScriptedServer,
  type Asked,
  type ScriptedServer,
} from "#tests/support/openai-server.ts";
import { hasSharedModels, SHARED_MODELS } from "#tests/support/real-speech.ts";
import type { CatalogModel } from "./model-catalog.ts";
import { MODEL_CATALOG } from "./model-catalog.ts";
import { createModelStore } from "./model-store.ts";
import { listLocalModels, readManifest } from "./models.ts";
import { importModel, pullModel, removeModel } from "./pull-model.ts";

/** A model like those of the hub; where there is no real stub, files that only look like one. */
const ID = "stub-en";
const NAMES = [
  "preprocess.onnx",
  "encode.int8.onnx",
  "uncached_decode.int8.onnx",
  "cached_decode.int8.onnx",
  "tokens.txt",
];
const catalog: CatalogModel[] = [
  {
    id: ID,
    label: "A stub",
    languages: ["en"],
    licence: "MIT",
    aboutMegabytes: 1,
    repository: "somebody/stub",
    rank: 1,
    files: NAMES.map((name) => ({ name })),
  },
];
const files = new Map<string, Buffer>();
let hub: ScriptedServer;
let modelsDir: string;

beforeAll(async () => {
  for (const name of NAMES) {
    files.set(
      name,
      hasSharedModels
        ? await readFile(join(SHARED_MODELS, "moonshine-stub-random", name))
        : Buffer.alloc(50_000, name),
    );
  }
  hub = await startScriptedServer(serve);
});
afterAll(() => hub.close());
beforeEach(async () => {
  hub.asked.length = 0;
  hub.answer(serve);
  modelsDir = await mkdtemp(join(tmpdir(), "lm-models-"));
});

const pull = (onProgress?: () => void) =>
  pullModel(ID, { modelsDir, source: hub.url, ...(onProgress && { onProgress }) }, catalog);

describe("fetching a model", () => {
  it("fetches each file with progress, checks what the hub states, and keeps a manifest", async () => {
    const seen = new Map<string, number>();
    const manifest = await pullModel(
      ID,
      { modelsDir, source: hub.url, onProgress: ({ file, done }) => void seen.set(file, done) },
      catalog,
    );
    for (const [name, bytes] of files) expect(seen.get(name)).toBe(bytes.length);
    // The hub states a hash for large files only, as Hugging Face does.
    expect(manifest.files.map((file) => file.verified)).toEqual([
      "server",
      "server",
      "server",
      "server",
      "first-download",
    ]);
    expect(manifest.files.every((file) => file.sha256 === sha256(files.get(file.name)!))).toBe(
      true,
    );
    expect(await readManifest(join(modelsDir, ID))).toEqual(manifest);
    expect((await listLocalModels([modelsDir])).map((model) => [model.id, model.kind])).toEqual([
      [ID, "moonshine"],
    ]);
  });

  it("continues where a connection broke off, and is no model until it is whole", async () => {
    const name = "uncached_decode.int8.onnx";
    hub.answer((asked, response) => {
      if (!asked.path.endsWith(name) || asked.method === "HEAD") return serve(asked, response);
      response.writeHead(200, { "content-length": files.get(name)!.length });
      response.write(files.get(name)!.subarray(0, 10_000));
      // A reset overtakes bytes that the client has not read: it comes once some of them are on the disk.
      const part = join(modelsDir, ID, `${name}.part`);
      void vi
        .waitUntil(() => existsSync(part) && statSync(part).size > 0, { timeout: 10_000 })
        .finally(() => response.destroy());
      return undefined;
    });
    await expect(pull()).rejects.toMatchObject({
      code: "engine-failed",
      message: expect.stringContaining("continues"),
    });
    expect(await listLocalModels([modelsDir])).toEqual([]);
    hub.answer(serve);
    hub.asked.length = 0;
    await pull();
    const got = hub.asked.filter((asked) => asked.method === "GET");
    // What was whole is not fetched again.
    expect(got.map((asked) => asked.path.split("/").at(-1))).toEqual([
      name,
      "cached_decode.int8.onnx",
      "tokens.txt",
    ]);
    expect(got[0]!.headers["range"]).toMatch(/^bytes=\d+-$/);
    expect(await readFile(join(modelsDir, ID, name))).toEqual(files.get(name));
  });

  it("fetches the commit that the catalog names", async () => {
    const revision = "f7b96bb6";
    const named = catalog.map((model) => ({ ...model, revision }));
    await expect(pullModel(ID, { modelsDir, source: hub.url }, named)).rejects.toThrow();
    expect(hub.asked[0]!.path).toContain(`/somebody/stub/resolve/${revision}/`);
  });

  it("throws away a file whose hash is not the promised one", async () => {
    hub.answer((asked, response) => {
      if (asked.method === "HEAD" || !asked.path.endsWith("encode.int8.onnx"))
        return serve(asked, response);
      response.end(Buffer.alloc(files.get("encode.int8.onnx")!.length, "x"));
      return undefined;
    });
    await expect(pull()).rejects.toMatchObject({
      code: "engine-failed",
      message: expect.stringContaining("SHA-256"),
    });
    expect(await readdir(join(modelsDir, ID))).not.toContain("encode.int8.onnx.part");
    expect(await listLocalModels([modelsDir])).toEqual([]);
  });

  it("stops when it is told to and continues later", async () => {
    const abort = new AbortController();
    const reason = new Error("stop");
    const stopped = pullModel(
      ID,
      { modelsDir, source: hub.url, signal: abort.signal, onProgress: () => abort.abort(reason) },
      catalog,
    );
    await expect(stopped).rejects.toBe(reason);
    await pull();
    expect(await listLocalModels([modelsDir])).toHaveLength(1);
  });

  it("ends a server that falls silent, says so, and goes on later", async () => {
    const name = "encode.int8.onnx";
    hub.answer((asked, response) => {
      if (asked.method === "HEAD" || !asked.path.endsWith(name)) return serve(asked, response);
      response.writeHead(200, { "content-length": files.get(name)!.length });
      return void response.write(files.get(name)!.subarray(0, 10_000));
    });
    const waited = pullModel(ID, { modelsDir, source: hub.url, idleMs: 1000 }, catalog);
    await expect(waited).rejects.toMatchObject({
      code: "engine-failed",
      message: expect.stringMatching(
        /sent nothing, or less than 5 kB a second, for 1 s.*continues/,
      ),
    });
    const mute = await startScriptedServer(() => new Promise(() => {}));
    try {
      const unheard = pullModel(ID, { modelsDir, source: mute.url, idleMs: 100 }, catalog);
      await expect(unheard).rejects.toMatchObject({
        message: expect.stringContaining("sent nothing"),
      });
    } finally {
      await mute.close();
    }
    // One that drips would take days.
    hub.answer((asked, response) => {
      if (asked.method === "HEAD" || !asked.path.endsWith(name)) return serve(asked, response);
      response.writeHead(200, { "content-length": files.get(name)!.length });
      let at = 0;
      const drip = setInterval(() => response.write(files.get(name)!.subarray(at, (at += 20))), 20);
      response.once("close", () => clearInterval(drip));
    });
    const dripped = pullModel(ID, { modelsDir, source: hub.url, idleMs: 300 }, catalog);
    await expect(dripped).rejects.toMatchObject({ message: expect.stringMatching(/less than 5/) });
    hub.answer(serve);
    await pull();
    expect(await readFile(join(modelsDir, ID, name))).toEqual(files.get(name));
  });

  it.runIf(process.platform === "linux")("tells a full disk as such", async () => {
    const part = join(modelsDir, ID, "encode.int8.onnx.part");
    await mkdir(join(modelsDir, ID), { recursive: true });
    await symlink("/dev/full", part);
    await expect(pull()).rejects.toMatchObject({ code: "storage-full" });
    await rm(part);
    await pull();
  });

  it("lets one program at a time write a model, until that one ends or is killed", async () => {
    const both = await Promise.allSettled([pull(), pull()]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "engine-failed", message: expect.stringContaining("fetching the model") },
    });
    // Who waits for the other finds it whole.
    const patient = { modelsDir, source: hub.url, patienceMs: 60_000 };
    await Promise.all([pullModel(ID, patient, catalog), pullModel(ID, patient, catalog)]);

    const holder = spawn(process.execPath, [
      "--input-type=module",
      "--eval",
      `import { withModelLock } from ${JSON.stringify(new URL("model-lock.ts", import.meta.url).href)};
       await withModelLock(${JSON.stringify(ID)}, { modelsDir: ${JSON.stringify(modelsDir)} }, () => {
         console.log("held");
         return new Promise((resolve) => setTimeout(resolve, 600_000));
       });`,
    ]);
    await once(holder.stdout, "data");
    await expect(pull()).rejects.toMatchObject({ code: "engine-failed" });
    await expect(removeModel(ID, modelsDir)).rejects.toMatchObject({ code: "engine-failed" });
    const ended = once(holder, "exit");
    holder.kill("SIGKILL");
    await ended;
    await pull();
    expect(await removeModel(ID, modelsDir)).toBe(true);
  });

  it("removes what lies in its own folder, and in no other of like name", async () => {
    const own = join(modelsDir, "models");
    for (const folder of [own, `${own}-of-others`])
      await pullModel(ID, { modelsDir: folder, source: hub.url }, catalog);
    const ofOthers = createModelStore([`${own}-of-others`, own]);
    expect((await ofOthers.installed()).map(({ removable }) => removable)).toEqual([false]);
    expect((await createModelStore([own]).installed())[0]).toMatchObject({ removable: true });
  });

  it("says what to do where the hub cannot be reached, and which models there are", async () => {
    const gone = await startScriptedServer(serve);
    await gone.close();
    const offline = pullModel(ID, { modelsDir, source: gone.url }, catalog);
    await expect(offline).rejects.toMatchObject({
      code: "engine-failed",
      message: expect.stringMatching(/--mirror .*--from/),
    });
    await expect(pullModel("no-such", { modelsDir })).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("lm models list"),
    });
  });

  it("takes the files from a folder instead, and removes a model again", async () => {
    const from = await mkdtemp(join(tmpdir(), "lm-model-disk-"));
    for (const [name, bytes] of files) await writeFile(join(from, name), bytes);
    await importModel("brought-along", from, { modelsDir });
    expect((await listLocalModels([modelsDir])).map((model) => model.id)).toEqual([
      "brought-along",
    ]);
    expect(await removeModel("..", modelsDir)).toBe(false);
    expect(await removeModel("brought-along", modelsDir)).toBe(true);
    expect(await removeModel("brought-along", modelsDir)).toBe(false);
    expect(await listLocalModels([modelsDir])).toEqual([]);
  });
});

it("has a catalog whose models each have files, a licence and a size", () => {
  const needed = {
    speech: /tokens\.txt$/,
    meaning: /tokenizer\.json$/,
    speakers: /embedding\.onnx$/,
    voice: /\.onnx\.json$|^voices\.bin$/,
  };
  for (const model of MODEL_CATALOG) {
    expect(
      model.files.some((file) => needed[model.purpose ?? "speech"].test(file.name)),
      model.id,
    ).toBe(true);
    expect(model.licence).not.toBe("");
    expect(model.aboutMegabytes).toBeGreaterThan(0);
  }
  for (const file of MODEL_CATALOG.filter(({ purpose }) => purpose === "voice").flatMap(
    ({ files }) => files,
  ))
    if (!/-zh\./.test(file.name)) expect(file.sha256, file.name).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(MODEL_CATALOG.map((model) => model.id)).size).toBe(MODEL_CATALOG.length);
});

function serve(asked: Asked, response: ServerResponse) {
  const name = asked.path.split("/").at(-1)!;
  const bytes = files.get(name);
  if (!bytes || !asked.path.startsWith("/somebody/stub/resolve/main/"))
    return void response.writeHead(404).end();
  const linked = name.endsWith(".onnx")
    ? { "x-linked-etag": `"${sha256(bytes)}"`, "x-linked-size": String(bytes.length) }
    : {};
  const from = Number(/bytes=(\d+)-/.exec(String(asked.headers["range"] ?? ""))?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, { "content-length": bytes.length - from, ...linked });
  response.end(asked.method === "HEAD" ? undefined : bytes.subarray(from));
}

function sha256(bytes: Buffer) {
  return createHash("sha256").update(bytes).digest("hex");
}
