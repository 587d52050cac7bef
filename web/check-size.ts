/**
 * How much JavaScript a browser fetches before the page can show anything: the entry and all it imports, as gzip.
 * `node web/check-size.ts` prints it and fails above the limit.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

export const FIRST_JAVASCRIPT_LIMIT = 150_000;

interface ManifestEntry {
  file: string;
  isEntry?: boolean;
  imports?: string[];
}

/** Bytes after gzip of every file of the first load, largest first. */
export function measureFirstJavaScript(dist = fileURLToPath(new URL("dist", import.meta.url))) {
  const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8")) as Record<
    string,
    ManifestEntry
  >;
  const files = new Set<string>();
  const visit = (key: string) => {
    const entry = manifest[key];
    if (!entry || files.has(entry.file)) return;
    files.add(entry.file);
    entry.imports?.forEach(visit);
  };
  for (const [key, entry] of Object.entries(manifest)) if (entry.isEntry) visit(key);
  return [...files]
    .map((file) => ({ file, bytes: gzipSync(readFileSync(join(dist, file))).length }))
    .sort((a, b) => b.bytes - a.bytes);
}

if (import.meta.main) {
  const files = measureFirstJavaScript();
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { file, bytes } of files)
    console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  ${file}`);
  console.log(
    `${(total / 1000).toFixed(1).padStart(7)} kB  of ${FIRST_JAVASCRIPT_LIMIT / 1000} kB`,
  );
  if (total > FIRST_JAVASCRIPT_LIMIT) process.exitCode = 1;
}
