/**
 * A sentence transformer on this machine: ONNX Runtime in WebAssembly, in a process of its own that holds the model.
 * https://onnxruntime.ai/docs/tutorials/web/ , https://github.com/huggingface/tokenizers.js
 */
import { fail } from "#server/failures.ts";
import { verifyModel, type LocalModel } from "#server/providers/models/models.ts";
import { forkChild, type ForkedChild } from "#server/providers/processes/forked-child.ts";
import { prepare, toUnitLength, type Embeddings } from "./contract.ts";

/** Long enough for a student who asks one question after another; then 200 MB go back. */
const IDLE_MS = 5 * 60_000;
/** One request to the process; with more texts at once their padding costs more than the call. */
const AT_ONCE = 8;

export type EmbeddingRequest =
  | { kind: "load"; config: Record<string, unknown> }
  | { kind: "embed"; texts: string[] };

export function createLocalEmbeddings(model: LocalModel): Embeddings {
  let opening: Promise<ForkedChild> | undefined;
  let child: ForkedChild | undefined;
  let running = 0;
  let idle: NodeJS.Timeout | undefined;

  const open = async () => {
    await verifyModel(model);
    child = forkChild(new URL("local-child.ts", import.meta.url));
    await child.request({ kind: "load", config: model.config } satisfies EmbeddingRequest);
    return child;
  };
  const close = () => {
    child?.kill();
    child = undefined;
    opening = undefined;
  };

  return {
    model: `local/${model.id}`,
    async embed(texts, purpose, signal) {
      clearTimeout(idle);
      running += 1;
      try {
        if (child && !child.alive) close();
        // Two at once wait for the same process.
        const process = await (opening ??= open());
        const vectors: Float32Array[] = [];
        for (let at = 0; at < texts.length; at += AT_ONCE) {
          signal.throwIfAborted();
          const prepared = texts
            .slice(at, at + AT_ONCE)
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
        close();
        fail("engine-failed", {
          message: `The model ${model.id} for search by meaning could not be loaded or run. Fetch it again with "lm models pull ${model.id}".`,
          cause,
        });
      } finally {
        running -= 1;
        if (running === 0) {
          idle = setTimeout(close, IDLE_MS).unref();
        }
      }
    },
    close,
  };
}
