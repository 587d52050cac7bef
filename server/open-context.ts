/** Opens what the settings ask for, in order, and closes it in the opposite order. */
import { join } from "node:path";
import pino, { type Logger } from "pino";
import { startEmbedded } from "#database/embedded.ts";
import { upgrade } from "#database/migrate.ts";
import { openDatabase, type OpenOptions } from "#database/open.ts";
import { adoptPgvector } from "#database/pgvector.ts";
import { createDatabaseProbe } from "#database/probe.ts";
import { assumedBy, raiseRoles } from "#database/roles.ts";
import { createAudioDecoder } from "#server/providers/audio/decoder.ts";
import { createSherpaDiarization } from "#server/providers/diarization/sherpa.ts";
import { embeddingModelIds } from "#server/providers/embeddings/embeddings.ts";
import { createModelStore } from "#server/providers/models/model-store.ts";
import { createIdentityProviders } from "#server/providers/oauth/identity-providers.ts";
import { createStorage } from "#server/providers/storage/storage.ts";
import { checkMachine } from "./check-machine.ts";
import type { Config } from "./config.ts";
import type { Context } from "./context.ts";
import { describeError } from "./database-failure.ts";
import { startNotifications } from "./notifications.ts";
import { loadSecrets } from "./secrets.ts";
import { startServices } from "./services.ts";

/** A request is not worth more. */
const SERVER_STATEMENT_MS = 20_000;
/** A job indexes a book in one statement, and may wait for a busy pool. */
const WORKER_PATIENCE = { connectMs: 30_000, statementMs: 10 * 60_000 };

export interface Opened {
  context: Context;
  /** The same with the database as workers see it. */
  workerContext: Context;
  /** Of the role that migrates. */
  ownerUrl: string;
  close(): Promise<void>;
}

/** @param options.exclusive refuses a second server on the same embedded database. */
export async function openContext(
  config: Config,
  options: { exclusive?: boolean } = {},
): Promise<Opened> {
  const closers: Closers = [];
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    checkMachine(config, await embeddingModelIds(config.modelsDirs));
    const log = openLog(config);
    const secrets = await loadSecrets(config);
    const databases = await openDatabases(config, log, closers, options.exclusive ?? false);
    const { roles } = databases;
    const notifications = await startNotifications(roles.listenUrl, log);
    closers.push(() => notifications.stop());

    const decoder = createAudioDecoder({ ffmpeg: config.audio.ffmpeg });
    const services = await startServices({
      config,
      database: databases.server,
      secrets,
      notifications,
      decoder,
      log,
    });
    closers.push(() => services.stop());
    const context: Context = {
      ...services.now,
      reloadSettings: services.reload,
      openServices: services.open,
      models: createModelStore(config.modelsDirs),
      database: databases.server,
      databaseUrl: roles.serverUrl,
      databaseRole: roles.assumed,
      missingWall: roles.missing,
      databaseAnswers: (ms) => databases.probe.answers(ms),
      notifications,
      secrets,
      storage: createStorage(config),
      decoder,
      diarization: createSherpaDiarization({ decoder, modelsDirs: config.modelsDirs }),
      pgvector: databases.pgvector !== undefined,
      identityProviders: createIdentityProviders(config),
      log,
    };
    const workerContext = {
      ...context,
      database: databases.worker,
      databaseUrl: roles.workerUrl,
      databaseRole: assumedBy(roles, roles.workerUrl),
    };
    services.keep([context, workerContext]);
    return {
      context,
      workerContext,
      ownerUrl: databases.ownerUrl,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is open, in the order in which it was opened. */
type Closers = (() => Promise<unknown>)[];

function openLog(config: Config) {
  return pino(
    {
      level: config.logLevel,
      redact: ["*.password", "*.token", "*.authorization", "*.cookie"],
      serializers: { err: describeError, error: describeError },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}

/** The database as the server and as the workers see it, migrated. */
async function openDatabases(config: Config, log: Logger, closers: Closers, exclusive: boolean) {
  const { url, directUrl } = config.database.url
    ? { url: config.database.url, directUrl: config.database.directUrl! }
    : await openEmbedded(config, log, closers, exclusive);
  await upgrade(directUrl);
  const pgvector = await adoptPgvector(directUrl);
  if (pgvector) log.info({ version: pgvector }, "vectors are compared by pgvector");
  const roles = await raiseRoles({ url, directUrl, workerUrl: config.database.workerUrl });
  if (roles.missing) log.warn(roles.missing);
  const open = (
    roleUrl: string,
    patience: Pick<OpenOptions, "connectMs" | "statementMs" | "mostOfOwner">,
  ) => {
    const opened = openDatabase(roleUrl, {
      max: config.database.poolSize,
      pooler: url !== directUrl,
      keepStatements: url === directUrl,
      assumedRole: assumedBy(roles, roleUrl),
      onLost: (error) => log.warn({ error }, "an idle connection to the database was lost"),
      ...patience,
    });
    closers.push(() => opened.destroy());
    return opened;
  };
  const server = open(roles.serverUrl, {
    connectMs: config.database.patienceMs,
    statementMs: SERVER_STATEMENT_MS,
    // Half of them are there for others; two are the least, for a transaction and what is looked up beside it.
    mostOfOwner: Math.max(2, Math.ceil(config.database.poolSize / 2)),
  });
  const worker = open(roles.workerUrl, WORKER_PATIENCE);
  const probe = createDatabaseProbe(roles.serverUrl);
  closers.push(() => probe.close());
  return { server, worker, probe, roles, pgvector, ownerUrl: directUrl };
}

async function openEmbedded(config: Config, log: Logger, closers: Closers, exclusive: boolean) {
  const running = await startEmbedded({
    dataDir: join(config.dataDir, "postgres"),
    exclusive,
    log: (line) => log.info(line),
  });
  closers.push(() => running.stop());
  return { url: running.url, directUrl: running.url };
}
