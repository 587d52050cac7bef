/**
 * Servers that speak OpenAI's embeddings API: Ollama, vLLM, LM Studio, OpenAI, Mistral and the like, through the AI
 * SDK. https://ai-sdk.dev/docs/ai-sdk-core/embeddings
 */
import { fail } from "#server/failures.ts";
import { prepare, toUnitLength, type Embeddings } from "./contract.ts";

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
          abortSignal: signal,
        });
        if (embeddings.length !== texts.length || embeddings.some((each) => each.length === 0))
          throw new Error(`${embeddings.length} vectors for ${texts.length} texts`);
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
