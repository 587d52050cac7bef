/** Processes of a benchmark: the product, and what it is measured beside. Each prints its address when it is ready. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export function createProcesses() {
  const children: ChildProcess[] = [];

  async function start(file: URL, args: string[] = [], env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [fileURLToPath(file), ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const [line] = (await once(child.stdout!, "data")) as [Buffer];
    return { url: line.toString().trim(), pid: child.pid! };
  }

  return {
    start,
    /** A server with a database and files of its own in the folder, and no worker. */
    startProduct: (folder: string, env: Record<string, string> = {}) =>
      start(new URL("server.ts", import.meta.url), [], {
        LM_DATA_DIR: join(folder, "data"),
        DATABASE_URL: "",
        POSTGRES_USER: "",
        POSTGRES_PASSWORD: "",
        POSTGRES_DB: "",
        PORT: "0",
        NODE_ENV: "test",
        LM_LOG_LEVEL: "error",
        LM_WORKER: "off",
        ...env,
      }),
    async stop() {
      for (const child of children) {
        const ended = once(child, "exit");
        child.kill("SIGTERM");
        await Promise.race([ended, sleep(15_000, undefined, { ref: false })]);
        child.kill("SIGKILL");
      }
    },
  };
}
