import { forPurpose } from "#database/principal.ts";
import type { Context } from "#server/context.ts";
import {
  fixedByEnvironment,
  SETTING_NAMES,
  settable,
  type SettingName,
  type StoredSettings,
} from "#server/stored-settings.ts";
import type { JobPriority } from "#server/vocabulary.ts";
import { listFetches, readStored } from "./queries.ts";
import type { Engines } from "./shapes.ts";

/** What is used for every student of this installation. */
export async function describeUsed(context: Context): Promise<Engines["used"]> {
  const { tts, llm, llmOfJobs, embeddings } = context;
  const voice = await tts.choose(undefined, "en").catch(() => undefined);
  return {
    recognition: await recogniserOf(context, "normal"),
    recognition_by_priority: {
      high: await recogniserOf(context, "high"),
      low: await recogniserOf(context, "low"),
    },
    language_model: llm ? { name: llm.name, model: llm.model } : null,
    language_model_of_jobs:
      llmOfJobs && llmOfJobs !== llm ? { name: llmOfJobs.name, model: llmOfJobs.model } : null,
    embeddings: embeddings
      ? { model: embeddings.model, languages: embeddings.languages ?? null }
      : null,
    voices: voice ? { name: voice.name, label: voice.label } : null,
  };
}

async function recogniserOf({ stt, config }: Context, priority: JobPriority) {
  if (priority !== "normal" && !config.stt.byPriority[priority]) return null;
  const found = await stt.choose(undefined, priority).catch(() => undefined);
  return found ? { name: found.name, label: found.label, rough: found.rough } : null;
}

export async function describeEngines(context: Context): Promise<Engines> {
  const [used, { stored }, models, recognisers] = await Promise.all([
    describeUsed(context),
    readStored(context),
    describeModels(context),
    describeRecognisers(context),
  ]);
  const fixed = fixedByEnvironment(context.config);
  return {
    used,
    installation: {
      settings: SETTING_NAMES.map((name) => describeSetting(context, stored, fixed, name)),
      refused: [...context.refusedSettings],
      needs_restart: context.needsRestart,
      models,
      recognisers,
    },
  };
}

function describeSetting(
  { config }: Context,
  stored: StoredSettings,
  fixed: Set<SettingName>,
  name: SettingName,
) {
  const { part, isSecret = false } = settable(name);
  const byEnvironment = config.given[name];
  const value = fixed.has(name) ? byEnvironment : stored[name];
  return {
    name,
    part,
    value: isSecret ? null : (value ?? null),
    is_secret: isSecret,
    is_set: value !== undefined,
    set_by:
      byEnvironment !== undefined
        ? ("environment" as const)
        : value === undefined
          ? ("nobody" as const)
          : ("page" as const),
    is_fixed: fixed.has(name),
  };
}

async function describeModels({ models, database }: Context) {
  const [here, fetches] = await Promise.all([
    models.installed(),
    forPurpose("administration", () => listFetches(database)),
  ]);
  const fetchOf = (id: string) => {
    const last = fetches.find(({ model }) => model === id);
    if (!last) return null;
    const { id: job_id, model: _model, ...rest } = last;
    return { job_id, ...rest };
  };
  const offered = models.offered.map((model) => {
    const installed = here.find(({ id }) => id === model.id);
    return {
      id: model.id,
      label: model.label,
      purpose: model.purpose,
      languages: model.languages ?? null,
      licence: model.licence,
      source: model.source,
      megabytes: installed?.megabytes ?? model.aboutMegabytes,
      is_here: installed !== undefined,
      is_removable: installed?.removable ?? false,
      fetch: fetchOf(model.id),
    };
  });
  const brought = here
    .filter(({ id }) => !models.offered.some((model) => model.id === id))
    .map(({ id, purpose, languages, megabytes, removable }) => ({
      id,
      label: id,
      purpose,
      languages: languages ?? null,
      licence: null,
      source: null,
      megabytes,
      is_here: true,
      is_removable: removable,
      fetch: null,
    }));
  return [...offered, ...brought];
}

function describeRecognisers({ stt }: Context) {
  return Promise.all(
    stt.engines.map(async ({ name, label, rough, availability }) => {
      const state = await availability();
      return {
        name,
        label,
        rough,
        available: state.available,
        remedy: state.available ? null : state.remedy,
      };
    }),
  );
}
