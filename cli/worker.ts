import type { Command } from "commander";
import { readConfig } from "#server/config.ts";
import { openContext } from "#server/open-context.ts";
import { handlers } from "#server/worker/handlers.ts";
import { startWorker } from "#server/worker/worker.ts";
import { untilStopped } from "./start.ts";

const DRAIN_MS = 30_000;

export function addWorkerCommand(program: Command) {
  program
    .command("worker")
    .description("run jobs only, on any machine that reaches the database and the storage")
    .action(async () => {
      const { workerContext, close } = await openContext(readConfig(process.env));
      const worker = await startWorker(workerContext, handlers);
      console.log(`Worker ${worker.id} is ready`);
      untilStopped(async () => {
        await worker.stop(DRAIN_MS);
        await close();
      });
    });
}
