/** `lm start` as its operator has it: two processes and a database, killed one by one, and ended together. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { register } from "#tests/support/app.ts";
import { ownEnvironment } from "#tests/support/own-environment.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

let folder: string;
let started: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lm-start-"));
});
afterEach(async () => {
  if (started && started.exitCode === null && started.signalCode === null) {
    started.kill("SIGTERM");
    await once(started, "exit");
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function start(command: string, args: string[], env: Record<string, string> = {}) {
  started = spawn(command, args, {
    cwd: ROOT,
    env: {
      ...process.env,
      ...ownEnvironment(folder),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  started.stderr!.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  for await (const line of createInterface({ input: started.stdout! })) {
    const url = /ready at (\S+)/.exec(line)?.[1];
    if (url) return { url, pid: started.pid!, said };
  }
  throw new Error(`did not start: ${said.join("")}`);
}

interface Process {
  pid: number;
  parent: number;
  command: string;
}

async function processes(): Promise<Process[]> {
  const found: Process[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const fields = /^\d+ \(.*\) (\S) (\d+)/s.exec(stat);
    if (!fields || fields[1] === "Z") continue;
    const command = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
    found.push({
      pid: Number(name),
      parent: Number(fields[2]),
      command: command.replaceAll("\0", " "),
    });
  }
  return found;
}

/** Of this start, the database included: its folder stands in its command. */
async function tree(root: number) {
  const all = await processes();
  const inTree = new Set([root]);
  for (let size = 0; size !== inTree.size;) {
    size = inTree.size;
    for (const { pid, parent } of all) if (inTree.has(parent)) inTree.add(pid);
  }
  return all.filter(({ pid, command }) => inTree.has(pid) || command.includes(folder));
}

async function pidOf(root: number, verb: string) {
  return (await tree(root)).find(({ command }) => command.includes(`main.ts ${verb}`))?.pid;
}

const postmaster = async () =>
  Number((await readFile(join(folder, "postgres", "postmaster.pid"), "utf8")).split("\n")[0]);

const works = async (url: string) =>
  fetch(`${url}/api/health`).then(
    ({ status }) => status,
    () => 0,
  );

test.runIf(process.platform === "linux")(
  "server and worker are killed one by one: each comes back by itself, on one database",
  async () => {
    const { url, pid, said } = await start(process.execPath, ["cli/lm.mjs", "start"]);
    expect(await works(url)).toBe(200);
    const database = await postmaster();
    const student = await register(url);
    for (const verb of ["serve", "worker"]) {
      const other = verb === "serve" ? "worker" : "serve";
      const killed = (await pidOf(pid, verb))!;
      const spared = await pidOf(pid, other);
      process.kill(killed, "SIGKILL");
      await expect.poll(async () => (await pidOf(pid, verb)) ?? killed).not.toBe(killed);
      await expect.poll(() => works(url)).toBe(200);
      expect(await pidOf(pid, other)).toBe(spared);
      expect((await student.get("/auth/me")).status).toBe(200);
    }
    expect(await postmaster()).toBe(database);
    expect(said.join("")).toMatch(/"part":"server".*"signal":"SIGKILL"/);
    expect(said.join("")).toMatch(/"part":"worker".*"signal":"SIGKILL"/);
    process.kill(pid, "SIGTERM");
    await once(started!, "exit");
    expect(await tree(pid)).toEqual([]);
  },
);

/** A fault of ours that nobody caught: thrown in the server when this signal comes. */
const FAULT = `data:text/javascript,${encodeURIComponent(
  'process.on("SIGUSR2",()=>setImmediate(()=>{throw new Error("planted")}))',
)}`;

test.runIf(process.platform === "linux")(
  "an error that nobody caught ends that process in order: what was acknowledged is there, the rest goes on",
  async () => {
    const { url, pid, said } = await start(process.execPath, ["cli/lm.mjs", "start"], {
      NODE_OPTIONS: `--import=${FAULT}`,
    });
    const student = await register(url);
    const server = (await pidOf(pid, "serve"))!;
    const worker = await pidOf(pid, "worker");
    const notes: string[] = [];
    for (let n = 0; n < 5; n++) {
      const made = await student.post("/study-materials", { title: `n${n}`, content: "kept" });
      expect(made.status).toBe(201);
      notes.push(made.body.id);
    }
    process.kill(server, "SIGUSR2");
    // Under way at this moment: answered, or cut off; never half.
    const late = await student
      .post("/study-materials", { title: "late", content: "kept" })
      .catch(() => undefined);
    if (late?.status === 201) notes.push(late.body.id);
    await expect.poll(async () => (await pidOf(pid, "serve")) ?? server).not.toBe(server);
    await expect.poll(() => works(url)).toBe(200);
    expect(said.join("")).toMatch(/"level":60.*an error that nobody expected/);
    expect(said.join("")).toMatch(/"part":"server".*"code":1/);
    expect(await pidOf(pid, "worker")).toBe(worker);
    const kept = (await student.get("/study-materials")).body.items.map(({ id }: any) => id);
    expect(kept).toEqual(expect.arrayContaining(notes));
    process.kill(pid, "SIGTERM");
    await once(started!, "exit");
  },
);

test.runIf(process.platform === "linux")(
  "kill -TERM of npm start ends the whole tree",
  async () => {
    const first = await start("npm", ["start"]);
    const whole = await tree(first.pid);
    expect(whole.length).toBeGreaterThan(3);
    process.kill(first.pid, "SIGTERM");
    await expect
      .poll(async () => (await tree(first.pid)).map(({ command }) => command))
      .toEqual([]);
  },
);

test("a setting that is wrong ends the start with its name, and is not tried again", async () => {
  await expect(
    start(process.execPath, ["cli/lm.mjs", "start"], {
      LM_REGISTRATION: "sometimes",
      LM_STT_ENGIN: "sherpa",
    }),
  ).rejects.toThrow(/LM_REGISTRATION[^]*LM_STT_ENGIN: .*Did you mean LM_STT_ENGINE\?/);
});
