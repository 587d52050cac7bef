/** Every setting there is, what it may be, and what is wrong with those that were given. */
import { isIP } from "node:net";
import { cpus } from "node:os";
import { z } from "zod";
import { quotaSettings, readQuotas } from "./quota-settings.ts";
import { unknownNames } from "./setting-names.ts";
import {
  bucket,
  contact,
  count,
  databaseUrl,
  flag,
  host,
  mailbox,
  modelName,
  path,
  program,
  publicUrl,
  region,
  smtpUrl,
  text,
  url,
} from "./setting-types.ts";

const MiB = 1024 * 1024;

/**
 * Engines of speech; a test compares them with those that there are. `none`: recordings wait for captions or another
 * setting.
 */
export const STT_ENGINES = [
  "auto",
  "none",
  "openai",
  "deepgram",
  "assemblyai",
  "elevenlabs",
  "sherpa",
  "pocketsphinx",
] as const;
export const TTS_ENGINES = ["auto", "openai", "sherpa", "flite", "espeak"] as const;

const oidcIssuers = z.array(
  z.object({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,49}$/),
    label: z.string().min(1).max(100),
    issuer: url,
    client_id: z.string().min(1),
    client_secret: z.string().min(1).optional(),
    scope: z.string().optional(),
  }),
);

/** The tutor's, and the one of jobs where that is another. */
function languageModel<P extends "LM_LLM" | "LM_LLM_JOBS">(prefix: P) {
  const fields = {
    PROVIDER: z.enum(["openai-compatible", "anthropic", "bedrock"]).default("openai-compatible"),
    REGION: region.optional(),
    URL: url.optional(),
    KEY: text.optional(),
    MODEL: modelName.optional(),
    CONTEXT_TOKENS: z.coerce.number("is not a number").int().min(4096).default(8192),
  };
  const named = Object.entries(fields).map(([name, type]) => [`${prefix}_${name}`, type]);
  return Object.fromEntries(named) as {
    [K in keyof typeof fields as `${P}_${K}`]: (typeof fields)[K];
  };
}

