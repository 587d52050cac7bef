/** Starts the processes of a trial, kills them with -9, starts them again. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROCESS = fileURLToPath(new URL("./process.ts", import.meta.url));

export interface Killable {
  name: string;
  /** Ends it with SIGKILL and resolves when it, or what restarts it, works again. */
  killAndRestart(): Promise<void>;
  /** How often it ended without being killed. */
  ownDeaths: number;
  /** The rest of what the first line said. */
  said: string;
  stop(): Promise<void>;
}

export async function startProcess(
  role: "app" | "worker",
  name: string,
  env: Record<string, string>,
): Promise<Killable> {
  let child: ChildProcess;
  let killing = false;
  async function start() {
    killing = false;
    child = spawn(process.execPath, [PROCESS, role], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", process.env["LM_KILLS_LOG"] ? "inherit" : "ignore"],
    });
    let ready = false;
    child.once("exit", () => {
      if (ready && !killing) killable.ownDeaths++;
    });
    for await (const line of createInterface({ input: child.stdout! })) {
      if (!line.startsWith("ready")) continue;
      ready = true;
      return line.slice("ready ".length);
    }
    throw new Error(`${name} ended before it was ready`);
  }
  async function end() {
    if (child.exitCode !== null || child.signalCode !== null) return;
    killing = true;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }
  /** The database may be down for a moment when it starts: what supervises it tries again. */
  async function startUntilReady() {
    for (let tries = 1; ; tries++) {
      try {
        return await start();
      } catch (error) {
        if (tries >= 20) throw error;
      }
    }
  }
  const killable: Killable = {
    name,
    ownDeaths: 0,
    said: "",
    async killAndRestart() {
      await end();
      killable.said = await startUntilReady();
    },
    stop: end,
  };
  killable.said = await startUntilReady();
  return killable;
}

/** The embedded PostgreSQL: its processes watch it and start it again. */
export function killableDatabase(dataDir: string, answers: () => Promise<boolean>): Killable {
  return {
    name: "database",
    ownDeaths: 0,
    said: "",
    async killAndRestart() {
      const pid = Number(
        (await readFile(join(dataDir, "postgres", "postmaster.pid"), "utf8")).split("\n")[0],
      );
      process.kill(pid, "SIGKILL");
      while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 100));
    },
    stop: async () => {},
  };
}
