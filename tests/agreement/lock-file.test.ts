/**
 * The lock file installs on every platform from whichever npm registry is set: it was found incomplete once, and `npm
 * ci` refused.
 */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { expect, it } from "vitest";

interface Package {
  version?: string;
  dev?: boolean;
  devOptional?: boolean;
  optional?: boolean;
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
  // SHA-512, which `npm ci` compares with every byte that comes.
  const weak = installed.filter(
    ([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ""),
  );
  expect(weak.map(([path]) => path)).toEqual([]);
});

it("is what is installed here", () => {
  const root = new URL("../../", import.meta.url);
  const read = (path: string) => JSON.parse(readFileSync(new URL(path, root), "utf8"));
  // npm's own note of what it put here, with the hashes that it compared.
  const noted = read("node_modules/.package-lock.json").packages as Record<string, Package>;
  const wrong: string[] = [];
  for (const [path, { version, integrity }] of Object.entries(noted)) {
    const locked = packages[path];
    // Left over from another branch: nothing of ours asks for it.
    if (!locked) continue;
    if (locked.version !== version || locked.integrity !== integrity)
      wrong.push(`${path} ${version}`);
    const manifest = `${path}/package.json`;
    if (existsSync(new URL(manifest, root)) && read(manifest).version !== version)
      wrong.push(`${path} says ${read(manifest).version}`);
  }
  expect(wrong).toEqual([]);
});

it("npm run sbom lists, without a network, all that the program is made of", async () => {
  const { stdout } = await promisify(execFile)("npm", ["run", "--silent", "sbom"], {
    // A proxy where nobody answers: whoever asks the registry fails.
    env: {
      ...process.env,
      npm_config_proxy: "http://127.0.0.1:9",
      npm_config_https_proxy: "http://127.0.0.1:9",
    },
    maxBuffer: 64 * 1024 * 1024,
  });
  const bill = JSON.parse(stdout) as {
    bomFormat: string;
    specVersion: string;
    components: {
      name: string;
      version: string;
      licenses?: object[];
      hashes?: { alg: string }[];
    }[];
  };
  expect([bill.bomFormat, bill.specVersion]).toEqual(["CycloneDX", "1.5"]);
  const listed = new Map(bill.components.map((one) => [`${one.name} ${one.version}`, one]));
  const { dependencies } = createRequire(import.meta.url)("../../package.json") as {
    dependencies: Record<string, string>;
  };
  for (const [name, version] of Object.entries(dependencies))
    expect(listed.get(`${name} ${version}`)).toMatchObject({ hashes: [{ alg: "SHA-512" }] });
  expect(bill.components.some(({ name }) => name === "vitest")).toBe(false);
  const missing = Object.entries(packages).filter(
    ([path, { dev, inBundle, version }]) =>
      path && !dev && !inBundle && !listed.has(`${path.split("node_modules/").at(-1)} ${version}`),
  );
  expect(missing.map(([path]) => path)).toEqual([]);
});
