/** Throw-away databases: what the schema files make, and what the migrations make. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCatalog, type Catalog } from "./catalog.ts";
import { connect } from "./connect.ts";
import { startEmbedded } from "./embedded.ts";
import { readMigrations, upgrade } from "./migrate.ts";
import { masterSchema } from "./schema-files.ts";

/**
 * @param serverUrl a server that may make databases; without one, or where it may not, an embedded server for this
 * call.
 */
export async function withShadowDatabase<T>(
  serverUrl: string | undefined,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const name = `lm_shadow_${randomBytes(6).toString("hex")}`;
  if (!serverUrl || !(await make(serverUrl, name))) {
    const folder = await mkdtemp(join(tmpdir(), "lm-shadow-"));
    const server = await startEmbedded({ dataDir: join(folder, "postgres"), fsync: false });
    try {
      return await work(server.url);
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  try {
    return await work(url.href);
  } finally {
    await query(serverUrl, `drop database if exists ${name} with (force)`);
  }
}

export function catalogOfFiles(serverUrl?: string): Promise<Catalog> {
  return withShadowDatabase(serverUrl, async (url) => {
    await query(url, await masterSchema());
    return readCatalog(url);
  });
}

export function catalogOfMigrations(
  serverUrl?: string,
  options: { to?: number; folder?: string } = {},
): Promise<Catalog> {
  return withShadowDatabase(serverUrl, async (url) => {
    if ((await readMigrations(options.folder)).length > 0) await upgrade(url, options);
    return readCatalog(url);
  });
}

async function make(serverUrl: string, name: string) {
  try {
    await query(serverUrl, `create database ${name} template template0`);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "42501") return false; // may not make databases
    throw error;
  }
}

async function query(url: string, text: string) {
  const client = await connect(url);
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
