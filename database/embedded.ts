/**
 * The embedded database: real PostgreSQL from npm's binaries, in a folder of ours, on loopback with a password.
 *
 * - **Cluster**: the data folder that initdb makes; only one postmaster runs on it, which PostgreSQL itself sees to.
 * - **Attach**: use a server that a killed run left behind, or that another process of ours started.
 * - **Server lock**: a session advisory lock on a connection of its own, which ends with its process whatever kills it.
 *   (The embedded server is never behind PgBouncer.)
 *
 * https://www.postgresql.org/docs/18/server-shutdown.html (signals), storage-file-layout.html (postmaster.pid)
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { totalmem } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { connect } from "./connect.ts";
import { spawnPostgres, runInitdb } from "./embedded-binaries.ts";
import { holdExclusively } from "./exclusive-file.ts";

const DATABASE_NAME = "littlemonster";
const USER = "littlemonster";
/** Keys of the advisory locks: one server application; any application that is attached. */
const SERVER_LOCK = 4600;
const USE_LOCK = 4601;
const START_MS = 60_000;
const WATCH_MS = 500;

export interface EmbeddedOptions {
  /** Folder of the cluster; its parent holds the password file. */
  dataDir: string;
  /** Refuses a second application on the same folder. */
  exclusive?: boolean;
  /** Off only for throw-away databases. */
  fsync?: boolean;
  log?: (line: string) => void;
}

export interface EmbeddedDatabase {
  url: string;
  /** The last one to leave stops the server. */
  stop(): Promise<void>;
}

/**
 * @throws Error with a sentence: no binaries for this platform, a second application, a server that does not come up.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { dataDir, log = () => {} } = options;
  await mkdir(dirname(dataDir), { recursive: true, mode: 0o700 });
  const password = await readOrMakePassword(`${dataDir}.password`);
  await makeCluster(dataDir, password);
  // The port stays the same over restarts of the server, so that the pool of a running application finds it again.
  let port = await ensureRunning(options, password);
  const url = (database: string) =>
    `postgresql://${USER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;

  await makeDatabase(url("postgres"));
  let lock = await holdLocks(url(DATABASE_NAME), options.exclusive ?? false);
  let stopped = false;

  // A server that was killed under us is started again; the cluster recovers from its write-ahead log.
  const watching = (async () => {
    while (!stopped) {
      await delay(WATCH_MS, undefined, { ref: false });
      if (stopped || (await readPostmaster(dataDir))) continue;
      log("the database server ended; starting it again");
      try {
        port = await ensureRunning(options, password, port);
        await lock.end().catch(() => {});
        lock = await holdLocks(url(DATABASE_NAME), options.exclusive ?? false);
      } catch (error) {
        log(`the database server does not start: ${(error as Error).message}`);
      }
    }
  })();

  return {
    url: url(DATABASE_NAME),
    async stop() {
      stopped = true;
      await Promise.race([watching, delay(2 * WATCH_MS)]);
      const last = await lock
        .query<{ last: boolean }>(
          "select pg_advisory_unlock_shared($1) and pg_try_advisory_lock($1) as last",
          [USE_LOCK],
        )
        .then(
          ({ rows }) => rows[0]!.last,
          () => true,
        );
      const postmaster = await readPostmaster(dataDir);
      if (last && postmaster) process.kill(postmaster.pid, "SIGINT"); // fast shutdown
      await lock.end().catch(() => {});
      if (last && postmaster) await until(() => !isAlive(postmaster.pid), START_MS);
    },
  };
}

async function readOrMakePassword(path: string) {
  const existing = await readFile(path, "utf8").catch(() => undefined);
  if (existing) return existing.trim();
  const password = randomBytes(24).toString("base64url");
  await writeFile(path, password, { mode: 0o600, flag: "wx" }).catch(() => {});
  return (await readFile(path, "utf8")).trim();
}

/** initdb works aside and the folder is renamed when it is whole: a kill in the middle leaves nothing half made. */
async function makeCluster(dataDir: string, password: string) {
  if (existsSync(join(dataDir, "PG_VERSION"))) return;
  const aside = `${dataDir}.new-${process.pid}`;
  const passwordFile = `${aside}.password`;
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    await runInitdb(aside, USER, passwordFile);
    await rename(aside, dataDir).catch(async (error: unknown) => {
      if (!existsSync(join(dataDir, "PG_VERSION"))) throw error; // else another process was first
    });
  } finally {
    await rm(passwordFile, { force: true });
    await rm(aside, { recursive: true, force: true });
  }
  await chmod(dataDir, 0o700);
}