const environment = z.object({
  NODE_ENV: z.enum(["development", "test", "production"]).default("development"),
  HOST: host.default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65535).default(4600),
  LM_PUBLIC_URL: publicUrl.optional(),
  LM_SECURITY_CONTACT: contact.optional(),
  LM_DATA_DIR: path.default("./data"),
  LM_MODELS_DIR: path.optional(),
  LM_LOG_LEVEL: z.enum(["silent", "error", "warn", "info", "debug"]).default("info"),

  DATABASE_URL: databaseUrl.optional(),
  DATABASE_DIRECT_URL: databaseUrl.optional(),
  DATABASE_WORKER_URL: databaseUrl.optional(),
  DATABASE_POOL: count.default(10),
  LM_DATABASE_PATIENCE_MS: count.default(2500),
  LM_BODY_IDLE_SECONDS: count.default(30),
  POSTGRES_USER: text.optional(),
  POSTGRES_PASSWORD: text.optional(),
  POSTGRES_DB: text.optional(),
  POSTGRES_HOST: host.default("127.0.0.1"),
  POSTGRES_PORT: z.coerce.number().int().min(1).max(65535).default(5432),

  LM_WORKER: flag.default("on"),
  LM_WORKER_CONCURRENCY: count.default(Math.max(2, cpus().length)),
  LM_RATE_LIMITS: flag.default("on"),

  LM_SESSION_MEMORY_SECONDS: z.coerce.number().min(0).max(60).default(30),

  LM_LIMIT_LOGINS_PER_MINUTE: count.default(5),
  LM_LIMIT_GUESSES_PER_HOUR: count.default(100),
  LM_LIMIT_REGISTRATIONS_PER_HOUR: count.default(3),
  LM_LIMIT_RESETS_PER_HOUR: count.default(3),

  LM_JWT_KEYS: text.optional(),
  LM_ENCRYPTION_KEYS: text.optional(),
  LM_REGISTRATION: z.enum(["open", "invitation", "closed"]).default("open"),
  LM_TRUSTED_PROXIES: text.optional(),
  LM_RATE_LIMIT_STORE: z.enum(["memory", "postgresql"]).optional(),
  LM_SMTP_URL: smtpUrl.optional(),
  LM_MAIL_FROM: mailbox.default("Little Monster <little-monster@localhost>"),
  LM_GOOGLE_CLIENT_ID: text.optional(),
  LM_GOOGLE_CLIENT_SECRET: text.optional(),
  LM_GOOGLE_ISSUER: url.default("https://accounts.google.com"),
  LM_MICROSOFT_CLIENT_ID: text.optional(),
  LM_MICROSOFT_CLIENT_SECRET: text.optional(),
  LM_MICROSOFT_ISSUER: url.default("https://login.microsoftonline.com/common/v2.0"),
  LM_GITHUB_CLIENT_ID: text.optional(),
  LM_GITHUB_CLIENT_SECRET: text.optional(),
  LM_GITHUB_URL: url.default("https://github.com"),
  LM_GITHUB_API_URL: url.default("https://api.github.com"),
  LM_FACEBOOK_CLIENT_ID: text.optional(),
  LM_FACEBOOK_CLIENT_SECRET: text.optional(),
  LM_FACEBOOK_URL: url.default("https://www.facebook.com"),
  LM_FACEBOOK_API_URL: url.default("https://graph.facebook.com"),
  LM_OIDC: text.optional(),

  LM_STORAGE: z.enum(["disk", "s3"]).default("disk"),
  LM_S3_ENDPOINT: url.optional(),
  LM_S3_REGION: region.default("us-east-1"),
  LM_S3_BUCKET: bucket.optional(),
  LM_S3_ACCESS_KEY_ID: text.optional(),
  LM_S3_SECRET_ACCESS_KEY: text.optional(),

  LM_MAX_AUDIO_BYTES: count.default(2048 * MiB),
  LM_MAX_DOCUMENT_BYTES: count.default(50 * MiB),
  LM_MAX_SUITCASE_BYTES: count.default(100 * 1024 * MiB),
  LM_DELETION_GRACE_DAYS: z.coerce.number().int().min(0).max(30).default(0),
  LM_BACKUP_DAYS: z.coerce.number().int().min(0).max(3650).optional(),

  ...quotaSettings,

  LM_FFMPEG: program.default("auto"),
  LM_STT_ENGINE: z.enum(STT_ENGINES).default("auto"),
  LM_STT_HIGH_ENGINE: z.enum(STT_ENGINES).optional(),
  LM_STT_HIGH_MODEL: modelName.optional(),
  LM_STT_LOW_ENGINE: z.enum(STT_ENGINES).optional(),
  LM_STT_LOW_MODEL: modelName.optional(),
  LM_POCKETSPHINX: program.default("auto"),
  LM_STT_CONCURRENCY: count.default(cpus().length),
  LM_STT_OPENAI_URL: url.optional(),
  LM_STT_OPENAI_KEY: text.optional(),
  LM_STT_OPENAI_MODEL: modelName.default("whisper-1"),
  LM_STT_CLOUD: z.enum(["deepgram", "assemblyai", "elevenlabs"]).optional(),
  LM_STT_CLOUD_KEY: text.optional(),
  LM_STT_CLOUD_MODEL: modelName.optional(),
  LM_STT_CLOUD_URL: url.optional(),
  LM_TTS_ENGINE: z.enum(TTS_ENGINES).default("auto"),
  LM_TTS_OPENAI_URL: url.optional(),
  LM_TTS_OPENAI_KEY: text.optional(),
  LM_TTS_OPENAI_MODEL: modelName.default("tts-1"),
  ...languageModel("LM_LLM"),
  ...languageModel("LM_LLM_JOBS"),
  LM_OLLAMA_URL: url.default("http://127.0.0.1:11434"),
  LM_EMBEDDINGS_ENGINE: modelName.default("auto"),
  LM_EMBEDDINGS_URL: url.optional(),
  LM_EMBEDDINGS_KEY: text.optional(),
  LM_EMBEDDINGS_MODEL: modelName.optional(),
  LM_WEB_NETWORKS: text.optional(),
  LM_WEB_PAGE_SECONDS: count.default(60),
});

export const settingNames = Object.keys(environment.shape);

export type Environment = z.infer<typeof environment>;

/** @throws ConfigError that names every wrong variable. */
export function readEnvironment(env: Record<string, string | undefined>): Environment {
  const given = givenIn(env);
  const unknown = unknownNames(Object.keys(given), settingNames);
  const parsed = environment.safeParse(given);
  const mistakes = parsed.success
    ? [...unknown, ...mistakesOf(parsed.data)]
    : [...firstOfEach(parsed.error.issues), ...unknown];
  if (!parsed.success || mistakes.length > 0) throw new ConfigError(mistakes);
  return parsed.data;
}

