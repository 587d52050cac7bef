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
/** Of nice(2): a machine that has too little for both serves requests first. */
const NICENESS = 5;

export type EmbeddingRequest =
  | { kind: "load"; config: Record<string, unknown> }
  | { kind: "embed"; texts: string[] };

export interface EmbeddingProcess {
  id: string;
  languages: string[] | undefined;
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
    await started.request({ kind: "load", config: model.config } satisfies EmbeddingRequest);
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
    readiness: () => (!ready ? "starting" : questions.areMany() ? "busy" : "ready"),
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
      const answered = purpose === "question" ? questions.add() : undefined;
      try {
        const process = await begin();
        const vectors: Float32Array[] = [];
        for (let at = 0; at < texts.length; at += model.atOnce) {
          signal.throwIfAborted();
          const prepared = texts
            .slice(at, at + model.atOnce)
            .map((text) => prepare(model.id, text, purpose));
          vectors.push(
            ...(await process.request<Float32Array[]>({
              kind: "embed",
              texts: prepared,
            } satisfies EmbeddingRequest)),
          );
        }
        return vectors.map(toUnitLength);
      } catch (cause) {
        signal.throwIfAborted();
        return broken(cause);
      } finally {
        answered?.();
        end();
      }
    },
    close,
  };
}

/** How many questions wait for the process, and how many may. */
function createQuestions() {
  let waiting = 0;
  let most = MOST_QUESTIONS;
  return {
    areMany: () => waiting >= most,
    add() {
      waiting += 1;
      const began = performance.now();
      return () => {
        waiting -= 1;
        const isLate = performance.now() - began > SOON_MS;
        most = isLate ? Math.max(1, Math.floor(most / 2)) : Math.min(MOST_QUESTIONS, most + 1);
      };
    },
  };
}
