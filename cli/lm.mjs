#!/usr/bin/env node
// The one entry, in plain JavaScript that any Node from 18 on can parse: it makes sure that Node 24 runs the TypeScript
// behind it. Inside npm scripts `node` already is the 24 that npm ci installed from the registry; called directly, the
// machine's own Node may be older.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const NEEDED_MAJOR = 24;
const main = fileURLToPath(new URL("main.ts", import.meta.url));

// What the modules were compiled to is kept beside the packages: a server starts with 1.1 s of processor time instead
// of 1.9. Children and threads read the same folder; one that cannot be written changes nothing.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL("../node_modules/.cache/compiled", import.meta.url),
);

if (Number(process.versions.node.split(".")[0]) >= NEEDED_MAJOR) {
  module.enableCompileCache();
  const { run } = await import("./main.ts");
  await run(process.argv);
} else {
  const runtime = findRuntime();
  if (!runtime) {
    console.error(
      `Little Monster needs Node ${NEEDED_MAJOR} or newer; this is ${process.version}, and the ` +
        `copy that npm ci installs on Linux and Windows is not there.\n` +
        `Run "npm ci" again without --omit=optional, or install Node ${NEEDED_MAJOR} from https://nodejs.org.`,
    );
    process.exit(1);
  }
  const child = spawn(runtime, [main, ...process.argv.slice(2)], { stdio: "inherit" });
  // A terminal sends Ctrl-C to both; the child decides when to end.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (signal !== "SIGINT") child.kill(signal);
    });
  }
  child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

function findRuntime() {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const file = process.platform === "win32" ? "node.exe" : "node";
  const path = fileURLToPath(new URL(`../node_modules/${name}/bin/${file}`, import.meta.url));
  return existsSync(path) ? path : undefined;
}
