/** One PostgreSQL for the whole run, with a template database that is migrated once; each test file clones it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { connect } from "#database/connect.ts";
import { startEmbedded } from "#database/embedded.ts";
import { upgrade } from "#database/migrate.ts";
import { raiseRoles } from "#database/roles.ts";
import { TEMPLATE, urlOf } from "./database.ts";

declare module "vitest" {
  export interface ProvidedContext {
    serverUrl: string;
  }
}

export async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), "lm-test-postgres-"));
  const server = await startEmbedded({ dataDir: join(folder, "postgres"), fsync: false });
  const client = await connect(server.url);
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  const template = urlOf(server.url, TEMPLATE);
  await upgrade(template);
  // Rights and marks are cloned with the template.
  await raiseRoles({ url: template, directUrl: template });
  project.provide("serverUrl", server.url);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
