/** https://timgit.github.io/pg-boss/ */
import pg from "pg";
import { PgBoss } from "pg-boss";
import type { QueueUnderTest } from "./contract.ts";

const QUEUE = "nothing";

export async function openPgBoss(url: string): Promise<QueueUnderTest> {
  const boss = new PgBoss({ connectionString: url, max: 10, useListenNotify: true } as never);
  boss.on("error", () => {});
  await boss.start();
  await boss.createQueue(QUEUE, { notify: true } as never);
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  return {
    name: "pg-boss",
    async enqueue(count) {
      await boss.insert(
        QUEUE,
        Array.from({ length: count }, (_, n) => ({ data: { n } })),
      );
    },
    async work(concurrency, onJob) {
      // Its own advice for many short jobs: batches; one job at a time for the others.
      await boss.work(
        QUEUE,
        { batchSize: concurrency, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true },
        async (jobs) => {
          for (const _job of jobs) onJob();
        },
      );
      return { stop: () => boss.offWork(QUEUE) as Promise<void> };
    },
    async pending() {
      const { rows } = await pool.query<{ count: number }>(
        "select count(*)::int as count from pgboss.job where name = $1 and state < 'completed'",
        [QUEUE],
      );
      return rows[0]!.count;
    },
    async close() {
      await boss.stop({ graceful: false });
      await pool.end();
    },
  };
}
