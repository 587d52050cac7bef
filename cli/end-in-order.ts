/**
 * How a process of ours ends: by a signal, by an error that nobody expected, or because whoever supervises it is gone.
 */
import type { Logger } from "pino";

/** What is acknowledged is safe already; what is under way gets this long to end well. */
const LAST_MS = 20_000;

/**
 * The first signal stops in order; a second one ends at once, and the next start recovers. An error that nobody caught
 * is written to the log and ends the process the same way with code 1: its state is not to be trusted, and whoever
 * supervises it starts it again.
 */
export function endInOrder(log: Pick<Logger, "fatal">, stop: () => Promise<void>) {
  let stopping = false;
  const end = (code: number) => {
    stopping = true;
    const late = setTimeout(() => process.exit(1), LAST_MS);
    stop().then(
      () => process.exit(code),
      (error: unknown) => {
        log.fatal({ err: error }, "could not stop in order");
        process.exit(1);
      },
    );
    late.unref();
  };
  const onSignal = () => (stopping ? process.exit(1) : end(0));
  process.on("SIGTERM", onSignal);
  process.on("SIGHUP", onSignal);
  // Ctrl-C in a terminal reaches every process of the tree: the one that supervises says when.
  process.on("SIGINT", () => process.connected || onSignal());
  process.on("disconnect", () => stopping || end(0));
  const onError = (error: unknown) => {
    log.fatal({ err: error }, "an error that nobody expected: this process ends");
    if (!stopping) end(1);
  };
  process.on("uncaughtException", onError);
  process.on("unhandledRejection", onError);
}
