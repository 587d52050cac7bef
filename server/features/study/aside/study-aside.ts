/**
 * Use cases that read all the words of a source or a subject: seconds of work for megabytes of text. They run in a
 * thread, so that everybody else is served meanwhile, by a server as by a worker. The thread ends when it has had
 * nothing to do for a while.
 */
import { Worker } from "node:worker_threads";
import type { Context } from "#server/context.ts";
import { Failure } from "#server/failures.ts";
import type { AsideAnswer, AsideLoss, AsideRequest, USES } from "./thread.ts";

type Uses = typeof USES;

/** A request has a minute in all (http/deadlines.ts); this says what took so long. */
const FOR_A_REQUEST_MS = 50_000;
/** Jobs of a worker wait for one another, some seconds each. */
export const FOR_A_JOB_MS = 10 * 60_000;
const IDLE_MS = 10_000;
/** Eight million characters with their words; a thread that needs more ends, not the server. */
const MEMORY_MB = 2048;
const STATEMENT_MS = 15_000;

interface Thread {
  worker: Worker;
  waiting: Map<number, { resolve(value: unknown): void; reject(error: Error): void }>;
  idle: NodeJS.Timeout | undefined;
  /** Nobody finds it any more, and then it ends: whoever asks meanwhile begins another. */
  stop(): void;
}

/** One for each server and worker of this process. */
const threads = new WeakMap<Context, Thread>();
let requests = 0;

/** @throws what the use case throws; `took-too-long`. */
export function studyAside<U extends keyof Uses>(
  context: Context,
  use: U,
  userId: string,
  given: Parameters<Uses[U]>[2],
  mostMs = FOR_A_REQUEST_MS,
): ReturnType<Uses[U]> {
  const thread = threads.get(context) ?? start(context);
  clearTimeout(thread.idle);
  thread.worker.ref();
  const id = requests++;
  const answered = new Promise<unknown>((resolve, reject) => {
    const late = setTimeout(() => {
      // What it works on cannot be interrupted otherwise; what waits behind it is told the same.
      thread.stop();
    }, mostMs);
    const done = () => {
      clearTimeout(late);
      thread.waiting.delete(id);
      if (thread.waiting.size > 0) return;
      thread.worker.unref();
      thread.idle = setTimeout(thread.stop, IDLE_MS).unref();
    };
    thread.waiting.set(id, {
      resolve: (value) => (done(), resolve(value)),
      reject: (error) => (done(), reject(error)),
    });
  });
  thread.worker.postMessage({ id, use, userId, given } satisfies AsideRequest);
  // The thread answers what the use case of this name answers; a message has no type.
  return answered as ReturnType<Uses[U]>;
}

function start(context: Context): Thread {
  const worker = new Worker(new URL("./thread.ts", import.meta.url), {
    workerData: {
      databaseUrl: context.databaseUrl,
      assumedRole: context.databaseRole,
      connectMs: context.config.database.patienceMs,
      statementMs: STATEMENT_MS,
    },
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  const forget = () => {
    if (threads.get(context) === thread) threads.delete(context);
  };
  const thread: Thread = {
    worker,
    waiting: new Map(),
    idle: undefined,
    stop() {
      forget();
      void worker.terminate();
    },
  };
  threads.set(context, thread);
  worker.on("message", (said: AsideAnswer | AsideLoss) => {
    if ("lost" in said) {
      context.log.warn({ error: said.lost }, "an idle connection to the database was lost");
      return;
    }
    const { id, value, failed, broken } = said;
    const request = thread.waiting.get(id);
    if (failed)
      request?.reject(
        new Failure(failed.code, {
          message: failed.message,
          ...(failed.errors && { errors: failed.errors }),
        }),
      );
    else if (broken) request?.reject(broken);
    else request?.resolve(value);
  });
  const end = (error: Error) => {
    forget();
    clearTimeout(thread.idle);
    for (const request of thread.waiting.values()) request.reject(error);
  };
  worker.once("error", (error) => end(error instanceof Error ? error : new Error(String(error))));
  worker.once("exit", () => end(new Failure("took-too-long")));
  return thread;
}
