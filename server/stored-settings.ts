/**
 * Settings that an administrator may make in the page. They bear the names of the environment and are checked by the
 * same parser; what the environment gives comes before them.
 *
 * - **Part**: what they are about, as the page groups them.
 * - **Unit**: what only makes sense together, such as an address and its key. Where the environment gives one of a
 *   unit, the whole of it is the environment's: a key of the operator never goes to an address that somebody wrote in
 *   the page.
 */
import { readConfig, type Config } from "./config.ts";
import { ConfigError } from "./settings.ts";

export const PARTS = [
  "recognition",
  "language_model",
  "language_model_of_jobs",
  "embeddings",
  "voices",
  "mail",
  "address",
  "registration",
] as const;
export type Part = (typeof PARTS)[number];

interface Settable {
  part: Part;
  unit: string;
  /** Kept sealed, and never shown again. */
  isSecret?: true;
  /** Where the unit's secret is sent: with another one it has to be given again. */
  isTarget?: true;
}

export const SETTABLE = {
  LM_STT_ENGINE: { part: "recognition", unit: "LM_STT_ENGINE" },
  LM_STT_HIGH_ENGINE: { part: "recognition", unit: "LM_STT_HIGH_ENGINE" },
  LM_STT_HIGH_MODEL: { part: "recognition", unit: "LM_STT_HIGH_ENGINE" },
  LM_STT_LOW_ENGINE: { part: "recognition", unit: "LM_STT_LOW_ENGINE" },
  LM_STT_LOW_MODEL: { part: "recognition", unit: "LM_STT_LOW_ENGINE" },
  LM_STT_OPENAI_URL: { part: "recognition", unit: "LM_STT_OPENAI_URL", isTarget: true },
  LM_STT_OPENAI_KEY: { part: "recognition", unit: "LM_STT_OPENAI_URL", isSecret: true },
  LM_STT_OPENAI_MODEL: { part: "recognition", unit: "LM_STT_OPENAI_URL" },
  LM_STT_CLOUD: { part: "recognition", unit: "LM_STT_CLOUD", isTarget: true },
  LM_STT_CLOUD_URL: { part: "recognition", unit: "LM_STT_CLOUD", isTarget: true },
  LM_STT_CLOUD_KEY: { part: "recognition", unit: "LM_STT_CLOUD", isSecret: true },
  LM_STT_CLOUD_MODEL: { part: "recognition", unit: "LM_STT_CLOUD" },
  LM_LLM_PROVIDER: { part: "language_model", unit: "LM_LLM_URL", isTarget: true },
  LM_LLM_URL: { part: "language_model", unit: "LM_LLM_URL", isTarget: true },
  LM_LLM_KEY: { part: "language_model", unit: "LM_LLM_URL", isSecret: true },
  LM_LLM_MODEL: { part: "language_model", unit: "LM_LLM_URL" },
  LM_LLM_REGION: { part: "language_model", unit: "LM_LLM_URL" },
  LM_LLM_CONTEXT_TOKENS: { part: "language_model", unit: "LM_LLM_URL" },
  LM_LLM_JOBS_PROVIDER: {
    part: "language_model_of_jobs",
    unit: "LM_LLM_JOBS_URL",
    isTarget: true,
  },
  LM_LLM_JOBS_URL: { part: "language_model_of_jobs", unit: "LM_LLM_JOBS_URL", isTarget: true },
  LM_LLM_JOBS_KEY: { part: "language_model_of_jobs", unit: "LM_LLM_JOBS_URL", isSecret: true },
  LM_LLM_JOBS_MODEL: { part: "language_model_of_jobs", unit: "LM_LLM_JOBS_URL" },
  LM_LLM_JOBS_REGION: { part: "language_model_of_jobs", unit: "LM_LLM_JOBS_URL" },
  LM_LLM_JOBS_CONTEXT_TOKENS: { part: "language_model_of_jobs", unit: "LM_LLM_JOBS_URL" },
  LM_EMBEDDINGS_ENGINE: { part: "embeddings", unit: "LM_EMBEDDINGS_ENGINE" },
  LM_EMBEDDINGS_URL: { part: "embeddings", unit: "LM_EMBEDDINGS_URL", isTarget: true },
  LM_EMBEDDINGS_KEY: { part: "embeddings", unit: "LM_EMBEDDINGS_URL", isSecret: true },
  LM_EMBEDDINGS_MODEL: { part: "embeddings", unit: "LM_EMBEDDINGS_URL" },
  LM_TTS_ENGINE: { part: "voices", unit: "LM_TTS_ENGINE" },
  LM_TTS_OPENAI_URL: { part: "voices", unit: "LM_TTS_OPENAI_URL", isTarget: true },
  LM_TTS_OPENAI_KEY: { part: "voices", unit: "LM_TTS_OPENAI_URL", isSecret: true },
  LM_TTS_OPENAI_MODEL: { part: "voices", unit: "LM_TTS_OPENAI_URL" },
  // With its password in it.
  LM_SMTP_URL: { part: "mail", unit: "LM_SMTP_URL", isSecret: true },
  LM_MAIL_FROM: { part: "mail", unit: "LM_MAIL_FROM" },
  LM_PUBLIC_URL: { part: "address", unit: "LM_PUBLIC_URL" },
  LM_TRUSTED_PROXIES: { part: "address", unit: "LM_TRUSTED_PROXIES" },
  LM_REGISTRATION: { part: "registration", unit: "LM_REGISTRATION" },
} as const satisfies Record<string, Settable>;

