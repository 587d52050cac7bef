/**
 * Engines and mail as the settings want them, those of the environment and those that an administrator made in the
 * page. A change reaches every process by a notice of the database, and each swaps what is concerned: who is in the
 * middle of something goes on with what it has.
 */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import { readStored } from "#server/features/engines/queries.ts";
import type { AudioDecoder } from "#server/providers/audio/contract.ts";
import { createEmbeddings, embeddingModelIds } from "#server/providers/embeddings/embeddings.ts";
import { createLanguageModel } from "#server/providers/llm/language-model.ts";
import { createMail } from "#server/providers/mail/mail.ts";
import { createSpeechToText } from "#server/providers/stt/speech-to-text.ts";
import { createTextToSpeech } from "#server/providers/tts/text-to-speech.ts";
import { wrongEngine } from "./check-machine.ts";
import type { Config } from "./config.ts";
import type { Context, Services } from "./context.ts";
import { fixedByEnvironment, withStoredAsFarAsRight } from "./stored-settings.ts";

/** What was swapped is ended when nobody can be in the middle of it. */
const LINGER_MS = 60_000;

/** What of a context changes with the settings. */
type Live = Services & Pick<Context, "config" | "refusedSettings" | "needsRestart">;

interface Ground extends Pick<Context, "database" | "secrets" | "notifications"> {
  /** By the environment alone. */
  config: Config;
  decoder: AudioDecoder;
  log: Logger;
}

export async function startServices(ground: Ground) {
  const { notifications, log } = ground;
  const contexts: Context[] = [];
  const lingering = new Map<NodeJS.Timeout, () => void>();
  let now = await readLive(ground, undefined);
  let round = Promise.resolve();

  function endLater(before: Live, after: Live) {
    const ended = [
      ...before.embeddingEngines
        .filter((engine) => !after.embeddingEngines.includes(engine))
        .map((engine) => () => engine.close?.()),
      ...(before.mail === after.mail ? [] : [() => void before.mail.stop()]),
    ];
    for (const end of ended) {
      const timer = setTimeout(() => {
        lingering.delete(timer);
        end();
      }, LINGER_MS).unref();
      lingering.set(timer, end);
    }
  }

  /** One after the other: the last one reads what is stored last. */
  function reload(): Promise<void> {
    const next = round.then(async () => {
      const before = now;
      now = await readLive(ground, before);
      for (const context of contexts) Object.assign(context, now);
      endLater(before, now);
    });
    round = next.catch((error: unknown) =>
      log.error({ err: error }, "the settings of the page could not be read; the last ones stay"),
    );
    return next;
  }

  const heard = () => void reload().catch(() => {});
  const stopListening = notifications.listen("settings", heard);
  const stopReconnect = notifications.onReconnect(heard);
  return {
    now,
    reload,
    open: (config: Config) => openForTrial(config, ground),
    /** From now on these have what is in use. */
    keep(kept: Context[]) {
      contexts.push(...kept);
      for (const context of kept) Object.assign(context, now);
    },
    async stop() {
      stopListening();
      stopReconnect();
      await round;
      for (const [timer, end] of lingering) {
        clearTimeout(timer);
        end();
      }
      for (const engine of now.embeddingEngines) engine.close?.();
      await now.mail.stop();
    },
  };
}

async function readLive(ground: Ground, before: Live | undefined): Promise<Live> {
  const { stored, unreadable } = await readStored(ground);
  const fixed = fixedByEnvironment(ground.config);
  const engine = fixed.has("LM_EMBEDDINGS_ENGINE") ? undefined : stored.LM_EMBEDDINGS_ENGINE;
  // It was here when it was chosen.
  const gone = engine && wrongEngine(engine, await embeddingModelIds(ground.config.modelsDirs));
  if (gone) delete stored.LM_EMBEDDINGS_ENGINE;
  const { config: wanted, refused } = withStoredAsFarAsRight(ground.config, stored);
  // Every address of the page begins with the path: it changes with the next start.
  const moved = before !== undefined && wanted.http.basePath !== before.config.http.basePath;
  const config = moved ? { ...wanted, http: before.config.http } : wanted;
  const refusedSettings = [
    ...refused,
    ...(gone ? [`LM_EMBEDDINGS_ENGINE: ${gone}`] : []),
    ...unreadable.map((name) => `${name}: cannot be read with the keys of this server`),
  ];
  for (const sentence of refusedSettings)
    if (!before?.refusedSettings.includes(sentence))
      ground.log.warn({ sentence }, "a setting of the page is left out");
  return {
    config,
    refusedSettings,
    needsRestart: moved,
    ...(await makeServices(config, ground, before)),
  };
}

/** What the change does not concern stays as it is. */
async function makeServices(config: Config, ground: Ground, before?: Live): Promise<Services> {
  const { decoder, log } = ground;
  const keep = <T>(was: T | undefined, of: (config: Config) => unknown, make: () => T): T =>
    before && isDeepStrictEqual(of(before.config), of(config)) ? (was as T) : make();
  const embeddingEngines = await embeddingsFor(config, before);
  const llm = keep(
    before?.llm,
    ({ llm: settings }) => settings,
    () => createLanguageModel(config.llm),
  );
  return {
    stt: keep(
      before?.stt,
      ({ stt }) => stt,
      () => createSpeechToText({ ...config.stt, modelsDirs: config.modelsDirs, decoder }),
    ),
    tts: keep(
      before?.tts,
      ({ tts }) => tts,
      () =>
        createTextToSpeech({
          ...config.tts,
          modelsDirs: config.modelsDirs,
          cacheDir: join(config.dataDir, "cache"),
        }),
    ),
    llm,
    llmOfJobs: keep(
      before?.llmOfJobs,
      ({ llm: ofAnswers, llmOfJobs }) => llmOfJobs ?? ofAnswers,
      () => (config.llmOfJobs ? createLanguageModel(config.llmOfJobs) : llm),
    ),
    mail: keep(
      before?.mail,
      ({ mail }) => mail,
      () => createMail(config, log),
    ),
    embeddingEngines,
    embeddings: embeddingEngines[0],
  };
}

/** A model that came or went counts as a change, too. */
async function embeddingsFor(config: Config, before: Live | undefined) {
  const made = await createEmbeddings({
    ...config.embeddings,
    modelsDirs: config.modelsDirs,
    cacheDir: join(config.dataDir, "cache"),
  });
  const names = (engines: { model: string }[]) => engines.map(({ model }) => model);
  const isSame =
    before !== undefined &&
    isDeepStrictEqual(before.config.embeddings, config.embeddings) &&
    isDeepStrictEqual(names(made), names(before.embeddingEngines));
  return isSame ? before.embeddingEngines : made;
}

async function openForTrial(config: Config, ground: Ground) {
  const services = await makeServices(config, ground);
  return {
    ...services,
    async close() {
      for (const engine of services.embeddingEngines) engine.close?.();
      await services.mail.stop();
    },
  };
}
