/**
 * Processes that each hold one model and recognise one span of speech at a time, shared by all transcriptions of this
 * worker: N processes of one thread, because one process with N threads was slower.
 */
import { fail, Failure } from "#server/failures.ts";
import {
  ChildDied,
  ChildError,
  forkChild,
  type ForkedChild,
} from "#server/providers/processes/forked-child.ts";
import type { TimedTokens } from "./words.ts";

export type RecogniserRequest =
  | { kind: "load"; config: object; listens: boolean }
  | { kind: "recognise"; samples: Float32Array; hotWords?: string };

export interface Recognised {
  text: string;
  language?: string;
  timed?: TimedTokens;
}

export interface Task {
  /** The model and its settings; a process that has loaded the same is used again. */
  modelId: string;
  config: object;
  /** Words to listen for, parted by "/"; of a model that can. */
  hotWords?: string;
  samples: Float32Array;
  signal: AbortSignal;
}

export interface RecogniserPool {
  /** @throws Failure `engine-failed`; the signal's reason. */
  recognise(task: Task): Promise<Recognised>;
}

interface Waiting extends Task {
  resolve(result: Recognised): void;
  reject(error: unknown): void;
}

interface Process {
  child: ForkedChild;
  modelKey: string;
  loaded: Promise<unknown>;
  running: number;
  idleTimer: NodeJS.Timeout | undefined;
}

/**
 * One is recognised while the next is already there: else a process waits for us after each span (3 % of the whole).
 */
const AT_ONCE = 2;
/** Long enough for the next recording in the queue, short enough to give 300 MB to 1 GB back. */
const IDLE_MS = 15_000;

/** @param size the number of its processes */
export function createRecogniserPool(size: number): RecogniserPool {
  const recognise = createQueue(createProcesses(size));
  return {
    async recognise(task) {
      try {
        return await recognise(task);
      } catch (error) {
        task.signal.throwIfAborted();
        if (error instanceof LoadFailed)
          fail("engine-failed", {
            message: loadSentence(task.modelId, error.cause),
            cause: error.cause,
          });
        if (!(error instanceof ChildDied)) throw asFailure(error, task.modelId);
      }
      // A process that died on one span gets one more try on a fresh one: somebody may have ended it.
      try {
        return await recognise(task);
      } catch (error) {
        task.signal.throwIfAborted();
        throw asFailure(error, task.modelId);
      }
    },
  };
}

type Processes = ReturnType<typeof createProcesses>;

function createProcesses(size: number) {
  const processes = new Set<Process>();

  const remove = (process: Process) => {
    clearTimeout(process.idleTimer);
    process.child.kill();
    processes.delete(process);
  };

  /** One that has the model of the task, or makes room for it; undefined while there is none. */
  const find = (task: Task): Process | undefined => {
    const modelKey = keyOf(task);
    const idle = [...processes].filter(({ running }) => running === 0);
    const ready = [...processes].filter(
      (process) => process.modelKey === modelKey && process.child.alive,
    );
    const free = ready.find(({ running }) => running === 0);
    if (free) return free;
    if (processes.size >= size) {
      const [other] = idle;
      if (!other) return ready.find(({ running }) => running < AT_ONCE);
      remove(other);
    }
    const child = forkChild(new URL("recogniser-child.ts", import.meta.url));
    const loaded = child.request({
      kind: "load",
      config: task.config,
      listens: task.hotWords !== undefined,
    } satisfies RecogniserRequest);
    loaded.catch(() => {});
    const made: Process = { child, modelKey, loaded, running: 0, idleTimer: undefined };
    processes.add(made);
    return made;
  };

  return {
    find,
    remove,
    begin(process: Process) {
      process.running += 1;
      clearTimeout(process.idleTimer);
    },
    end(process: Process) {
      process.running -= 1;
      if (process.running > 0 || !processes.has(process)) return;
      process.idleTimer = setTimeout(() => remove(process), IDLE_MS);
      process.idleTimer.unref();
    },
  };
}

/** In the order in which they came, each by the first process that can. */
function createQueue(processes: Processes) {
  const queue: Waiting[] = [];

  const dispatch = () => {
    while (queue.length > 0) {
      const process = processes.find(queue[0]!);
      if (!process) return;
      processes.begin(process);
      void run(process, queue.shift()!);
    }
  };

  const run = async (process: Process, task: Waiting) => {
    const abort = () => {
      processes.remove(process);
      task.reject(task.signal.reason);
    };
    task.signal.addEventListener("abort", abort, { once: true });
    try {
      await process.loaded.catch((cause: unknown) => {
        throw new LoadFailed(cause);
      });
      task.resolve(
        await process.child.request<Recognised>({
          kind: "recognise",
          samples: task.samples,
          ...(task.hotWords !== undefined && { hotWords: task.hotWords }),
        } satisfies RecogniserRequest),
      );
    } catch (error) {
      processes.remove(process);
      task.reject(error);
    } finally {
      task.signal.removeEventListener("abort", abort);
      processes.end(process);
      dispatch();
    }
  };

  return (task: Task) => {
    task.signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Recognised>();
    const waiting: Waiting = { ...task, resolve, reject };
    const forget = () => {
      const at = queue.indexOf(waiting);
      if (at === -1) return;
      queue.splice(at, 1);
      reject(task.signal.reason);
    };
    task.signal.addEventListener("abort", forget, { once: true });
    queue.push(waiting);
    dispatch();
    // A listener that stays would keep the samples of the whole recording alive: 690 MB for three hours.
    return promise.finally(() => task.signal.removeEventListener("abort", forget));
  };
}

class LoadFailed extends Error {
  override name = "LoadFailed";
  constructor(cause: unknown) {
    super("The model could not be loaded.", { cause });
  }
}

function keyOf(task: Task) {
  return `${task.modelId} ${JSON.stringify(task.config)} ${task.hotWords !== undefined}`;
}

function loadSentence(modelId: string, cause: unknown) {
  const how = cause instanceof ChildDied ? ` (the process ended with ${cause.exit})` : "";
  return (
    `The speech model ${modelId} could not be loaded${how}. Its files may be damaged: remove ` +
    `it with "lm models remove ${modelId}" and fetch it again with "lm models pull ${modelId}".`
  );
}

function asFailure(error: unknown, modelId: string) {
  if (!(error instanceof ChildDied || error instanceof ChildError || error instanceof LoadFailed))
    return error;
  return new Failure("engine-failed", {
    message: `The speech engine stopped unexpectedly while it ran the model ${modelId}. Please try again.`,
    cause: error,
  });
}
