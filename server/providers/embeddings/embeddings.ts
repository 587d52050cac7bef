/** The embedding engine: the server that the settings name, else the best model on this machine. */
import { listEmbeddingModels } from "#server/providers/models/models.ts";
import type { Embeddings } from "./contract.ts";
import { createLocalEmbeddings } from "./local.ts";
import { createOpenAiCompatibleEmbeddings, type EmbeddingsOptions } from "./openai-compatible.ts";

/** A model that is fetched later is found at the next start. */
export async function createEmbeddings(
  options: EmbeddingsOptions | undefined,
  modelsDirs: string[],
): Promise<Embeddings | undefined> {
  if (options) return createOpenAiCompatibleEmbeddings(options);
  const [best] = await listEmbeddingModels(modelsDirs);
  return best && createLocalEmbeddings(best);
}
