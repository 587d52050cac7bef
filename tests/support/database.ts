import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { connect } from "#database/connect.ts";

export const TEMPLATE = "lm_template";

export function urlOf(serverUrl: string, database: string) {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** A database of a test file's own, cloned from the migrated template (or from `template0` for an empty one). */
export async function createTestDatabase(template: typeof TEMPLATE | "template0" = TEMPLATE) {
  const serverUrl = inject("serverUrl");
  const name = `lm_test_${randomBytes(6).toString("hex")}`;
  await administer(serverUrl, `create database ${name} template ${template}`);
  return {
    url: urlOf(serverUrl, name),
    // Not dropped: the whole server is removed after the run, and the first DROP DATABASE waited 50 s for a checkpoint.
    drop: async () => {},
  };
}

async function administer(serverUrl: string, statement: string) {
  const client = await connect(serverUrl);
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>;
