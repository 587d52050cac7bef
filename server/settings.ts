/** Every setting there is, what it may be, and what is wrong with those that were given. */
import { isIP } from "node:net";
import { cpus } from "node:os";
import { z } from "zod";
import { quotaSettings, readQuotas } from "./quota-settings.ts";
import { unknownNames } from "./setting-names.ts";

const MiB = 1024 * 1024;

const flag = z.enum(["on", "off"]);
const count = z.coerce.number().int().positive();
const optionalUrl = z.url({ protocol: /^https?$/ }).optional();
const optionalText = z.string().min(1).optional();

const oidcIssuers = z.array(
  z.object({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,49}$/),
    label: z.string().min(1).max(100),
    issuer: z.url({ protocol: /^https?$/ }),
    client_id: z.string().min(1),
    client_secret: z.string().min(1).optional(),
    scope: z.string().optional(),
  }),
);

const environment = z.object({
  NODE_ENV: z.enum(["development", "test", "production"]).default("development"),
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65535).default(4600),
  LM_PUBLIC_URL: optionalUrl,
  LM_DATA_DIR: z.string().default("./data"),
  LM_MODELS_DIR: optionalText,
  LM_LOG_LEVEL: z.enum(["silent", "error", "warn", "info", "debug"]).default("info"),

  DATABASE_URL: optionalText,
  DATABASE_DIRECT_URL: optionalText,
  DATABASE_WORKER_URL: optionalText,
  DATABASE_POOL: count.default(10),
  LM_DATABASE_PATIENCE_MS: count.default(2500),
  LM_BODY_IDLE_SECONDS: count.default(30),
  POSTGRES_USER: optionalText,
  POSTGRES_PASSWORD: optionalText,
  POSTGRES_DB: optionalText,
  POSTGRES_HOST: z.string().default("127.0.0.1"),
  POSTGRES_PORT: z.coerce.number().int().min(1).max(65535).default(5432),

  LM_WORKER: flag.default("on"),
  LM_WORKER_CONCURRENCY: count.default(Math.max(2, cpus().length)),
  LM_RATE_LIMITS: flag.default("on"),

  LM_SESSION_MEMORY_SECONDS: z.coerce.number().min(0).max(60).default(5),

  LM_LIMIT_LOGINS_PER_MINUTE: count.default(5),
  LM_LIMIT_GUESSES_PER_HOUR: count.default(100),
  LM_LIMIT_REGISTRATIONS_PER_HOUR: count.default(3),
  LM_LIMIT_RESETS_PER_HOUR: count.default(3),

  LM_JWT_KEYS: optionalText,
  LM_ENCRYPTION_KEYS: optionalText,
  LM_REGISTRATION: z.enum(["open", "invitation", "closed"]).default("open"),
  LM_TRUSTED_PROXIES: optionalText,
  LM_RATE_LIMIT_STORE: z.enum(["memory", "postgresql"]).optional(),
  LM_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  LM_MAIL_FROM: z.string().default("Little Monster <little-monster@localhost>"),
  LM_GOOGLE_CLIENT_ID: optionalText,
  LM_GOOGLE_CLIENT_SECRET: optionalText,
  LM_GOOGLE_ISSUER: z.url().default("https://accounts.google.com"),
  LM_MICROSOFT_CLIENT_ID: optionalText,
  LM_MICROSOFT_CLIENT_SECRET: optionalText,
  LM_MICROSOFT_ISSUER: z.url().default("https://login.microsoftonline.com/common/v2.0"),
  LM_GITHUB_CLIENT_ID: optionalText,
  LM_GITHUB_CLIENT_SECRET: optionalText,
  LM_GITHUB_URL: z.url().default("https://github.com"),
  LM_GITHUB_API_URL: z.url().default("https://api.github.com"),
  LM_FACEBOOK_CLIENT_ID: optionalText,
  LM_FACEBOOK_CLIENT_SECRET: optionalText,
  LM_FACEBOOK_URL: z.url().default("https://www.facebook.com"),
  LM_FACEBOOK_API_URL: z.url().default("https://graph.facebook.com"),
  LM_OIDC: optionalText,

  LM_STORAGE: z.enum(["disk", "s3"]).default("disk"),
  LM_S3_ENDPOINT: optionalUrl,
  LM_S3_REGION: z.string().default("us-east-1"),
  LM_S3_BUCKET: optionalText,
  LM_S3_ACCESS_KEY_ID: optionalText,
  LM_S3_SECRET_ACCESS_KEY: optionalText,

  LM_MAX_AUDIO_BYTES: count.default(2048 * MiB),
  LM_MAX_DOCUMENT_BYTES: count.default(50 * MiB),
  LM_MAX_SUITCASE_BYTES: count.default(100 * 1024 * MiB),
  LM_DELETION_GRACE_DAYS: z.coerce.number().int().min(0).max(30).default(0),
  LM_BACKUP_DAYS: z.coerce.number().int().min(0).max(3650).optional(),

  ...quotaSettings,

  LM_FFMPEG: z.string().default("auto"),
  LM_STT_ENGINE: z.string().default("auto"),
  LM_POCKETSPHINX: z.string().default("auto"),
  LM_STT_CONCURRENCY: count.default(cpus().length),
  LM_STT_OPENAI_URL: optionalUrl,
  LM_STT_OPENAI_KEY: optionalText,
  LM_STT_OPENAI_MODEL: z.string().default("whisper-1"),
  LM_STT_CLOUD: z.enum(["deepgram", "assemblyai", "elevenlabs"]).optional(),
  LM_STT_CLOUD_KEY: optionalText,
  LM_STT_CLOUD_MODEL: optionalText,
  LM_STT_CLOUD_URL: optionalUrl,
  LM_TTS_ENGINE: z.string().default("auto"),
  LM_TTS_OPENAI_URL: optionalUrl,
  LM_TTS_OPENAI_KEY: optionalText,
  LM_TTS_OPENAI_MODEL: z.string().default("tts-1"),
  LM_LLM_PROVIDER: z
    .enum(["openai-compatible", "anthropic", "bedrock"])
    .default("openai-compatible"),
  LM_LLM_REGION: optionalText,
  LM_LLM_URL: optionalUrl,
  LM_LLM_KEY: optionalText,
  LM_LLM_MODEL: optionalText,
  LM_EMBEDDINGS_ENGINE: z.string().default("auto"),
  LM_EMBEDDINGS_URL: optionalUrl,
  LM_EMBEDDINGS_KEY: optionalText,
  LM_EMBEDDINGS_MODEL: optionalText,
  LM_WEB_NETWORKS: optionalText,
});

