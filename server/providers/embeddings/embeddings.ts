/**
 * The embedding engine: the server that the settings name, else the best model on this machine, else the one that came
 * with the program.
 */
import { MODEL_CATALOG } from "#server/providers/models/model-catalog.ts";
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

/**
 * Every engine that is here, the one to use first; none where it is switched off or the one that is named is not here.
 * Each starts when it is asked. A model that is fetched later is found at the next start.
 */
export async function createEmbeddings({
  engine,
  server,
  modelsDirs,
  cacheDir,
}: EmbeddingsSettings): Promise<Embeddings[]> {
  if (engine === "off") return [];
  const bundled = createBundledEmbeddings(cacheDir);
  const engines = [
    ...(server ? [createOpenAiCompatibleEmbeddings(server)] : []),
    ...(await listEmbeddingModels(modelsDirs)).map((model) =>
      createLocalEmbeddings({
        id: model.id,
        languages: model.languages,
        child: new URL("local-child.ts", import.meta.url),
        config: model.config,
        remedy: `Fetch it again with "lm models pull ${model.id}".`,
        // With more texts at once their padding costs more than the call.
        atOnce: 8,
        verify: () => verifyModel(model),
      }),
    ),
    ...(bundled ? [bundled] : []),
  ];
  if (engine === "auto") return engines;
  const named = engines.find(({ model }) => model === `local/${engine}`);
  return named ? [named, ...engines.filter((other) => other !== named)] : [];
}

/** Models for search by meaning that came with the program, are here, or could be fetched. */
export async function embeddingModelIds(modelsDirs: string[]) {
  const here = await listEmbeddingModels(modelsDirs);
  const others = MODEL_CATALOG.filter(({ purpose }) => purpose === "meaning");
  return [BUNDLED_MODEL, ...here.map(({ id }) => id), ...others.map(({ id }) => id)];
}
