/** The embedding engine that the settings name. */
import type { Embeddings } from "./contract.ts";
import { createOpenAiCompatibleEmbeddings, type EmbeddingsOptions } from "./openai-compatible.ts";

export function createEmbeddings(options: EmbeddingsOptions | undefined): Embeddings | undefined {
  return options && createOpenAiCompatibleEmbeddings(options);
}
