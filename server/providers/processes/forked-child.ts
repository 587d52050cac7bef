/**
 * A Node process that answers requests one message each. Native and WebAssembly engines run in such processes: a
 * truncated model aborts the process it is loaded in (exit code 134), and only killing a process frees what an engine
 * holds.
 */
import { fork } from "node:child_process";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";

export interface ForkedChild {
  readonly alive: boolean;
  /** @throws ChildDied; ChildError when the child's handler threw. */
  request<Answer>(message: unknown): Promise<Answer>;
  kill(): void;
}

export class ChildDied extends Error {
  override name = "ChildDied";
  readonly exit: string;
  constructor(exit: string, errors: string) {
    super(`The process ended with ${exit}. ${errors}`.trim());
    this.exit = exit;
  }
}

export class ChildError extends Error {
  override name = "ChildError";
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** @param niceness as of nice(2): 0 is what the parent has, 19 comes last. */
export function forkChild(module: URL, { niceness = 0 } = {}): ForkedChild {
  const child = fork(fileURLToPath(module), [], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    // None of our settings: an engine needs no secret.
    env: pick(
      "PATH",
      "HOME",
      "LD_LIBRARY_PATH",
      "DYLD_LIBRARY_PATH",
      "SystemRoot",
      "TEMP",
      "TMPDIR",
    ),
  });
  // Without a number it could not be started, which `error` tells.
  if (niceness > 0 && child.pid !== undefined) setPriority(child.pid, niceness);
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let errors = "";
  let alive = true;
  child
    .stderr!.setEncoding("utf8")
    .on("data", (text: string) => (errors = (errors + text).slice(-2000)));
  child.on("message", (message: { id: number; answer?: unknown; error?: string }) => {
    const request = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) request?.resolve(message.answer);
    else request?.reject(new ChildError(message.error));
  });
  const end = (exit: string) => {
    alive = false;
    for (const request of waiting.values()) request.reject(new ChildDied(exit, errors));
    waiting.clear();
  };
  child.once("error", (error) => end(error.message));
  // `close` and not `exit`: what it wrote last has arrived by then.
  child.once("close", (code, signal) => end(signal ? `signal ${signal}` : `code ${code}`));
  return {
    get alive() {
      return alive;
    },
    request<Answer>(message: unknown) {
      return new Promise<Answer>((resolve, reject) => {
        if (!alive) return reject(new ChildDied("an earlier failure", errors));
        const id = nextId++;
        waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject });
        child.send({ id, message }, (error) => {
          if (error && waiting.delete(id)) reject(new ChildDied(error.message, errors));
        });
      });
    },
    kill() {
      alive = false;
      child.kill("SIGKILL");
    },
  };
}

/** The child's side. One request at a time, in order; the child ends when the parent is gone. */
export function answerRequests(handle: (message: never) => unknown) {
  let last = Promise.resolve();
  process.on("disconnect", () => process.exit());
  process.on("message", ({ id, message }: { id: number; message: never }) => {
    last = last.then(async () => {
      try {
        process.send!({ id, answer: await handle(message) });
      } catch (error) {
        process.send!({ id, error: error instanceof Error ? error.message : String(error) });
      }
    });
  });
}

function pick(...names: string[]) {
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
