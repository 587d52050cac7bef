/**
 * Keeps the processes of one installation alive, each by itself: what ends one does not end the others.
 *
 * - **Part**: a process that works on its own: the server, the worker.
 * - **Ready**: a part has said so; one that ends before it ever was ready is a mistake of the settings and ends the
 *   start.
 */
import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** Who has lived so long has recovered: the next pause is the first again. */
const WELL_MS = 60_000;
/** Longer than a part takes to hand its work back. */
const STOP_MS = 45_000;

export interface Part {
  name: string;
  verb: string;
  env?: Record<string, string>;
}

export interface Supervised {
  /** What the part said when it was ready for the first time. */
  said: Record<string, string>;
  stop(): Promise<void>;
}

/** A part tells the one that supervises it that it works. Without one, nobody is told. */
export function sayReady(said: Record<string, string>) {
  process.send?.({ ready: said });
}

/** @throws Error when the part ends before it was ready for the first time; it has said why itself. */
export async function supervise(part: Part, log: (line: object) => void): Promise<Supervised> {
  const first = Promise.withResolvers<Record<string, string>>();
  let env = { ...process.env, ...part.env };
  let child: ChildProcess;
  let ended: Promise<void>;
  let pause = FIRST_PAUSE_MS;
  let wasReady = false;
  let stopping = false;
  let waiting: NodeJS.Timeout | undefined;

  function start() {
    const began = Date.now();
    child = fork(MAIN, [part.verb], { env, stdio: "inherit" });
    child.on("message", (message: { ready?: Record<string, string> }) => {
      if (!message.ready) return;
      wasReady = true;
      // The same door after a restart, also where any free one was asked for.
      if (message.ready["port"]) env = { ...env, PORT: message.ready["port"] };
      first.resolve(message.ready);
    });
    ended = new Promise((resolve) => child.once("exit", () => resolve()));
    child.once("exit", (code, signal) => {
      if (stopping) return;
      if (!wasReady) return first.reject(new Error(`The ${part.name} did not start.`));
      if (Date.now() - began > WELL_MS) pause = FIRST_PAUSE_MS;
      log({
        part: part.name,
        process_id: child.pid,
        ...(signal ? { signal } : { code }),
        again_in_ms: pause,
        msg: `the ${part.name} ended; it is started again`,
      });
      waiting = setTimeout(start, pause);
      pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
    });
    child.on("error", (error) => log({ part: part.name, msg: error.message }));
  }

  start();
  const said = await first.promise;
  return {
    said,
    async stop() {
      stopping = true;
      clearTimeout(waiting);
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await ended;
      clearTimeout(late);
    },
  };
}
