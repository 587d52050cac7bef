/**
 * The queue beside pg-boss (with notify) and graphile-worker (with and without localQueue), all on one PostgreSQL in
 * one run: the embedded one, or the server of BENCH_DATABASE_URL (a role that may create databases).
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { startEmbedded } from "#database/embedded.ts";
import { upgrade } from "#database/migrate.ts";
import { machine } from "./product/machine.ts";
import { median } from "./product/median.ts";
import type { QueueUnderTest } from "./queue/contract.ts";
import { openGraphileWorker } from "./queue/graphile-worker.ts";
import { openPgBoss } from "./queue/pg-boss.ts";
import { openProductQueue } from "./queue/product.ts";

const BATCH = 500;
const ENQUEUED = 10_000;
const PICK_UPS = 150;
/** Several rounds, turn and turn about, so that what else the machine does falls on all; the median is kept. */
const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 3);

const folder = await mkdtemp(join(tmpdir(), "lm-bench-queue-"));
const given = process.env["BENCH_DATABASE_URL"];
const embedded = given ? undefined : await startEmbedded({ dataDir: join(folder, "postgres") });
const serverUrl = given ?? embedded!.url;
const names: string[] = [];

try {
  const queues: QueueUnderTest[] = [
    await openProductQueue(await freshDatabase(true)),
    await openPgBoss(await freshDatabase(false)),
    await openGraphileWorker(await freshDatabase(false), false),
    await openGraphileWorker(await freshDatabase(false), true),
  ];
  const rounds: Record<string, Record<string, number>[]> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const queue of queues) {
      (rounds[queue.name] ??= []).push(await measure(queue));
      console.error(
        `round ${round + 1}: ${queue.name} ${JSON.stringify(rounds[queue.name]!.at(-1))}`,
      );
    }
  }
  const figures: Record<string, Record<string, number>> = {};
  for (const [name, all] of Object.entries(rounds)) {
    figures[name] = Object.fromEntries(
      Object.keys(all[0]!).map((key) => [key, median(all.map((figure) => figure[key]!))]),
    );
  }
  for (const queue of queues) await queue.close();
  const retry = await retryAfterKill(await freshDatabase(true));
  figures["little-monster"]!["retry_after_kill_s"] = retry;

  const of = (name: string, key: string) => figures[name]![key]!;
  const others = ["pg-boss", "graphile-worker", "graphile-worker with localQueue"];
  const goals = [
    goal(
      "pick-up p50, of graphile-worker's",
      of("little-monster", "pick_up_p50_ms") / of("graphile-worker", "pick_up_p50_ms"),
      0.7,
      "most",
    ),
    goal(
      "batch enqueue, of the best other",
      of("little-monster", "enqueue_per_s") /
        Math.max(...others.map((name) => of(name, "enqueue_per_s"))),
      1.5,
      "least",
    ),
    goal(
      "processing at 50, of pg-boss's",
      of("little-monster", "process_50_per_s") / of("pg-boss", "process_50_per_s"),
      1,
      "least",
    ),
    goal("retry after kill -9, seconds", retry, 15, "most"),
  ];
  console.log(JSON.stringify({ bench: "queue", machine, figures, goals }));
} finally {
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  for (const name of names) await admin.query(`drop database if exists ${name} with (force)`);
  await admin.end();
  await embedded?.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);

async function measure(queue: QueueUnderTest) {
  const figures: Record<string, number> = {};
  let started = performance.now();
  for (let n = 0; n < ENQUEUED; n += BATCH) await queue.enqueue(BATCH);
  figures["enqueue_per_s"] = rate(ENQUEUED, started);
  for (const [concurrency, count] of [
    [50, ENQUEUED],
    [10, 3000],
    [1, 500],
  ] as const) {
    // Fetching one at a time, it waits for its poll (half a second) after each job.
    if (concurrency === 1 && queue.name === "pg-boss") continue;
    if (concurrency !== 50) for (let n = 0; n < count; n += BATCH) await queue.enqueue(BATCH);
    let done = 0;
    const all = Promise.withResolvers<void>();
    started = performance.now();
    const worker = await queue.work(concurrency, () => {
      if (++done === count) all.resolve();
    });
    await all.promise;
    figures[`process_${concurrency}_per_s`] = rate(count, started);
    while ((await queue.pending()) > 0) await sleep(20);
    await worker.stop();
  }
  Object.assign(figures, await pickUp(queue));
  return figures;
}

/** One job into an idle queue: from the call until its handler starts. */
async function pickUp(queue: QueueUnderTest) {
  let picked: (() => void) | undefined;
  const worker = await queue.work(10, () => picked?.());
  await sleep(1000);
  const times: number[] = [];
  for (let n = 0; n < PICK_UPS; n++) {
    const seen = Promise.withResolvers<void>();
    picked = seen.resolve;
    const started = performance.now();
    await queue.enqueue(1);
    await seen.promise;
    times.push(performance.now() - started);
    await sleep(10);
  }
  await worker.stop();
  times.sort((a, b) => a - b);
  return {
    pick_up_p50_ms: Math.round(times[Math.floor(times.length * 0.5)]! * 100) / 100,
    pick_up_p99_ms: Math.round(times[Math.floor(times.length * 0.99)]! * 100) / 100,
  };
}

/** Seconds from the kill of a worker in the middle of a job until another one starts it again. */
async function retryAfterKill(url: string) {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("./queue/endless-worker.ts", import.meta.url)), url],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const queue = await openProductQueue(url);
  await new Promise((resolve) => child.stdout.once("data", resolve)); // ready
  const claimed = new Promise((resolve) => child.stdout.once("data", resolve));
  await queue.enqueue(1);
  await claimed;
  const again = Promise.withResolvers<void>();
  const worker = await queue.work(1, () => again.resolve());
  child.kill("SIGKILL");
  const started = performance.now();
  await again.promise;
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  await worker.stop();
  await queue.close();
  return seconds;
}

async function freshDatabase(ours: boolean) {
  const name = `lm_bench_${process.pid}_${names.length}`;
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  names.push(name);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  if (ours) await upgrade(url.href);
  return url.href;
}

function goal(name: string, value: number, wanted: number, kind: "most" | "least") {
  const rounded = Math.round(value * 100) / 100;
  return {
    name,
    value: rounded,
    goal: `at ${kind} ${wanted}`,
    met: kind === "most" ? value <= wanted : value >= wanted,
  };
}

function rate(count: number, started: number) {
  return Math.round(count / ((performance.now() - started) / 1000));
}
