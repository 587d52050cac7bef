import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Command } from "commander";
import { readConfig } from "#server/config.ts";
import { startServer } from "#server/main.ts";

const WEB = fileURLToPath(new URL("../web", import.meta.url));
const VITE = fileURLToPath(new URL("../node_modules/vite/bin/vite.js", import.meta.url));

export function addStartCommand(program: Command) {
  program
    .command("start")
    .description("start everything: database, API, worker and web page")
    .action(async () => {
      const config = readConfig(process.env);
      await buildWebWhenStale();
      const server = await startServer(config);
      console.log(`Little Monster is ready at ${server.url}`);
      untilStopped(() => server.stop());
    });
}

/** The first signal stops in order; a second one ends at once, and the next start recovers. */
export function untilStopped(stop: () => Promise<void>) {
  let stopping = false;
  const onSignal = () => {
    if (stopping) process.exit(1);
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
}

/** The page is built on the first start and after a change of its sources; an image made for production brings it built. */
export async function buildWebWhenStale() {
  const built = await stat(join(WEB, "dist", "index.html")).catch(() => undefined);
  if (built && !existsSync(VITE)) return;
  if (built && built.mtimeMs >= (await newestSource())) return;
  console.log(
    built ? "The web page has changed: building it again …" : "Building the web page, once …",
  );
  await promisify(execFile)(process.execPath, [VITE, "build", "--logLevel", "warn"], {
    cwd: join(WEB, ".."),
  });
}

async function newestSource() {
  let newest = 0;
  for (const entry of await readdir(WEB, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.parentPath.startsWith(join(WEB, "dist"))) continue;
    newest = Math.max(newest, (await stat(join(entry.parentPath, entry.name))).mtimeMs);
  }
  return newest;
}
