/** The embedding engine: the server that the settings name, else the best model on this machine, else the one that came with the program. */
import { listEmbeddingModels, verifyModel } from "#server/providers/models/models.ts";
import { BUNDLED_MODEL, type Embeddings } from "./contract.ts";
import { createLocalEmbeddings } from "./local.ts";
import { createOpenAiCompatibleEmbeddings, type EmbeddingsOptions } from "./openai-compatible.ts";
import { createBundledEmbeddings } from "./universal-sentence-encoder/bundled.ts";

export interface EmbeddingsSettings {
  /** `auto`, `off`, or a model's id. */
  engine: string;
  server: EmbeddingsOptions | undefined;
  modelsDirs: string[];
  /** For what can be made again. */
  cacheDir: string;
}

/** A model that is fetched later is found at the next start. */
export async function createEmbeddings({
  engine,
  server,
  modelsDirs,
  cacheDir,
}: EmbeddingsSettings): Promise<Embeddings | undefined> {
  if (engine === "off") return undefined;
  if (engine === BUNDLED_MODEL) return createBundledEmbeddings(cacheDir);
  if (engine === "auto" && server) return createOpenAiCompatibleEmbeddings(server);
  const models = await listEmbeddingModels(modelsDirs);
  const model = engine === "auto" ? models[0] : models.find(({ id }) => id === engine);
  if (!model) return engine === "auto" ? createBundledEmbeddings(cacheDir) : undefined;
  return createLocalEmbeddings({
    id: model.id,
    languages: model.languages,
    child: new URL("local-child.ts", import.meta.url),
    config: model.config,
    remedy: `Fetch it again with "lm models pull ${model.id}".`,
    // With more texts at once their padding costs more than the call.
    atOnce: 8,
    verify: () => verifyModel(model),
  });
}
