/**
 * Settings that name something on this machine: whether it is there is asked once, at the start, and every mistake is
 * listed.
 */
import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import type { Config } from "./config.ts";
import { nearestName } from "./setting-names.ts";
import { ConfigError } from "./settings.ts";

/**
 * Makes the data folder where there is none.
 * @param models ids of embedding models that are here or could be fetched.
 * @throws ConfigError
 */
export function checkMachine(config: Config, models: string[]) {
  const mistakes: string[] = [];
  const expect = (name: string, wrong: string | undefined) => {
    if (wrong) mistakes.push(`${name}: ${wrong}`);
  };
  expect("LM_DATA_DIR", wrongFolder(config.dataDir));
  expect("LM_MODELS_DIR", config.givenModelsDir && wrongModelsFolder(config.givenModelsDir));
  expect("LM_FFMPEG", wrongProgram(config.audio.ffmpeg));
  expect("LM_POCKETSPHINX", wrongProgram(config.stt.pocketsphinx));
  expect("LM_EMBEDDINGS_ENGINE", wrongEngine(config.embeddings.engine, models));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
}

/**
 * An engine for search by meaning that nobody has; the other engines are a closed list (settings.ts).
 * @param models ids of embedding models that are here or could be fetched.
 */
export function wrongEngine(engine: string, models: string[]) {
  if (["auto", "off", ...models].includes(engine)) return undefined;
  return `there is no model ${engine}. Did you mean ${nearestName(engine, models)}? See: lm models list`;
}

function wrongFolder(path: string) {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return `the folder ${path} cannot be made or written (${(error as NodeJS.ErrnoException).code})`;
  }
}

function wrongModelsFolder(path: string) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return `there is no folder ${path}`;
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return undefined;
  } catch {
    return `the folder ${path} cannot be read`;
  }
}

function wrongProgram(setting: string) {
  if (setting === "auto" || setting === "off") return undefined;
  const found = statSync(setting, { throwIfNoEntry: false });
  if (!found?.isFile())
    return `there is no program ${setting}; “auto” looks for it, “off” does without`;
  try {
    accessSync(setting, constants.X_OK);
    return undefined;
  } catch {
    return `${setting} is no program that may be run`;
  }
}
