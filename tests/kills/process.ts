/**
 * One process of the trial, started by the harness: `app` (HTTP without a worker) or `worker` (the product's handlers
 * and one that only takes time).
 */
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { readConfig } from "#server/config.ts";
import type { Handler } from "#server/features/jobs/contract.ts";
import { startServer } from "#server/main.ts";
import { openContext } from "#server/open-context.ts";
import { handlers } from "#server/worker/handlers.ts";
import { startWorker } from "#server/worker/worker.ts";

/** Leaves one line per completed attempt, in the fenced transaction: a second completion would be seen. */
const trial: Handler = {
  async run(_context, job, run) {
    const { steps } = job.payload as { steps: number };
    for (let step = 1; step <= steps; step++) {
      await sleep(50, undefined, { signal: run.signal });
      run.progress(step / steps);
    }
    await run.write(async (tx) => {
      await sql`insert into kill_trial (job_id, attempt) values (${job.id}, ${job.attempts})`.execute(
        tx,
      );
    });
  },
};

const config = readConfig(process.env);
if (process.argv[2] === "app") {
  const server = await startServer(config);
  console.log(`ready ${server.url} ${server.opened.ownerUrl}`);
  process.once("SIGTERM", () => void server.stop().then(() => process.exit(0)));
} else {
  const { workerContext } = await openContext(config);
  await startWorker(workerContext, { ...handlers, "kill-trial": trial });
  console.log("ready");
}
