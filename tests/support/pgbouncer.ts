/** PgBouncer in transaction mode before a database: https://www.pgbouncer.org/config.html */
import { spawn } from "node:child_process";
import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { freePort, userIds } from "./postgresql-15.ts";

const BIN = "/usr/sbin/pgbouncer";
/** Few, so that one client's transactions really land on several server connections, between those of others. */
const SERVER_CONNECTIONS = 3;

/** @returns a URL that goes through it to the database of `url`. */
export async function startPgbouncer(url: string) {
  const { hostname, port, pathname, username, password } = new URL(url);
  const folder = await mkdtemp(join(tmpdir(), "lm-test-pgbouncer-"));
  const listen = await freePort();
  const name = pathname.slice(1);
  const user = decodeURIComponent(username);
  await writeFile(join(folder, "users.txt"), `"${user}" "${decodeURIComponent(password)}"\n`);
  await writeFile(
    join(folder, "pgbouncer.ini"),
    `[databases]
${name} = host=${hostname} port=${port || 5432} dbname=${name} user=${user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listen}
unix_socket_dir =
auth_type = plain
auth_file = ${join(folder, "users.txt")}
pool_mode = transaction
default_pool_size = ${SERVER_CONNECTIONS}
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
`,
  );
  // It refuses root, as PostgreSQL does; Debian's package brings the user postgres.
  const identity = userInfo().uid === 0 ? await userIds("postgres") : {};
  if (identity.uid !== undefined && identity.gid !== undefined)
    for (const path of [folder, join(folder, "users.txt"), join(folder, "pgbouncer.ini")])
      await chown(path, identity.uid, identity.gid);
  await chmod(folder, 0o700);
  const server = spawn(BIN, [join(folder, "pgbouncer.ini")], {
    ...identity,
    cwd: "/",
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  server.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  server.on("error", (error) => (said += error.message));
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  await vi.waitUntil(
    () => {
      if (server.exitCode !== null) throw new Error(`PgBouncer does not start:\n${said}`);
      return canConnect(listen);
    },
    { timeout: 10_000 },
  );
  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String(listen);
  return {
    url: through.href,
    async stop() {
      server.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function canConnect(port: number) {
  return new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1")
      .once("connect", () => {
        socket.destroy();
        resolve(true);
      })
      .once("error", () => resolve(false));
  });
}
