import type { Command } from "commander";
import { readConfig } from "#server/config.ts";
import { openContext } from "#server/open-context.ts";
import { handlers } from "#server/worker/handlers.ts";
import { startWorker } from "#server/worker/worker.ts";
import { endInOrder } from "./end-in-order.ts";
import { sayReady } from "./supervise.ts";

const DRAIN_MS = 30_000;
/** A person waits for the terminal. */
const SUPERVISED_DRAIN_MS = 5_000;

export function addWorkerCommand(program: Command) {
  program
    .command("worker")
    .description("run jobs only, on any machine that reaches the database and the storage")
    .action(async () => {
      const { workerContext, close } = await openContext(readConfig(process.env));
      const worker = await startWorker(workerContext, handlers);
      endInOrder(workerContext.log, async () => {
        await worker.stop(process.connected ? SUPERVISED_DRAIN_MS : DRAIN_MS);
        await close();
      });
      if (process.connected) sayReady({ id: worker.id });
      else console.log(`Worker ${worker.id} is ready`);
    });
}
