/**
 * App, two workers and the database, one of them killed with -9 each round, while recordings come in, jobs run and two
 * tabs ask. Afterwards every acknowledged byte and answer must be there, every job completed, and none completed twice.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { LEASE_SECONDS } from "#server/features/jobs/contract.ts";
import { ownEnvironment } from "#tests/support/own-environment.ts";
import { sendRecording, type Sent } from "./live-recording.ts";
import { killableDatabase, startProcess } from "./processes.ts";
import { startQuestioners } from "./questioners.ts";
import { stopDatabase } from "./stop-database.ts";

export interface KillReport {
  rounds: number;
  kills: Record<string, number>;
  recordings: number;
  bytes: number;
  /** That were answered, as their asker was told. */
  questions: number;
  jobs: number;
  attempts_lost: number;
  client_retries: number;
  seconds: number;
  /** Sentences; empty when every promise held. */
  broken: string[];
}

const RECORDERS = 3;
const JOBS_A_ROUND = 12;
/** A job may wait for its lease to run out, the next look for lost jobs, and an outage of the database in between. */
const STUCK_SECONDS = LEASE_SECONDS + 10;
/**
 * No verdict by time, for a machine may be slow: the trial waits while anything ends, and judges when nothing has
 * changed for so long. A job of a lost worker comes back within STUCK_SECONDS, and the slowest one of the trial runs
 * for seconds.
 */
const REST_SECONDS = 3 * STUCK_SECONDS;
/** Minutes, at five a second: a bound for a server that never comes back. */
const MOST_TRIES = 3000;

