/** The product for a benchmark: a server of its own with the embedded database, and a worker process of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { openAsBlob } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readConfig } from "#server/config.ts";
import { startServer } from "#server/main.ts";

export interface Transcribed {
  status: string;
  message: string | null;
  text: string;
  engine: string;
  model: string | null;
  durationSeconds: number;
  /** From the claim of the job to its end, as the database says. */
  seconds: number;
  /** From the claim of the job to the first segment in the database. */
  secondsToFirstSegment: number | undefined;
  /**
   * Resident memory of the worker and every process it started, added up; sampled once a second: the sampling costs
   * what it measures.
   */
  peakMegabytes: number;
}

export async function startProduct(env: Record<string, string>) {
  const dataDir = await mkdtemp(join(tmpdir(), "lm-bench-"));
  const settings = {
    NODE_ENV: "test",
    LM_RATE_LIMITS: "off",
    LM_LOG_LEVEL: "error",
    LM_DATA_DIR: dataDir,
    PORT: "0",
    ...env,
  };
  const server = await startServer(readConfig({ ...settings, LM_WORKER: "off" }));
  const worker = spawn(process.execPath, [resolve("cli/lm.mjs"), "worker"], {
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(worker.stdout!, "data");
  const { database } = server.opened.context;
  const registered = await call("/auth/register", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "bench@example.org", password: "Correct-Horse-7" }),
  });
  const authorization = `Bearer ${registered.access_token}`;

  async function call(path: string, init: RequestInit = {}) {
    const answer = await fetch(`${server.url}/api${path}`, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as any;
  }

  return {
    async transcribe(
      path: string,
      wish: { engine?: string; model?: string; language?: string } = {},
    ): Promise<Transcribed> {
      const form = new FormData();
      form.set("file", await openAsBlob(path), basename(path));
      form.set("transcribe", "false");
      const { recording } = await call("/recordings", {
        method: "POST",
        headers: { authorization },
        body: form,
      });
      const memory = watchMemory(worker);
      const started = await call(`/recordings/${recording.id}/transcribe`, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify(wish),
      });
      let job = started;
      while (!["completed", "failed", "cancelled"].includes(job.status)) {
        await wait(1000);
        job = await call(`/transcription-jobs/${started.id}`, { headers: { authorization } });
      }
      const peakMegabytes = memory.stop();
      const made = await database
        .selectFrom("transcriptions")
        .select(["id", "text", "engine", "model", "duration_seconds"])
        .where("transcription_job_id", "=", started.id)
        .executeTakeFirst();
      const first = await database
        .selectFrom("transcription_segments")
        .select("created_at")
        .where("transcription_id", "=", made?.id ?? started.id)
        .orderBy("number")
        .limit(1)
        .executeTakeFirst();
      const begun = new Date(job.started_at).getTime();
      return {
        status: job.status,
        message: job.error_message,
        text: made?.text ?? "",
        engine: made?.engine ?? "",
        model: made?.model ?? null,
        durationSeconds: made?.duration_seconds ?? 0,
        seconds: (new Date(job.completed_at).getTime() - begun) / 1000,
        secondsToFirstSegment: first && (new Date(first.created_at).getTime() - begun) / 1000,
        peakMegabytes,
      };
    },
    engines: async () =>
      (await call("/transcription-engines", { headers: { authorization } })).items as {
        name: string;
        available: boolean;
        rough: boolean;
        models: string[];
      }[],
    async stop() {
      worker.kill("SIGTERM");
      if (worker.exitCode === null) await once(worker, "exit");
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Linux only; 0 elsewhere. */
function watchMemory(root: ChildProcess) {
  let peak = 0;
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    peak = Math.max(peak, await residentOfTree(root.pid!).catch(() => 0));
    busy = false;
  }, 1000);
  return {
    stop() {
      clearInterval(timer);
      return Math.round(peak / 1_000_000);
    },
  };
}

async function residentOfTree(root: number) {
  const parents = new Map<number, number>();
  const resident = new Map<number, number>();
  for (const name of await readdir("/proc").catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    if (!stat) continue;
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    parents.set(Number(name), Number(fields[1]));
    resident.set(Number(name), Number(fields[21]) * 4096);
  }
  let sum = 0;
  for (const pid of parents.keys()) {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) {
      if (at !== root) continue;
      sum += resident.get(pid)!;
      break;
    }
  }
  return sum;
}