export type SettingName = keyof typeof SETTABLE;
export type StoredSettings = Partial<Record<SettingName, string>>;

export const SETTING_NAMES = Object.keys(SETTABLE) as [SettingName, ...SettingName[]];
export const settable = (name: SettingName): Settable => SETTABLE[name];
/** What a sealed value is bound to. */
export const sealedFor = (name: SettingName) => `installation_settings ${name}`;

/** Names that the environment decides, by themselves or by another of their unit. */
export function fixedByEnvironment({ given }: Pick<Config, "given">): Set<SettingName> {
  const units = new Set(
    SETTING_NAMES.filter((name) => given[name] !== undefined).map((name) => settable(name).unit),
  );
  return new Set(SETTING_NAMES.filter((name) => units.has(settable(name).unit)));
}

/** @throws ConfigError that names what is wrong. */
export function withStored(config: Config, stored: StoredSettings): Config {
  const fixed = fixedByEnvironment(config);
  const free = Object.entries(stored).filter(([name]) => !fixed.has(name as SettingName));
  return readConfig(config.given, Object.fromEntries(free));
}

/**
 * The same for what was stored by another version, or beside another environment: what is not right any more is left
 * out, part by part, and said. A server starts in any case.
 */
export function withStoredAsFarAsRight(config: Config, stored: StoredSettings) {
  let taken: StoredSettings = {};
  let made = withStored(config, taken);
  const refused: string[] = [];
  for (const part of PARTS) {
    const ofPart = Object.entries(stored).filter(
      ([name]) => settable(name as SettingName).part === part,
    );
    if (ofPart.length === 0) continue;
    const more = { ...taken, ...Object.fromEntries(ofPart) };
    try {
      made = withStored(config, more);
      taken = more;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      refused.push(...error.mistakes);
    }
  }
  return { config: made, refused };
}

/**
 * What would be stored after these changes (null: nothing of that name). A key stays where its address stays: with
 * another address it has to be given again.
 */
export function changed(
  before: StoredSettings,
  changes: Partial<Record<SettingName, string | null>>,
): StoredSettings {
  const after: StoredSettings = { ...before };
  for (const name of Object.keys(changes) as SettingName[]) {
    const value = changes[name];
    if (value === null || value === undefined) delete after[name];
    else after[name] = value;
  }
  for (const name of SETTING_NAMES) {
    const { unit, isSecret } = settable(name);
    if (!isSecret || changes[name] !== undefined) continue;
    const moved = SETTING_NAMES.some((other) => {
      const { unit: otherUnit, isTarget } = settable(other);
      return otherUnit === unit && isTarget && before[other] !== after[other];
    });
    if (moved) delete after[name];
  }
  return after;
}
