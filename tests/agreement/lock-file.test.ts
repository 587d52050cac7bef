/** The lock file installs on every platform from whichever npm registry is set: it was found incomplete once, and `npm ci` refused. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

interface Package {
  resolved?: string;
  integrity?: string;
  /** Comes inside another package, under that one's hash. */
  inBundle?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}
const { packages } = JSON.parse(
  readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8"),
) as { packages: Record<string, Package> };

/** Looks where Node would: in the package's own node_modules, then in each folder above. */
function isLocked(name: string, from: string): boolean {
  if (packages[`${from ? `${from}/` : ""}node_modules/${name}`]) return true;
  if (!from) return false;
  const above = from.lastIndexOf("/node_modules/");
  return isLocked(name, above === -1 ? "" : from.slice(0, above));
}

it("locks every dependency of every package, also those of other platforms", () => {
  const missing = Object.entries(packages).flatMap(([from, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter((name) => !isLocked(name, from))
      .map((name) => `${from} needs ${name}`),
  );
  expect(missing).toEqual([]);
});

it("names no registry and keeps a hash of every package", () => {
  const installed = Object.entries(packages).filter(([path, entry]) => path && !entry.inBundle);
  expect(installed.length).toBeGreaterThan(100);
  expect(installed.filter(([, entry]) => entry.resolved).map(([path]) => path)).toEqual([]);
  expect(installed.filter(([, entry]) => !entry.integrity).map(([path]) => path)).toEqual([]);
});
