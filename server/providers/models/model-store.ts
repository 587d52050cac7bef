import { dirname, resolve } from "node:path";
import type { ModelPurpose, ModelStore } from "./contract.ts";
import { MODEL_CATALOG } from "./model-catalog.ts";
import { listLocalModels, type LocalModel } from "./models.ts";
import { pullModel, removeModel } from "./pull-model.ts";

/** A worker that lost its job may still be writing: it hears of that within its lease. */
const PATIENCE_MS = 15_000;

/** Of kinds that do not turn speech into text. */
const PURPOSE_OF: { [K in LocalModel["kind"]]?: ModelPurpose } = {
  embedding: "meaning",
  diarization: "speakers",
  voice: "voice",
};

/** @param modelsDirs the last one is ours: models are fetched into it and removed from it. */
export function createModelStore(modelsDirs: readonly string[]): ModelStore {
  const own = resolve(modelsDirs.at(-1)!);
  return {
    offered: MODEL_CATALOG.map((model) => ({
      id: model.id,
      label: model.label,
      purpose: model.purpose ?? "speech",
      languages: model.languages,
      licence: model.licence,
      aboutMegabytes: model.aboutMegabytes,
      source: `https://huggingface.co/${model.repository}`,
    })),
    async installed() {
      const models = await listLocalModels([...modelsDirs]);
      return models.map(({ id, kind, languages, sizeBytes, folder }) => ({
        id,
        purpose: PURPOSE_OF[kind] ?? "speech",
        languages,
        megabytes: Math.round(sizeBytes / 100_000) / 10,
        removable: dirname(folder) === own,
      }));
    },
    async fetch(id, { mirror, signal, onProgress }) {
      await pullModel(id, {
        modelsDir: own,
        source: mirror,
        patienceMs: PATIENCE_MS,
        signal,
        onProgress: ({ ofAll }) => {
          if (ofAll !== undefined) onProgress(ofAll);
        },
      });
    },
    remove: (id) => removeModel(id, own),
  };
}
