import { sql } from "kysely";
import pino from "pino";
import { openDatabase } from "#database/open.ts";
import type { Context, Tx } from "#server/context.ts";
import { enqueueJobs, type NewJob } from "#server/features/jobs/enqueue-job.ts";
import { startNotifications } from "#server/notifications.ts";
import { startWorker } from "#server/worker/worker.ts";
import type { QueueUnderTest } from "./contract.ts";

export async function openProductQueue(url: string): Promise<QueueUnderTest> {
  const database = openDatabase(url, { max: 10 });
  const log = pino({ level: "error" });
  const notifications = await startNotifications(url, log);
  return {
    name: "little-monster",
    async enqueue(count) {
      const jobs = Array.from({ length: count }, (_, n) => ({
        user_id: null,
        job_type: "nothing",
        payload: { n },
      }));
      // The product has no type that does nothing. One statement is a transaction of its own, as with the others.
      await enqueueJobs(database as Tx, jobs as unknown as NewJob[]);
    },
    async work(concurrency, onJob) {
      const context = { config: { worker: { concurrency } }, database, databaseUrl: url };
      return startWorker({ ...context, notifications, log } as unknown as Context, {
        nothing: { run: async () => onJob() },
      });
    },
    async pending() {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from jobs where status in ('pending', 'processing')`.execute(
        database,
      );
      return rows[0]!.count;
    },
    async close() {
      await notifications.stop();
      await database.destroy();
    },
  };
}