export const settingNames = Object.keys(environment.shape);

export type Environment = z.infer<typeof environment>;

/** @throws ConfigError that names every wrong variable. */
export function readEnvironment(env: Record<string, string | undefined>): Environment {
  // An empty variable in a .env or compose file means "not set".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const unknown = unknownNames(Object.keys(given), settingNames);
  const parsed = environment.safeParse(given);
  const mistakes = parsed.success
    ? [...unknown, ...mistakesOf(parsed.data)]
    : [
        ...parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
        ...unknown,
      ];
  if (!parsed.success || mistakes.length > 0) throw new ConfigError(mistakes);
  return parsed.data;
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
  if (e.LM_LLM_URL) needed("LM_LLM_MODEL", "LM_LLM_URL");
  if (e.LM_EMBEDDINGS_URL) needed("LM_EMBEDDINGS_MODEL", "LM_EMBEDDINGS_URL");
  if (e.LM_STT_CLOUD) needed("LM_STT_CLOUD_KEY", "LM_STT_CLOUD");
  for (const name of ["LM_TRUSTED_PROXIES", "LM_WEB_NETWORKS"] as const)
    for (const network of listOf(e[name]))
      if (!isNetwork(network))
        mistakes.push(`${name}: ${network} is not an address or a network like 10.0.0.0/8`);
  if (e.LM_LLM_PROVIDER === "bedrock") needed("LM_LLM_REGION", "LM_LLM_PROVIDER=bedrock");
  if (e.LM_STORAGE === "s3") {
    needed("LM_S3_ENDPOINT", "LM_STORAGE=s3");
    needed("LM_S3_BUCKET", "LM_STORAGE=s3");
    needed("LM_S3_ACCESS_KEY_ID", "LM_STORAGE=s3");
    needed("LM_S3_SECRET_ACCESS_KEY", "LM_STORAGE=s3");
  }
  if (readIssuers(e.LM_OIDC) === undefined)
    mistakes.push(
      'LM_OIDC: must be JSON: [{"name":"university","label":"Our university","issuer":"https://…","client_id":"…","client_secret":"…"}]',
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
  constructor(mistakes: string[]) {
    super(`The settings are not right:\n${mistakes.map((mistake) => `  ${mistake}`).join("\n")}`);
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