export async function runKillTrial(
  rounds: number,
  log: (line: string) => void = () => {},
): Promise<KillReport> {
  const started = Date.now();
  const dataDir = await mkdtemp(join(tmpdir(), "lm-kills-"));
  const env = {
    ...ownEnvironment(dataDir),
    LM_LOG_LEVEL: process.env["LM_KILLS_LOG"] ?? "silent",
    LM_WORKER_CONCURRENCY: "4",
  };
  const app = await startProcess("app", "app", { ...env, LM_WORKER: "off" });
  const databaseUrl = app.said.split(" ")[1]!;
  const workers = [
    await startProcess("worker", "worker 1", env),
    await startProcess("worker", "worker 2", env),
  ];
  const database = killableDatabase(dataDir, () =>
    query("select 1").then(
      () => true,
      () => false,
    ),
  );
  const victims = [app, ...workers, database];
  const report: KillReport = {
    rounds,
    kills: {},
    recordings: 0,
    bytes: 0,
    questions: 0,
    jobs: 0,
    attempts_lost: 0,
    client_retries: 0,
    seconds: 0,
    broken: [],
  };
  const url = () => app.said.split(" ")[0]!;
  try {
    await query(
      `create table kill_trial (job_id uuid not null, attempt smallint not null,
        done_at timestamptz not null default now())`,
    );
    const token = await register(url());
    const stats = { retries: 0, lost: [] as string[] };
    const sent: Sent[] = [];
    const jobs: string[] = [];
    let stop = false;
    const questioners = await startQuestioners(url, token);
    const work = Promise.all(
      Array.from({ length: RECORDERS }, async (_, recorder) => {
        for (let n = 0; !stop; n++)
          sent.push(await sendRecording(url, token, 10 + ((n + recorder) % 4) * 10, stats));
      }),
    );

    for (let round = 1; round <= rounds; round++) {
      jobs.push(...(await patiently(() => enqueue(round))));
      await sleep(400 + Math.random() * 1200);
      const victim = victims[Math.floor(Math.random() * victims.length)]!;
      log(
        `round ${round}: kill ${victim.name}; ${sent.length} recordings, ${jobs.length} jobs so far`,
      );
      report.kills[victim.name] = (report.kills[victim.name] ?? 0) + 1;
      await victim.killAndRestart();
    }
    stop = true;
    await work;
    await questioners.stop();

    let seen = "";
    let restSince = Date.now();
    for (;;) {
      const { rows } = await patiently(() =>
        query(
          `select count(*) filter (where status in ('pending', 'processing'))::int as open,
            max(completed_at) as last_end,
             sum(attempts)::int as attempts, sum(progress) as progress,
               (select count(*)::int from kill_trial) as written
           from jobs where user_id is not null or job_type = 'kill-trial'`,
        ),
      );
      const { open } = rows[0];
      if (open === 0) break;
      const now = JSON.stringify(rows);
      if (now !== seen) {
        seen = now;
        restSince = Date.now();
      } else if (Date.now() - restSince > REST_SECONDS * 1000) {
        report.broken.push(`${open} jobs are open, and nothing has happened for ${REST_SECONDS} s`);
        break;
      }
      await sleep(500);
    }

    report.broken.push(...stats.lost);
    const asked = await questioners.judge(query);
    report.questions = asked.questions;
    report.broken.push(...asked.broken);
    for (const { name, ownDeaths } of victims)
      if (ownDeaths > 0) report.broken.push(`${name} ended by itself ${ownDeaths} times`);
    for (const { recordingId, sha256, bytes } of sent) {
      const answer = await fetch(`${url()}/api/recordings/${recordingId}/audio`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const there = createHash("sha256")
        .update(Buffer.from(await answer.arrayBuffer()))
        .digest("hex");
      if (there !== sha256)
        report.broken.push(`recording ${recordingId} is not what was acknowledged`);
      report.bytes += bytes;
    }
    const { rows: ended } = await query(
      `select jobs.id, jobs.job_type, jobs.status, jobs.error_message,
         (select count(*)::int from job_attempts where job_id = jobs.id and outcome = 'completed') as completions,
         (select count(*)::int from job_attempts where job_id = jobs.id and outcome = 'lost') as lost,
         (select count(*)::int from job_attempts where job_id = jobs.id and ended_at is null) as open,
         (select count(*)::int from kill_trial where job_id = jobs.id) as written
       from jobs where user_id is not null or job_type = 'kill-trial'`,
    );
    for (const job of ended) {
      if (job.status !== "completed")
        report.broken.push(`${job.job_type} ${job.id} is ${job.status}: ${job.error_message}`);
      if (job.completions !== 1)
        report.broken.push(`${job.job_type} ${job.id} completed ${job.completions} times`);
      if (job.open > 0)
        report.broken.push(`${job.job_type} ${job.id} has an attempt without an end`);
      if (job.job_type === "kill-trial" && job.written < 1)
        report.broken.push(`${job.id} left nothing behind`);
      report.attempts_lost += job.lost;
    }
    const there = new Set(ended.map(({ id }) => id));
    for (const id of jobs) if (!there.has(id)) report.broken.push(`job ${id} was forgotten`);
    report.recordings = sent.length;
    report.jobs = ended.length;
    report.client_retries = stats.retries;
  } finally {
    for (const worker of workers) await worker.stop();
    await app.stop();
    await stopDatabase(dataDir);
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
  report.seconds = Math.round((Date.now() - started) / 1000);
  return report;

  async function query(statement: string, values: unknown[] = []) {
    const client = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: 3000,
      query_timeout: 10_000,
    });
    client.on("error", () => {});
    await client.connect();
    try {
      return await client.query(statement, values);
    } finally {
      await client.end().catch(() => {});
    }
  }

  /**
   * An answer that was lost with its connection is asked for again: the doubled jobs run too, which harms nothing here.
   */
  async function enqueue(round: number) {
    const wanted = Array.from({ length: JOBS_A_ROUND }, (_, n) => ({
      id: randomUUID(),
      payload: { steps: 1 + ((round + n) % 40) },
      max_attempts: 50,
    }));
    await query("select enqueue_jobs(null, 'kill-trial', 0::smallint, $1)", [
      JSON.stringify(wanted),
    ]);
    return wanted.map(({ id }) => id);
  }

  async function patiently<T>(task: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await task();
      } catch (error) {
        if (tries > MOST_TRIES) throw error;
        await sleep(200);
      }
    }
  }
}

async function register(url: string) {
  const answer = await fetch(`${url}/api/auth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "kills@example.org", password: "Correct-Horse-7" }),
  });
  if (answer.status !== 201) throw new Error(`register: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}
