/** `npm run bench NAME`: runs benchmarks/NAME.ts, whose last line is JSON {bench, machine, figures, goals}. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const names = readdirSync(here)
  .filter((file) => file.endsWith(".ts") && file !== "run.ts")
  .map((file) => file.slice(0, -".ts".length));
const [name, ...args] = process.argv.slice(2);
if (!name || !names.includes(name)) {
  console.error(`Usage: npm run bench NAME, where NAME is one of: ${names.join(", ")}`);
  process.exit(1);
}
process.exit(
  spawnSync(process.execPath, [`${here}${name}.ts`, ...args], { stdio: "inherit" }).status ?? 1,
);
