/** The queue on the real database, with handlers of the test's own. */
import { execFileSync } from "node:child_process";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ClaimedRow, Handler } from "#server/features/jobs/contract.ts";
import { enqueueJob, enqueueJobs, type NewJob } from "#server/features/jobs/enqueue-job.ts";
import { startTestApp, type Student, type TestApp } from "#tests/support/app.ts";
import { claimJobs, reapLostJobs } from "./queries.ts";
import { LeaseLost, startWorker, type Worker } from "./worker.ts";

let app: TestApp;
let administrator: Student;
const workers: Worker[] = [];

beforeAll(async () => {
  app = await startTestApp({ LM_WORKER: "off", LM_WORKER_CONCURRENCY: "4" });
  administrator = await app.register();
});
afterAll(async () => {
  for (const worker of workers) await worker.stop();
  await app.stop();
});

async function work(table: Record<string, Handler>) {
  const worker = await startWorker(app.context, table);
  workers.push(worker);
  return worker;
}

interface OwnJob {
  user_id?: string | null;
  job_type: string;
  payload?: object;
  priority?: number;
  run_at?: Date;
  max_attempts?: number;
  idempotency_key?: string;
}

/** Types of the test's own: the product's list has none of them. */
const own = (job: OwnJob) => ({ user_id: null, payload: {}, ...job }) as unknown as NewJob;

function add(job: OwnJob) {
  return app.context.database.transaction().execute((tx) => enqueueJob(tx, own(job)));
}

const row = (id: string) =>
  app.context.database
    .selectFrom("jobs")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirstOrThrow();

