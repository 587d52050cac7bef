/** Takes a job and never ends it: to be killed. */
import pino from "pino";
import { openDatabase } from "#database/open.ts";
import type { Context } from "#server/context.ts";
import { startNotifications } from "#server/notifications.ts";
import { startWorker } from "#server/worker/worker.ts";

const databaseUrl = process.argv[2]!;
const log = pino({ level: "error" });
const context = {
  config: { worker: { concurrency: 1 } },
  database: openDatabase(databaseUrl, { max: 2 }),
  databaseUrl,
  notifications: await startNotifications(databaseUrl, log),
  log,
} as unknown as Context;
await startWorker(context, {
  nothing: {
    run() {
      console.log("claimed");
      return new Promise(() => {});
    },
  },
});
console.log("ready");
