/**
 * `npm run sbom`: what the program is made of, as CycloneDX 1.5 on standard output, from package-lock.json alone; no
 * network is asked. Tools of development are left out by the lock file's own word: `npm sbom --omit dev` (11.19) also
 * leaves out what is both, such as pg. https://cyclonedx.org/docs/1.5/json/
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

interface Bill {
  components: { "bom-ref": string; name: string; version: string }[];
  dependencies: { ref: string; dependsOn: string[] }[];
  metadata: { component: { name: string } };
}

const root = fileURLToPath(new URL("..", import.meta.url));
const { packages, name } = JSON.parse(readFileSync(`${root}package-lock.json`, "utf8")) as {
  name: string;
  packages: Record<string, { version?: string; dev?: boolean }>;
};
const needed = new Set(
  Object.entries(packages)
    .filter(([path, { dev }]) => path && !dev)
    .map(([path, { version }]) => `${path.split("node_modules/").at(-1)} ${version}`),
);
const options = ["--sbom-format", "cyclonedx", "--sbom-type", "application", "--package-lock-only"];
const bill = JSON.parse(
  execFileSync("npm", ["sbom", ...options], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    shell: process.platform === "win32",
  }),
) as Bill;
// npm calls it by the name of the folder.
bill.metadata.component.name = name;
bill.components = bill.components.filter((one) => needed.has(`${one.name} ${one.version}`));
const refs = new Set(bill.components.map((one) => one["bom-ref"]));
bill.dependencies = bill.dependencies
  .filter(({ ref }, at) => at === 0 || refs.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }));
process.stdout.write(`${JSON.stringify(bill, null, 2)}\n`);