/** The port of a server that answers; started where none runs. */
async function ensureRunning(
  options: EmbeddedOptions,
  password: string,
  wantedPort?: number,
): Promise<number> {
  const deadline = Date.now() + START_MS;
  let lastLines = "";
  let taken = false;
  while (Date.now() < deadline) {
    const postmaster = await readPostmaster(options.dataDir);
    if (postmaster) {
      if (await isReady(postmaster.port, password)) return postmaster.port;
      await delay(50);
      continue;
    }
    // Two that find a killed server's lock file at once would each take the other's for it, and remove it: PostgreSQL
    // reads that file, and deletes it by its name (CreateLockFile in miscinit.c).
    const turn = holdExclusively(`${options.dataDir}.start`);
    if (!turn) {
      await delay(50);
      continue;
    }
    try {
      if (await readPostmaster(options.dataDir)) continue;
      // That of a killed server, too: whoever used it finds it there again.
      const { port: before } = await readLockFile(options.dataDir);
      const port = wantedPort ?? (taken ? undefined : before) ?? (await freePort());
      const started = await startPostgres(options, port);
      // It ends at once where the backends of a killed server still hold its memory, or the port was taken meanwhile.
      while (!started.ended() && Date.now() < deadline) {
        const running = await readPostmaster(options.dataDir);
        if (running && (await isReady(running.port, password))) return running.port;
        await delay(20);
      }
      lastLines = await started.lastLines();
    } finally {
      turn.close();
    }
    if (/address already in use/i.test(lastLines)) {
      wantedPort = undefined;
      taken = true;
    }
    await delay(200);
  }
  throw new Error(`The embedded PostgreSQL does not start.\n${lastLines}`);
}

function startPostgres(options: EmbeddedOptions, port: number) {
  return spawnPostgres(options.dataDir, [
    "-p",
    String(port),
    "-h",
    "127.0.0.1",
    "-c",
    "unix_socket_directories=",
    "-c",
    "max_connections=200",
    "-c",
    `shared_buffers=${sharedBuffersMiB()}MB`,
    // A search that starts two processes more takes longer than it does alone (36 and 30 ms over 100,000 passages), and
    // the cores are everybody's.
    "-c",
    "max_parallel_workers_per_gather=0",
    "-c",
    "logging_collector=off",
    "-c",
    "log_min_messages=warning",
    // Neither the values of a row that is refused nor a statement stand in the log.
    "-c",
    "log_error_verbosity=terse",
    "-c",
    "log_min_error_statement=panic",
    ...(options.fsync === false
      ? ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
      : []),
  ]);
}

/**
 * A sixteenth of the memory: what a course asks for stays in reach of the database itself, and reading it again from
 * the kernel's cache took a fifth of a question. Only what is used is taken.
 */
function sharedBuffersMiB() {
  const bytes = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return Math.min(1024, Math.max(128, Math.round(bytes / 16 / 1024 / 1024)));
}

/** Process and port of a live postmaster. */
async function readPostmaster(dataDir: string) {
  const { pid, port } = await readLockFile(dataDir);
  if (!pid || !port || !isAlive(pid) || !(await isPostgres(pid))) return undefined;
  return { pid, port };
}

/** What the file of the last postmaster says, which a killed one leaves: line 1 is its pid, line 4 its port. */
async function readLockFile(dataDir: string) {
  const text = await readFile(join(dataDir, "postmaster.pid"), "utf8").catch(() => "");
  const lines = text.split("\n");
  return { pid: Number(lines[0]) || undefined, port: Number(lines[3]) || undefined };
}

function isAlive(pid: number) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A pid may belong to something else by now (a restart of the machine), and a zombie is no server. */
async function isPostgres(pid: number) {
  if (process.platform !== "linux") return true;
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return /^\d+ \(postgres\) [^Z]/.test(status);
}

/** Waits while it starts up or shuts down; any other refusal of a server is for the caller to meet. */
async function isReady(port: number, password: string) {
  const probe = new pg.Client({
    host: "127.0.0.1",
    port,
    user: USER,
    password,
    database: "postgres",
    connectionTimeoutMillis: 2000,
  });
  probe.on("error", () => {});
  try {
    await probe.connect();
    return true;
  } catch (error) {
    const code = (error as { code?: string }).code ?? "";
    return /^[0-9A-Z]{5}$/.test(code) && code !== "57P03";
  } finally {
    // Left open it would hold up every "drop database" until the server's authentication timeout.
    await probe.end().catch(() => {});
  }
}

async function freePort() {
  return new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function makeDatabase(url: string) {
  const client = await connect(url);
  try {
    await client.query(`create database ${DATABASE_NAME}`);
  } catch (error) {
    if (!["42P04", "23505"].includes((error as { code?: string }).code ?? "")) throw error; // it is there already
  } finally {
    await client.end();
  }
}

async function holdLocks(url: string, exclusive: boolean) {
  const client = await connect(url, { keepAlive: true });
  if (exclusive) {
    const { rows } = await client.query<{ held: boolean }>(
      "select pg_try_advisory_lock($1) as held",
      [SERVER_LOCK],
    );
    if (!rows[0]!.held) {
      await client.end();
      throw new Error(
        "Little Monster is already running on this data folder. Stop it first, or choose " +
          "another folder with LM_DATA_DIR=…",
      );
    }
  }
  await client.query("select pg_advisory_lock_shared($1)", [USE_LOCK]);
  return client;
}

async function until(condition: () => boolean, ms: number) {
  const deadline = Date.now() + ms;
  while (!condition() && Date.now() < deadline) await delay(20);
}