async function ended(id: string) {
  const heard = Promise.withResolvers<void>();
  for (;;) {
    const job = await row(id);
    if (!["pending", "processing"].includes(job.status)) return job;
    await Promise.race([heard.promise, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
}

const attempts = (id: string) =>
  app.context.database
    .selectFrom("job_attempts")
    .selectAll()
    .where("job_id", "=", id)
    .orderBy("attempt")
    .execute();

describe("order", () => {
  const claimed = async (type: string) => {
    const worker = { id: `here:${type}`, host: "here" };
    await app.context.database
      .insertInto("workers")
      .values({ id: worker.id, host: "here", process_id: 1, concurrency: 1 })
      .execute();
    const wanted = [{ job_type: type, limit: 1000, machine_limit: null }];
    const jobs = await claimJobs(app.context.database, worker, wanted, 1000);
    await sql`delete from jobs where job_type = ${type}`.execute(app.context.database);
    return jobs;
  };

  it("one student's hundred files do not hold up another's one", async () => {
    const [busy, quick] = [await app.register(), await app.register()];
    await app.context.database.transaction().execute((tx) =>
      enqueueJobs(
        tx,
        Array.from({ length: 100 }, () => own({ user_id: busy.id, job_type: "fair" })),
      ),
    );
    await add({ job_type: "fair", user_id: quick.id });
    const order = (await claimed("fair")).map(({ user_id }) => user_id);
    expect(order.indexOf(quick.id)).toBe(1);
    expect(order).toHaveLength(101);
  });

  it("goes by priority, leaves delayed jobs, and gives a live job again for the same key", async () => {
    const low = await add({ job_type: "order", priority: -5 });
    const high = await add({ job_type: "order", priority: 5 });
    await add({ job_type: "order", run_at: new Date(Date.now() + 60_000) });
    const first = await add({ job_type: "order", idempotency_key: "same" });
    const again = await add({ job_type: "order", idempotency_key: "same" });
    expect(again.id).toBe(first.id);
    expect((await claimed("order")).map(({ id }) => id)).toEqual([high.id, first.id, low.id]);
  });

  it("adds for several students at once, and answers in the order given", async () => {
    const [one, two] = [await app.register(), await app.register()];
    const there = await add({ job_type: "mixed", user_id: one.id, idempotency_key: "there" });
    const job = (user_id: string, more: Partial<OwnJob> = {}) =>
      own({ user_id, job_type: "mixed", payload: { of: user_id }, ...more });
    const added = await app.context.database
      .transaction()
      .execute((tx) =>
        enqueueJobs(tx, [
          job(one.id, { priority: 1 }),
          job(two.id, { idempotency_key: "there" }),
          job(one.id),
          job(one.id, { idempotency_key: "there" }),
          job(one.id, { idempotency_key: "new", max_attempts: 2 }),
        ]),
      );
    expect(added[3]).toEqual(there);
    const rows = await Promise.all(added.map(({ id }) => row(id)));
    expect(rows.map(({ user_id }) => user_id)).toEqual([one.id, two.id, one.id, one.id, one.id]);
    expect(rows.map(({ idempotency_key }) => idempotency_key)).toEqual([
      null,
      "there",
      null,
      "there",
      "new",
    ]);
    expect(rows.map(({ priority }) => priority)).toEqual([1, 0, 0, 0, 0]);
    expect(rows[2]).toMatchObject({ payload: { of: one.id }, max_attempts: 5 });
    expect(rows[4]).toMatchObject({ max_attempts: 2 });
    expect(await claimed("mixed")).toHaveLength(5);
  });

  it("keeps to the limit of a machine over all its workers", async () => {
    for (let n = 0; n < 5; n++) await add({ job_type: "bounded" });
    const wanted = [{ job_type: "bounded", limit: 5, machine_limit: 2 }];
    const claims = await Promise.all(
      ["one:a", "one:b", "two:a"].map((id) =>
        claimJobs(app.context.database, { id, host: id.split(":")[0]! }, wanted, 5),
      ),
    );
    expect(claims[0]!.length + claims[1]!.length).toBe(2);
    expect(claims[2]).toHaveLength(2);
    await sql`delete from jobs where job_type = 'bounded'`.execute(app.context.database);
  });
});

it("each attempt stands in the ledger; a failure is tried again after a while, and the last one says why", async () => {
  let tries = 0;
  await work({
    flaky: {
      async run() {
        if (++tries === 1) throw new Error("the first time");
        return { tries };
      },
    },
    hopeless: {
      async run() {
        throw new Error("always");
      },
    },
  });
  const job = await ended((await add({ job_type: "flaky" })).id);
  expect(job).toMatchObject({ status: "completed", attempts: 2, result: { tries: 2 } });
  expect((await attempts(job.id)).map(({ outcome }) => outcome)).toEqual(["failed", "completed"]);
  const failed = await ended((await add({ job_type: "hopeless", max_attempts: 1 })).id);
  expect(failed).toMatchObject({ status: "failed", error_code: "internal" });
});

it("an idle worker goes on giving signs of life that others see", async () => {
  const { id } = await work({});
  const signs = new Set<number>();
  await vi.waitUntil(
    async () => {
      const { rows } = await sql<{ seen_at: Date }>`
        select seen_at from workers where id = ${id}`.execute(app.context.database);
      for (const { seen_at } of rows) signs.add(seen_at.getTime());
      return signs.size >= 2;
    },
    { timeout: 60_000 },
  );
});

it("an attempt that got further does not count against the tries, one that did not does", async () => {
  await work({
    slow: {
      async run(_context, job, run) {
        run.progress((job.attempts - 1) / 10);
        if (job.attempts < 4) run.progress(job.attempts / 10);
        throw new Error("the line broke");
      },
    },
  });
  const job = await ended((await add({ job_type: "slow", max_attempts: 1 })).id);
  expect(job).toMatchObject({ status: "failed", attempts: 4, max_attempts: 4 });
});

it("a lost attempt that got further does not count either", async () => {
  const { database } = app.context;
  const lose = async (progress: number) => {
    await sql`update jobs set status = 'processing', attempts = attempts + 1, locked_by = 'dead',
      progress = ${progress},
      heartbeat_at = now() - interval '1 minute' where id = ${id}`.execute(database);
    await sql`insert into job_attempts (job_id, attempt, worker) select id, attempts, 'dead' from jobs
      where id = ${id}`.execute(database);
    await database.transaction().execute(reapLostJobs);
    return row(id);
  };
  const { id } = await add({
    job_type: "unclaimed",
    max_attempts: 2,
    run_at: new Date(Date.now() + 1e8),
  });
  expect(await lose(0.4)).toMatchObject({ status: "pending", max_attempts: 3 });
  expect(await lose(0.4)).toMatchObject({ status: "pending", max_attempts: 3 });
  expect(await lose(0.6)).toMatchObject({ status: "pending", max_attempts: 4 });
  expect(await lose(0.6)).toMatchObject({ status: "failed", error_code: "worker-lost" });
});

it("cancel stops what runs", async () => {
  const begun = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<unknown>();
  await work({
    endless: {
      run: (_context, _job, { signal }) =>
        new Promise((_resolve, reject) => {
          begun.resolve();
          signal.addEventListener("abort", () => {
            stopped.resolve(signal.reason);
            reject(signal.reason);
          });
        }),
    },
  });
  const student = await app.register();
  const { id } = await add({ job_type: "endless", user_id: student.id });
  await begun.promise;
  expect((await student.post(`/jobs/${id}/cancel`)).status).toBe(200);
  expect(await stopped.promise).toBe("cancelled");
  expect((await ended(id)).status).toBe("cancelled");
});

it("a handler that blocks the thread for longer than the lease keeps its job", async () => {
  await work({
    blocking: {
      async run() {
        execFileSync("sleep", ["13"]);
      },
    },
  });
  const job = await ended((await add({ job_type: "blocking" })).id);
  expect(job).toMatchObject({ status: "completed", attempts: 1 });
});

it("a worker that lost its lease writes nothing more", async () => {
  const claimed = Promise.withResolvers<ClaimedRow>();
  const go = Promise.withResolvers<void>();
  const outcome = Promise.withResolvers<unknown>();
  await work({
    fenced: {
      async run(_context, job, run) {
        if (job.attempts > 1) return { by: "the second" };
        claimed.resolve(job);
        await go.promise;
        try {
          await run.write((tx) =>
            sql`update jobs set result = '{"by": "the first"}' where id = ${job.id}`.execute(tx),
          );
        } catch (error) {
          outcome.resolve(error);
          throw error;
        }
        return {};
      },
    },
  });
  const { id } = await add({ job_type: "fenced" });
  await claimed.promise;
  // As after a silence longer than the lease: another worker's look for lost jobs gives it back.
  await sql`update jobs set status = 'pending', locked_by = null, heartbeat_at = null where id = ${id}`.execute(
    app.context.database,
  );
  await sql`select pg_notify('lm_jobs', '')`.execute(app.context.database);
  const job = await ended(id);
  go.resolve();
  expect(await outcome.promise).toBeInstanceOf(LeaseLost);
  expect(job).toMatchObject({ status: "completed", attempts: 2 });
  expect((await row(id)).result).toEqual({ by: "the second" });
});

it("hands back what runs at shutdown, and another worker completes it", async () => {
  const begun = Promise.withResolvers<void>();
  const first = await work({
    handed: {
      run: (_context, _job, { signal }) =>
        new Promise((_resolve, reject) => {
          begun.resolve();
          signal.addEventListener("abort", () => reject(signal.reason));
        }),
    },
  });
  const { id } = await add({ job_type: "handed", max_attempts: 1 });
  await begun.promise;
  await first.stop(0);
  expect((await row(id)).status).toBe("pending");
  await work({ handed: { run: async () => ({}) } });
  expect((await ended(id)).status).toBe("completed");
  expect((await attempts(id)).map(({ outcome }) => outcome)).toEqual(["released", "completed"]);
});

describe("a job that this version cannot read", () => {
  const sentence = /^The server cannot read this task/;

  it("ends at its first attempt when its payload is not what its type says", async () => {
    const student = await app.register();
    const ids: unknown[] = [];
    await work({ speak: { run: async (_context, job) => void ids.push(job.payload) } });
    for (const payload of [{}, { tts_audio_file_id: 7 }, { tts_audio_file_id: "undefined" }]) {
      const { id } = await add({ job_type: "speak", user_id: student.id, payload });
      expect(await ended(id)).toMatchObject({
        status: "failed",
        attempts: 1,
        error_code: "job-unreadable",
        error_message: expect.stringMatching(sentence),
      });
    }
    const nobodys = await add({
      job_type: "speak",
      payload: { tts_audio_file_id: student.id },
    });
    expect(await ended(nobodys.id)).toMatchObject({ error_code: "job-unreadable" });
    expect(ids).toEqual([]);
    const good = { tts_audio_file_id: student.id };
    await ended((await add({ job_type: "speak", user_id: student.id, payload: good })).id);
    expect(ids).toEqual([good]);
  });

  it("ends when no version here has its type; a newer server beside this one is given ten minutes", async () => {
    const student = await app.register();
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    const old = await add({
      job_type: "index-material",
      run_at: minutesAgo(11),
      user_id: student.id,
    });
    const young = await add({ job_type: "index-material", run_at: minutesAgo(9) });
    await work({});
    expect(await ended(old.id)).toMatchObject({
      status: "failed",
      error_code: "job-unreadable",
      error_message: expect.stringMatching(sentence),
    });
    expect(await row(young.id)).toMatchObject({ status: "pending" });
    const retried = await student.request(`/jobs/${old.id}/retry`, { method: "POST" });
    expect(retried.status).toBe(422);
    expect(await retried.json()).toMatchObject({ code: "job-unreadable" });
    expect(await row(old.id)).toMatchObject({ status: "failed" });
  });
});

it("an idle worker tidies the queue after many jobs", async () => {
  const { database } = app.context;
  const vacuums = async () => {
    const { rows } = await sql<{ count: number }>`
      select vacuum_count::int as count from pg_stat_user_tables where relname = 'jobs'`.execute(
      database,
    );
    return rows[0]!.count;
  };
  const before = await vacuums();
  await work({ short: { run: async () => ({}) } });
  const jobs = Array.from({ length: 1000 }, () => own({ job_type: "short" }));
  await database.transaction().execute((tx) => enqueueJobs(tx, jobs));
  await expect.poll(vacuums).toBeGreaterThan(before);
});

it("runs periodic jobs once, whatever the number of workers", async () => {
  let runs = 0;
  const table = { hourly: { run: async () => void runs++, everySeconds: 3600 } };
  await Promise.all([work(table), work(table)]);
  const { database } = app.context;
  const find = () =>
    database.selectFrom("jobs").select("id").where("job_type", "=", "hourly").execute();
  while ((await find()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await ended((await find())[0]!.id);
  await work(table);
  expect(await find()).toHaveLength(1);
  expect(runs).toBe(1);
});

describe("the administrator's view", () => {
  it("shows depth, workers, failures with their reasons and each attempt; retries and cancels", async () => {
    const student = await app.register();
    const waiting = await add({
      job_type: "draw-waveform",
      user_id: student.id,
      payload: { recording_id: student.id },
    });
    const { body } = await administrator.get("/admin/queue");
    expect(body.types).toContainEqual(
      expect.objectContaining({ job_type: "draw-waveform", waiting: 1, processing: 0 }),
    );
    expect(body.workers.some(({ is_live }: { is_live: boolean }) => is_live)).toBe(true);
    expect(body.failures).toContainEqual(
      expect.objectContaining({ job_type: "hopeless", error_code: "internal", count: 1 }),
    );
    const failed = await administrator.get("/admin/queue/jobs?status=failed");
    const once = failed.body.items.find(({ attempts }: { attempts: number }) => attempts === 1);
    const shown = await administrator.get(`/admin/queue/jobs/${once.id}`);
    expect(shown.body.attempts_made).toHaveLength(1);
    expect(shown.body).not.toHaveProperty("payload");
    const cancelled = await administrator.post(`/admin/queue/jobs/${waiting.id}/cancel`);
    expect(cancelled.body.status).toBe("cancelled");
    const retried = await administrator.post(`/admin/queue/jobs/${waiting.id}/retry`);
    expect(retried.body.status).toBe("pending");
  });

  it("is for administrators only", async () => {
    const student = await app.register();
    expect((await student.get("/admin/queue")).status).toBe(403);
    expect((await student.get("/admin/queue/jobs")).status).toBe(403);
  });
});