/** An empty variable in a .env or compose file means "not set". */
export function givenIn(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

/** One sentence a variable. */
function firstOfEach(issues: z.core.$ZodIssue[]) {
  const said = new Map<string, string>();
  for (const {
    path: [name],
    message,
  } of issues)
    if (!said.has(String(name))) said.set(String(name), message);
  return [...said].map(([name, message]) => `${name}: ${message}`);
}

/** What is right variable by variable and wrong together. */
function mistakesOf(e: Environment): string[] {
  const mistakes: string[] = [];
  const needed = (name: keyof Environment, reason: string) => {
    if (!e[name]) mistakes.push(`${name}: needed with ${reason}`);
  };
  if (e.LM_RATE_LIMITS === "off" && e.NODE_ENV === "production")
    mistakes.push("LM_RATE_LIMITS: off is refused in production");
  readQuotas(e, mistakes);
  for (const model of ["LM_LLM", "LM_LLM_JOBS"] as const) {
    if (e[`${model}_URL`]) needed(`${model}_MODEL`, `${model}_URL`);
    if (e[`${model}_PROVIDER`] === "bedrock")
      needed(`${model}_REGION`, `${model}_PROVIDER=bedrock`);
  }
  if (e.LM_EMBEDDINGS_URL) needed("LM_EMBEDDINGS_MODEL", "LM_EMBEDDINGS_URL");
  if (e.LM_STT_CLOUD) needed("LM_STT_CLOUD_KEY", "LM_STT_CLOUD");
  if (e.LM_TTS_ENGINE === "openai") needed("LM_TTS_OPENAI_URL", "LM_TTS_ENGINE=openai");
  for (const name of ["LM_STT_ENGINE", "LM_STT_HIGH_ENGINE", "LM_STT_LOW_ENGINE"] as const) {
    const engine = e[name];
    if (engine === "openai") needed("LM_STT_OPENAI_URL", `${name}=openai`);
    const cloud = ["deepgram", "assemblyai", "elevenlabs"].find((one) => one === engine);
    if (cloud && e.LM_STT_CLOUD !== cloud)
      mistakes.push(`LM_STT_CLOUD: needed with ${name}=${cloud}, and the same`);
  }
  for (const priority of ["HIGH", "LOW"] as const)
    if (e[`LM_STT_${priority}_MODEL`])
      needed(`LM_STT_${priority}_ENGINE`, `LM_STT_${priority}_MODEL`);
  for (const provider of ["GOOGLE", "MICROSOFT", "GITHUB", "FACEBOOK"] as const)
    if (e[`LM_${provider}_CLIENT_SECRET`])
      needed(`LM_${provider}_CLIENT_ID`, `LM_${provider}_CLIENT_SECRET`);
  for (const name of ["LM_TRUSTED_PROXIES", "LM_WEB_NETWORKS"] as const)
    for (const network of listOf(e[name]))
      if (!isNetwork(network))
        mistakes.push(`${name}: ${network} is not an address or a network like 10.0.0.0/8`);
  if (e.LM_STORAGE === "s3") {
    needed("LM_S3_ENDPOINT", "LM_STORAGE=s3");
    needed("LM_S3_BUCKET", "LM_STORAGE=s3");
    needed("LM_S3_ACCESS_KEY_ID", "LM_STORAGE=s3");
    needed("LM_S3_SECRET_ACCESS_KEY", "LM_STORAGE=s3");
  }
  if (readIssuers(e.LM_OIDC) === undefined)
    mistakes.push(
      'LM_OIDC: must be JSON: [{"name":"university","label":"Our ' +
        'university","issuer":"https://…","client_id":"…","client_secret":"…"}]',
    );
  return mistakes;
}

export function listOf(text: string | undefined) {
  return (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}

export class ConfigError extends Error {
  override name = "ConfigError";
  /** Each begins with the name of its setting and a colon. */
  readonly mistakes: readonly string[];
  constructor(mistakes: string[]) {
    super(`The settings are not right:\n${mistakes.map((mistake) => `  ${mistake}`).join("\n")}`);
    this.mistakes = mistakes;
  }
}

/** @returns undefined where the text is not such a list */
export function readIssuers(text: string | undefined) {
  if (!text) return [];
  try {
    return oidcIssuers.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function isNetwork(text: string) {
  const [address = "", bits, ...more] = text.split("/");
  const version = isIP(address);
  return (
    version !== 0 &&
    more.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)))
  );
}
