/** The embedded server when things are killed: real processes, real folders. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startEmbedded } from "./embedded.ts";

let folder: string;
let dataDir: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lm-test-embedded-"));
  dataDir = join(folder, "postgres");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function query(url: string, text: string) {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  try {
    await client.connect();
    return (await client.query<{ n: number }>(text)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

const serverPid = async () =>
  Number((await readFile(join(dataDir, "postmaster.pid"), "utf8")).split("\n")[0]);

test("a server that is killed under a running application comes back on its port with every row", async () => {
  const app = await startEmbedded({ dataDir, exclusive: true });
  try {
    await query(app.url, "create table kept (n integer); insert into kept values (7)");
    const killed = await serverPid();
    process.kill(killed, "SIGKILL");
    let rows: { n: number }[] | undefined;
    while (!rows || (await serverPid()) === killed)
      rows = await query(app.url, "select n from kept").catch(() => undefined);
    expect(rows).toEqual([{ n: 7 }]);
  } finally {
    await app.stop();
  }
});

test(
  "a second application on the folder is refused; a helper beside it is not, and the last one " +
    "stops the server",
  async () => {
    const app = await startEmbedded({ dataDir, exclusive: true });
    await expect(startEmbedded({ dataDir, exclusive: true })).rejects.toThrow("already running");
    const helper = await startEmbedded({ dataDir });
    await app.stop();
    expect(await query(helper.url, "select 1 as n")).toEqual([{ n: 1 }]);
    await helper.stop();
    await expect(query(helper.url, "select 1")).rejects.toThrow();
  },
);

test("killed, and started by four at once, one server runs, at the port where it was", async () => {
  const app = await startEmbedded({ dataDir });
  try {
    process.kill(await serverPid(), "SIGKILL");
    const four = await Promise.all([0, 1, 2, 3].map(() => startEmbedded({ dataDir })));
    for (const { url } of four) expect(url).toBe(app.url);
    // Its lock file is still there: nobody has taken it for that of the killed one.
    process.kill(await serverPid(), 0);
    for (const one of four) await one.stop();
  } finally {
    await app.stop();
  }
});

test("after a kill -9 of the application the next one attaches to the server that was left", async () => {
  const program = `import { startEmbedded } from ${JSON.stringify(new URL("embedded.ts", import.meta.url).href)};
    const app = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, exclusive: true });
    console.log(app.url); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const url = line.toString().trim();
  await query(url, "create table kept (n integer); insert into kept values (7)");
  const pid = await serverPid();
  child.kill("SIGKILL");
  await ended;
  // Its lock goes when the server has noticed.
  while (
    (await query(url, "select count(*)::int as n from pg_locks where locktype = 'advisory'"))[0]!.n
  );
  const next = await startEmbedded({ dataDir, exclusive: true });
  try {
    expect(await serverPid()).toBe(pid);
    expect(await query(next.url, "select n from kept")).toEqual([{ n: 7 }]);
  } finally {
    await next.stop();
  }
});
