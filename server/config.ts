/**
 * The environment, read once by a pure function into a frozen object. Every mistake in it is listed at once.
 */
import { resolve } from "node:path";
import { readQuotas } from "./quota-settings.ts";
import {
  givenIn,
  listOf,
  readEnvironment,
  readIssuers,
  settingNames,
  type Environment,
} from "./settings.ts";

export type Config = ReturnType<typeof readConfig>;

/**
 * @param stored what an administrator set in the page; what the environment gives comes before it.
 * @throws ConfigError that names every wrong variable.
 */
export function readConfig(
  env: Record<string, string | undefined>,
  stored: Record<string, string> = {},
) {
  const given = givenIn(env);
  const e = readEnvironment({ ...stored, ...given });
  const dataDir = resolve(e.LM_DATA_DIR);
  const databaseUrl = e.DATABASE_URL ?? urlFromParts(e);
  return deepFreeze({
    /** By the environment alone, as text: to be read again with other stored settings. */
    given: Object.fromEntries(
      Object.entries(given).filter(([name]) => settingNames.includes(name)),
    ) as Record<string, string>,
    production: e.NODE_ENV === "production",
    dataDir,
    logLevel: e.LM_LOG_LEVEL,
    http: {
      host: e.HOST,
      port: e.PORT,
      publicUrl: e.LM_PUBLIC_URL,
      /**
       * Of the public address, without a slash at its end: a proxy takes it away, and what the browser is told has it.
       */
      basePath: e.LM_PUBLIC_URL ? new URL(e.LM_PUBLIC_URL).pathname.replace(/\/$/, "") : "",
      securityContact: e.LM_SECURITY_CONTACT,
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
      guessesPerHour: e.LM_LIMIT_GUESSES_PER_HOUR,
      registrationsPerHour: e.LM_LIMIT_REGISTRATIONS_PER_HOUR,
      resetsPerHour: e.LM_LIMIT_RESETS_PER_HOUR,
    },
    /** Between the wish to be deleted and the deletion. */
    deletionGraceDays: e.LM_DELETION_GRACE_DAYS,
    /** How long whoever runs this installation keeps a backup; said in receipts of deletions. */
    backupDays: e.LM_BACKUP_DAYS,
    quotas: readQuotas(e, []),
    givenModelsDir: e.LM_MODELS_DIR ? resolve(e.LM_MODELS_DIR) : undefined,
    modelsDirs: [
      ...(e.LM_MODELS_DIR ? [resolve(e.LM_MODELS_DIR)] : []),
      resolve(dataDir, "models"),
    ],
    audio: { ffmpeg: e.LM_FFMPEG },
    stt: recognitionSettings(e),
    tts: speechSettings(e),
    llm: languageModelSettings(e, "LM_LLM"),
    /** Undefined: jobs have the one above. */
    llmOfJobs: languageModelSettings(e, "LM_LLM_JOBS"),
    /** Asked for models when an administrator presses for it, and at no other time. */
    ollamaUrl: e.LM_OLLAMA_URL,
    /** Private networks that study materials may be fetched from; the public Internet always is. */
    webNetworks: listOf(e.LM_WEB_NETWORKS),
    /** For a whole page, however slowly it drips. */
    webPageSeconds: e.LM_WEB_PAGE_SECONDS,
    embeddings: embeddingSettings(e),
  });
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
    byPriority: {
      high: choiceOf(e.LM_STT_HIGH_ENGINE, e.LM_STT_HIGH_MODEL),
      low: choiceOf(e.LM_STT_LOW_ENGINE, e.LM_STT_LOW_MODEL),
    },
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

function choiceOf(engine: string | undefined, model: string | undefined) {
  return engine === undefined ? undefined : { engine, model };
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

function languageModelSettings(e: Environment, of: "LM_LLM" | "LM_LLM_JOBS") {
  const model = e[`${of}_MODEL`];
  const provider = e[`${of}_PROVIDER`];
  const baseUrl = e[`${of}_URL`];
  if (!model || (!baseUrl && provider === "openai-compatible")) return undefined;
  return {
    provider,
    baseUrl,
    apiKey: e[`${of}_KEY`],
    region: e[`${of}_REGION`],
    model,
    /** Tokens that go into one request, its answer included. */
    contextTokens: e[`${of}_CONTEXT_TOKENS`],
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

function client<T extends object>(
  clientId: string | undefined,
  clientSecret: string | undefined,
  endpoints: T,
) {
  return clientId ? { clientId, clientSecret, ...endpoints } : undefined;
}

function urlFromParts(e: Environment) {
  if (!e.POSTGRES_USER && !e.POSTGRES_PASSWORD && !e.POSTGRES_DB) return undefined;
  const user = encodeURIComponent(e.POSTGRES_USER ?? "postgres");
  const password = e.POSTGRES_PASSWORD ? `:${encodeURIComponent(e.POSTGRES_PASSWORD)}` : "";
  const name = encodeURIComponent(e.POSTGRES_DB ?? "littlemonster");
  return `postgresql://${user}${password}@${e.POSTGRES_HOST}:${e.POSTGRES_PORT}/${name}`;
}

function deepFreeze<T>(value: T): Readonly<T> {
  if (value && typeof value === "object") Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
