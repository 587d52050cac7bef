/** https://worker.graphile.org/docs/config */
import { Logger, makeWorkerUtils, run, runMigrations } from "graphile-worker";
import pg from "pg";
import type { QueueUnderTest } from "./contract.ts";

const quiet = new Logger(() => () => {});

export async function openGraphileWorker(
  url: string,
  localQueue: boolean,
): Promise<QueueUnderTest> {
  await runMigrations({ connectionString: url, logger: quiet });
  const utils = await makeWorkerUtils({ connectionString: url, logger: quiet });
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  return {
    name: localQueue ? "graphile-worker with localQueue" : "graphile-worker",
    async enqueue(count) {
      await utils.addJobs(
        Array.from({ length: count }, (_, n) => ({ identifier: "nothing", payload: { n } })),
      );
    },
    async work(concurrency, onJob) {
      const runner = await run({
        connectionString: url,
        concurrency,
        noHandleSignals: true,
        logger: quiet,
        taskList: { nothing: async () => onJob() },
        ...(localQueue
          ? {
              preset: {
                worker: {
                  concurrentJobs: concurrency,
                  localQueue: { size: Math.max(concurrency, 100) },
                  completeJobBatchDelay: 0,
                  failJobBatchDelay: 0,
                },
              },
            }
          : {}),
      });
      return { stop: () => runner.stop() };
    },
    async pending() {
      const { rows } = await pool.query<{ count: number }>(
        "select count(*)::int as count from graphile_worker.jobs",
      );
      return rows[0]!.count;
    },
    async close() {
      await utils.release();
      await pool.end();
    },
  };
}
