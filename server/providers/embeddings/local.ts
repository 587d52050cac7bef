/**
 * A model on this machine: ONNX Runtime in WebAssembly, in a process of its own that holds the model.
 * https://onnxruntime.ai/docs/tutorials/web/ , https://github.com/huggingface/tokenizers.js
 */
import { fail } from "#server/failures.ts";
import { forkChild, type ForkedChild } from "#server/providers/processes/forked-child.ts";
import { prepare, toUnitLength, type Embeddings } from "./contract.ts";

/** Long enough for a student who asks one question after another; then 200 MB go back. */
const IDLE_MS = 5 * 60_000;
/** More questions than these do not wait for each other: the others are told at once that the engine is busy. */
const MOST_QUESTIONS = 8;
/** One that took longer halves how many may wait, others add to it: on a busy machine nearly all go by words alone. */
const SOON_MS = 150;
/** One that has not answered for so long hangs, and is ended: the next text has a new process. */
const HANGS_MS = 60_000;
/**
 * A second, once questions come together: a tenth of a core with the model that comes with the program. Of a course
 * that asks more, the rest goes by words. One who asks one after the other is never told to.
 */
const MOST_A_SECOND = 20;
/** After two came together. */
const TOGETHER_MS = 1000;
/** Of nice(2): a machine that has too little for both serves requests first. */
const NICENESS = 5;

export type EmbeddingRequest =
  | { kind: "load"; config: Record<string, unknown> }
  | { kind: "embed"; texts: string[] };

export interface EmbeddingProcess {
  id: string;
  languages: string[] | undefined;
  /** See Embeddings. */
  unrelated?: number;
  /** The module that answers an EmbeddingRequest. */
  child: URL;
  /** What `load` is given. */
  config: Record<string, unknown>;
  /** What to do when the model cannot be loaded or run, as a sentence. */
  remedy: string;
  /** Texts in one request to the process; a question waits for those of a passage to end. */
  atOnce: number;
  /** Before the process starts. */
  verify?(): Promise<void>;
}

export function createLocalEmbeddings(model: EmbeddingProcess): Embeddings {
  let opening: Promise<ForkedChild> | undefined;
  let child: ForkedChild | undefined;
  let running = 0;
  const questions = createQuestions();
  let ready = false;
  let idle: NodeJS.Timeout | undefined;

  const open = async () => {
    await model.verify?.();
    const started = forkChild(model.child, { niceness: NICENESS });
    child = started;
    await ask(started, { kind: "load", config: model.config });
    ready = true;
    return started;
  };
  const close = () => {
    child?.kill();
    child = undefined;
    opening = undefined;
    ready = false;
  };
  const begin = () => {
    clearTimeout(idle);
    running += 1;
    if (child && !child.alive) close();
    // Two at once wait for the same process.
    return (opening ??= open());
  };
  const end = () => {
    running -= 1;
    if (running === 0) idle = setTimeout(close, IDLE_MS).unref();
  };
  const broken = (cause: unknown): never => {
    close();
    return fail("engine-failed", {
      message: `The model ${model.id} for search by meaning could not be loaded or run. ${model.remedy}`,
      cause,
    });
  };

  return {
    model: `local/${model.id}`,
    ...(model.languages ? { languages: model.languages } : {}),
    ...(model.unrelated === undefined ? {} : { unrelated: model.unrelated }),
    readiness: () =>
      !ready || !child?.alive ? "starting" : questions.areMany() ? "busy" : "ready",
    async start() {
      try {
        await begin();
      } catch (cause) {
        broken(cause);
      } finally {
        end();
      }
    },
    async embed(texts, purpose, signal) {
      const question = purpose === "question" ? questions.add() : undefined;
      const prepared = texts.map((text) => prepare(model.id, text, purpose));
      // Goes on where nobody waits for it any more: the process answers one after another.
      const vectors = begin()
        .then((process) => embedWith(process, prepared, model.atOnce, signal))
        .finally(() => {
          question?.answered();
          end();
        });
      try {
        return await unlessAborted(vectors, signal);
      } catch (cause) {
        if (signal.aborted) question?.abandoned();
        signal.throwIfAborted();
        return broken(cause);
      }
    },
    close,
  };
}

async function embedWith(
  process: ForkedChild,
  texts: string[],
  atOnce: number,
  signal: AbortSignal,
) {
  const vectors: Float32Array[] = [];
  for (let at = 0; at < texts.length; at += atOnce) {
    signal.throwIfAborted();
    const some = texts.slice(at, at + atOnce);
    vectors.push(...(await ask<Float32Array[]>(process, { kind: "embed", texts: some })));
  }
  return vectors.map(toUnitLength);
}

async function ask<Answer>(process: ForkedChild, request: EmbeddingRequest) {
  const hangs = setTimeout(() => process.kill(), HANGS_MS).unref();
  try {
    return await process.request<Answer>(request);
  } finally {
    clearTimeout(hangs);
  }
}

async function unlessAborted<Answer>(answer: Promise<Answer>, signal: AbortSignal) {
  answer.catch(() => {});
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([answer, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** How many questions wait for the process, and how many may. */
function createQuestions() {
  let waiting = 0;
  let most = MOST_QUESTIONS;
  let left = MOST_A_SECOND;
  let counted = performance.now();
  let togetherUntil = 0;
  return {
    areMany() {
      const now = performance.now();
      left = Math.min(MOST_A_SECOND, left + ((now - counted) / 1000) * MOST_A_SECOND);
      counted = now;
      if (waiting > 0) togetherUntil = now + TOGETHER_MS;
      return waiting >= most || (now < togetherUntil && left < 1);
    },
    add() {
      waiting += 1;
      left = Math.max(0, left - 1);
      const began = performance.now();
      return {
        answered() {
          waiting -= 1;
          const isLate = performance.now() - began > SOON_MS;
          most = isLate ? Math.max(1, Math.floor(most / 2)) : Math.min(MOST_QUESTIONS, most + 1);
        },
        /** Until the process answers it after all, or is ended, no other waits. */
        abandoned() {
          most = 0;
        },
      };
    },
  };
}
