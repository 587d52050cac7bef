/**
 * The environment, read once by a pure function into a frozen object. Every mistake in it is listed at once.
 */
import { isIP } from "node:net";
import { cpus } from "node:os";
import { resolve } from "node:path";
import { z } from "zod";
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

export type Config = ReturnType<typeof readConfig>;

/** @throws ConfigError that names every wrong variable. */
export function readConfig(env: Record<string, string | undefined>) {
  const e = readEnvironment(env);
  const dataDir = resolve(e.LM_DATA_DIR);
  const databaseUrl = e.DATABASE_URL ?? urlFromParts(e);
  return deepFreeze({
    production: e.NODE_ENV === "production",
    dataDir,
    logLevel: e.LM_LOG_LEVEL,
    http: {
      host: e.HOST,
      port: e.PORT,
      publicUrl: e.LM_PUBLIC_URL,
      /** A body of which nothing came for so long is ended; four times as long once the sender is known. */
      bodyIdleMs: e.LM_BODY_IDLE_SECONDS * 1000,
    },
    database: {
      /** Undefined means the embedded one under `<dataDir>/postgres`. */
      url: databaseUrl,
      /** For LISTEN and migrations: PgBouncer in transaction mode passes neither. */
      directUrl: e.DATABASE_DIRECT_URL ?? databaseUrl,
      /** Where workers have a role of their own that was made by hand. */
      workerUrl: e.DATABASE_WORKER_URL,
      poolSize: e.DATABASE_POOL,
      /** A request that waits for the database for longer is answered 503. */
      patienceMs: e.LM_DATABASE_PATIENCE_MS,
    },
    worker: { enabled: e.LM_WORKER === "on", concurrency: e.LM_WORKER_CONCURRENCY },
    rateLimits: e.LM_RATE_LIMITS === "on",
    /** Memory is enough for one server; several agree in their database. */
    rateLimitStore:
      e.LM_RATE_LIMIT_STORE ?? (databaseUrl ? ("postgresql" as const) : ("memory" as const)),
    /** A session that was found live is not looked up again for so long, unless it is said to have ended. */
    sessionMemorySeconds: e.LM_SESSION_MEMORY_SECONDS,
    trustedProxies: listOf(e.LM_TRUSTED_PROXIES),
    secrets: { jwtKeys: e.LM_JWT_KEYS, encryptionKeys: e.LM_ENCRYPTION_KEYS },
    registration: e.LM_REGISTRATION,
    mail: { smtpUrl: e.LM_SMTP_URL, from: e.LM_MAIL_FROM },
    oauth: oauthSettings(e),
    storage: { s3: s3Settings(e) },
    limits: {
      audioBytes: e.LM_MAX_AUDIO_BYTES,
      documentBytes: e.LM_MAX_DOCUMENT_BYTES,
      suitcaseBytes: e.LM_MAX_SUITCASE_BYTES,
      loginsPerMinute: e.LM_LIMIT_LOGINS_PER_MINUTE,
      registrationsPerHour: e.LM_LIMIT_REGISTRATIONS_PER_HOUR,
      resetsPerHour: e.LM_LIMIT_RESETS_PER_HOUR,
    },
    /** Between the wish to be deleted and the deletion. */
    deletionGraceDays: e.LM_DELETION_GRACE_DAYS,
    /** How long whoever runs this installation keeps a backup; said in receipts of deletions. */
    backupDays: e.LM_BACKUP_DAYS,
    modelsDirs: [
      ...(e.LM_MODELS_DIR ? [resolve(e.LM_MODELS_DIR)] : []),
      resolve(dataDir, "models"),
    ],
    audio: { ffmpeg: e.LM_FFMPEG },
    stt: recognitionSettings(e),
    tts: speechSettings(e),
    llm: languageModelSettings(e),
    /** Private networks that study materials may be fetched from; the public Internet always is. */
    webNetworks: listOf(e.LM_WEB_NETWORKS),
    embeddings: embeddingSettings(e),
  });
}

type Environment = z.infer<typeof environment>;

