/**
 * Servers that speak OpenAI's embeddings API: Ollama, vLLM, LM Studio, OpenAI, Mistral and the like, through the AI
 * SDK. https://ai-sdk.dev/docs/ai-sdk-core/embeddings
 */
import { fail } from "#server/failures.ts";
import { MOST_NUMBERS, prepare, toUnitLength, type Embeddings } from "./contract.ts";

/** For the passages of one request, 64 at most: a large model on a slow processor takes a second for each. */
const PASSAGES_MS = 3 * 60_000;

export interface EmbeddingsOptions {
  /** Up to and without `/embeddings`, such as `http://127.0.0.1:11434/v1`. */
  baseUrl: string;
  apiKey?: string | undefined;
  model: string;
}

export function createOpenAiCompatibleEmbeddings({
  baseUrl,
  apiKey,
  model,
}: EmbeddingsOptions): Embeddings {
  return {
    model: `openai-compatible/${model}`,
    async embed(texts, purpose, signal) {
      const [{ embedMany }, { createOpenAICompatible }] = await Promise.all([
        import("ai"),
        import("@ai-sdk/openai-compatible"),
      ]);
      const provider = createOpenAICompatible({
        name: "openai-compatible",
        baseURL: baseUrl,
        ...(apiKey ? { apiKey } : {}),
      });
      try {
        const { embeddings } = await embedMany({
          model: provider.embeddingModel(model),
          values: texts.map((text) => prepare(model, text, purpose)),
          maxRetries: purpose === "question" ? 0 : 2,
          abortSignal: AbortSignal.any([signal, AbortSignal.timeout(PASSAGES_MS)]),
        });
        checkVectors(embeddings, texts.length);
        return embeddings.map(toUnitLength);
      } catch (cause) {
        signal.throwIfAborted();
        fail("engine-failed", {
          message: "The embedding server could not be reached or failed.",
          cause,
        });
      }
    },
  };
}

/** A server that is set up wrongly answers with anything; what is stored once stays until the model changes. */
function checkVectors(vectors: number[][], texts: number) {
  const length = vectors[0]?.length ?? 0;
  if (vectors.length !== texts) throw new Error(`${vectors.length} vectors for ${texts} texts`);
  if (length === 0 || length > MOST_NUMBERS) throw new Error(`vectors of ${length} numbers`);
  if (vectors.some((each) => each.length !== length)) throw new Error("vectors of several lengths");
  // The sum is not finite where a number is not.
  const squares = vectors.map((each) => each.reduce((sum, value) => sum + value * value, 0));
  if (squares.some((sum) => !Number.isFinite(sum) || sum === 0))
    throw new Error("vectors of zeros, or of numbers that are none");
}
