/** Debian's PostgreSQL 15, as a server of the test's own: the oldest one that the schema promises to work on. */
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";

const run = promisify(execFile);
const BIN = "/usr/lib/postgresql/15/bin";
/** There where the tests could build pgvector (tests/prepare.ts). */
export const PGVECTOR = "/usr/lib/postgresql/15/lib/vector.so";

/** A superuser called postgres without a password, on loopback. */
export async function startPostgresql15() {
  if (!existsSync(join(BIN, "postgres")))
    throw new Error("PostgreSQL 15 is missing: npm test installs it (Debian, as root).");
  const folder = await mkdtemp(join(tmpdir(), "lm-test-postgresql-15-"));
  // PostgreSQL refuses root; Debian's package brings the user postgres.
  const identity = userInfo().uid === 0 ? await userIds("postgres") : {};
  if (identity.uid !== undefined && identity.gid !== undefined)
    await chown(folder, identity.uid, identity.gid);
  await chmod(folder, 0o700);
  const data = join(folder, "data");
  await run(
    join(BIN, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
    { ...identity, cwd: "/" },
  );
  const port = await freePort();
  const server = spawn(
    join(BIN, "postgres"),
    ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-c", "unix_socket_directories="].concat(
      ["fsync=off", "synchronous_commit=off", "full_page_writes=off"].flatMap((o) => ["-c", o]),
    ),
    { ...identity, cwd: "/", stdio: "ignore" },
  );
  server.on("error", () => {}); // its end is told
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  while (!(await answers(url)))
    if (server.exitCode !== null) throw new Error("PostgreSQL 15 does not start");
  return {
    url,
    async stop() {
      server.kill("SIGQUIT");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string) {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

export async function userIds(name: string): Promise<{ uid?: number; gid?: number }> {
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => Number((await run("id", [flag, name])).stdout)),
  );
  return { uid: uid!, gid: gid! };
}

export function freePort() {
  return new Promise<number>((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