/** @throws ConfigError that names every wrong variable. */
function readEnvironment(env: Record<string, string | undefined>): Environment {
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

function oauthSettings(e: Environment) {
  return {
    google: client(e.LM_GOOGLE_CLIENT_ID, e.LM_GOOGLE_CLIENT_SECRET, {
      issuer: e.LM_GOOGLE_ISSUER,
    }),
    microsoft: client(e.LM_MICROSOFT_CLIENT_ID, e.LM_MICROSOFT_CLIENT_SECRET, {
      issuer: e.LM_MICROSOFT_ISSUER,
    }),
    github: client(e.LM_GITHUB_CLIENT_ID, e.LM_GITHUB_CLIENT_SECRET, {
      url: e.LM_GITHUB_URL,
      apiUrl: e.LM_GITHUB_API_URL,
    }),
    facebook: client(e.LM_FACEBOOK_CLIENT_ID, e.LM_FACEBOOK_CLIENT_SECRET, {
      url: e.LM_FACEBOOK_URL,
      apiUrl: e.LM_FACEBOOK_API_URL,
    }),
    issuers: readIssuers(e.LM_OIDC) ?? [],
  };
}

function s3Settings(e: Environment) {
  if (e.LM_STORAGE !== "s3") return undefined;
  return {
    endpoint: e.LM_S3_ENDPOINT!,
    region: e.LM_S3_REGION,
    bucket: e.LM_S3_BUCKET!,
    accessKeyId: e.LM_S3_ACCESS_KEY_ID!,
    secretAccessKey: e.LM_S3_SECRET_ACCESS_KEY!,
  };
}

function recognitionSettings(e: Environment) {
  return {
    engine: e.LM_STT_ENGINE,
    pocketsphinx: e.LM_POCKETSPHINX,
    concurrency: e.LM_STT_CONCURRENCY,
    openai: e.LM_STT_OPENAI_URL
      ? {
          baseUrl: e.LM_STT_OPENAI_URL,
          apiKey: e.LM_STT_OPENAI_KEY,
          model: e.LM_STT_OPENAI_MODEL,
        }
      : undefined,
    cloud:
      e.LM_STT_CLOUD && e.LM_STT_CLOUD_KEY
        ? {
            service: e.LM_STT_CLOUD,
            apiKey: e.LM_STT_CLOUD_KEY,
            model: e.LM_STT_CLOUD_MODEL,
            baseUrl: e.LM_STT_CLOUD_URL,
          }
        : undefined,
  };
}

function speechSettings(e: Environment) {
  return {
    engine: e.LM_TTS_ENGINE,
    openai: e.LM_TTS_OPENAI_URL
      ? {
          baseUrl: e.LM_TTS_OPENAI_URL,
          apiKey: e.LM_TTS_OPENAI_KEY,
          model: e.LM_TTS_OPENAI_MODEL,
        }
      : undefined,
  };
}

function languageModelSettings(e: Environment) {
  if (!e.LM_LLM_MODEL) return undefined;
  if (!e.LM_LLM_URL && e.LM_LLM_PROVIDER === "openai-compatible") return undefined;
  return {
    provider: e.LM_LLM_PROVIDER,
    baseUrl: e.LM_LLM_URL,
    apiKey: e.LM_LLM_KEY,
    region: e.LM_LLM_REGION,
    model: e.LM_LLM_MODEL,
  };
}

function embeddingSettings(e: Environment) {
  return {
    /** `auto`, `off`, or the id of a model on this machine. */
    engine: e.LM_EMBEDDINGS_ENGINE,
    server:
      e.LM_EMBEDDINGS_URL && e.LM_EMBEDDINGS_MODEL
        ? {
            baseUrl: e.LM_EMBEDDINGS_URL,
            apiKey: e.LM_EMBEDDINGS_KEY,
            model: e.LM_EMBEDDINGS_MODEL,
          }
        : undefined,
  };
}

function listOf(text: string | undefined) {
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

function client<T extends object>(
  clientId: string | undefined,
  clientSecret: string | undefined,
  endpoints: T,
) {
  return clientId ? { clientId, clientSecret, ...endpoints } : undefined;
}

/** @returns undefined where the text is not such a list */
function readIssuers(text: string | undefined) {
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

function urlFromParts(e: Environment) {
  if (!e.POSTGRES_USER && !e.POSTGRES_PASSWORD && !e.POSTGRES_DB) return undefined;
  const user = encodeURIComponent(e.POSTGRES_USER ?? "postgres");
  const password = e.POSTGRES_PASSWORD ? `:${encodeURIComponent(e.POSTGRES_PASSWORD)}` : "";
  return `postgresql://${user}${password}@${e.POSTGRES_HOST}:${e.POSTGRES_PORT}/${encodeURIComponent(e.POSTGRES_DB ?? "littlemonster")}`;
}

function deepFreeze<T>(value: T): Readonly<T> {
  if (value && typeof value === "object") Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
