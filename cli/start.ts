import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Command } from "commander";
import { readConfig } from "#server/config.ts";
import { startServer } from "#server/main.ts";
import { endInOrder } from "./end-in-order.ts";
import { sayReady, supervise, type Supervised } from "./supervise.ts";

const WEB = fileURLToPath(new URL("../web", import.meta.url));
const VITE = fileURLToPath(new URL("../node_modules/vite/bin/vite.js", import.meta.url));

export function addStartCommand(program: Command) {
  program
    .command("start")
    .description("start everything: database, API, worker and web page")
    .action(async () => {
      const config = readConfig(process.env);
      await buildWebWhenStale();
      await startAll(config.worker.enabled);
    });
  program
    .command("serve", { hidden: true })
    .description("the API and the web page, in this process; `start` supervises it")
    .action(async () => {
      const server = await startServer(readConfig({ ...process.env, LM_WORKER: "off" }));
      endInOrder(server.opened.context.log, () => server.stop());
      sayReady({ url: server.url, port: String(server.port) });
    });
}

/** The worker starts when the server is there: keys, database and its schema are made by then. */
async function startAll(withWorker: boolean) {
  const parts: Supervised[] = [];
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    await Promise.all(parts.map((part) => part.stop()));
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => void stop());
  stopWithParent(stop);
  const log = (line: object) =>
    console.error(JSON.stringify({ level: 40, time: Date.now(), ...line }));
  try {
    const server = await supervise({ name: "server", verb: "serve" }, log);
    parts.push(server);
    if (withWorker) parts.push(await supervise({ name: "worker", verb: "worker" }, log));
    console.log(`Little Monster is ready at ${server.said["url"]}`);
  } catch (error) {
    await Promise.all(parts.map((part) => part.stop()));
    throw error;
  }
}

/** npm passes a signal on to a shell, and some shells keep it to themselves: when they are gone, so are we. */
function stopWithParent(stop: () => Promise<void>) {
  if (!process.env["npm_lifecycle_event"]) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && void stop(), 500).unref();
}

/**
 * The page is built on the first start and after a change of its sources; an image made for production brings it built.
 */
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
