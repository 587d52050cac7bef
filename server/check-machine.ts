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
  const { engine } = config.embeddings;
  if (!["auto", "off", ...models].includes(engine))
    mistakes.push(
      `LM_EMBEDDINGS_ENGINE: there is no model ${engine}. Did you mean ` +
        `${nearestName(engine, models)}? See: lm models list`,
    );
  if (mistakes.length > 0) throw new ConfigError(mistakes);
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
