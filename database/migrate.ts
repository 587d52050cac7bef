/**
 * Migrations: how an older database becomes this one.
 *
 * - **Migration**: a folder `migrations/NNNN_name` with `up.sql` and `down.sql`. A shipped one is never edited: the
 *   hash of what was applied is kept in `schema_migrations` and compared.
 * - **Version**: the number of the last migration applied; 0 is an empty database.
 *
 * Each step runs in one transaction under a transaction-level advisory lock: several servers may start at once, and a
 * kill leaves the old version or the new one.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { connect } from "./connect.ts";

export const MIGRATIONS_FOLDER = fileURLToPath(new URL("migrations", import.meta.url));
/** Key of the transaction-level advisory lock. */
export const LOCK = 4602;
export const BOOKKEEPING = `
      create table if not exists schema_migrations (
        version integer primary key,
        name text not null,
        hash text not null,
        applied_at timestamptz not null default now()
      )`;

/** After each step: tables that came with it get their row-level security, too. */
export const KEEP_APART = `
      do $$
      begin
        if to_regprocedure('keep_owners_apart()') is not null then
          perform keep_owners_apart();
        end if;
      end
      $$`;

export interface Migration {
  version: number;
  name: string;
  up: string;
  down: string;
  /** SHA-256 of up.sql, hexadecimal. */
  hash: string;
}

export interface Applied {
  version: number;
  name: string;
  hash: string;
  applied_at: Date;
}

export class MigrationError extends Error {
  override name = "MigrationError";
}

export async function readMigrations(folder = MIGRATIONS_FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+$/.test(name)).toSorted();
  return Promise.all(
    names.map(async (name, index) => {
      const version = Number(name.slice(0, 4));
      if (version !== index + 1)
        throw new MigrationError(
          `Migrations are numbered without gaps: ${name} should be number ${index + 1}.`,
        );
      const [up, down] = await Promise.all(
        ["up.sql", "down.sql"].map((file) => readFile(join(folder, name, file), "utf8")),
      );
      return {
        version,
        name,
        up: up!,
        down: down!,
        hash: createHash("sha256").update(up!).digest("hex"),
      };
    }),
  );
}

/** @param options.to version to stop at; the newest by default. @returns what was applied. */
export async function upgrade(url: string, options: { to?: number; folder?: string } = {}) {
  const migrations = await readMigrations(options.folder);
  const to = known(options.to ?? migrations.length, migrations);
  return withClient(url, async (client) => {
    const done: Migration[] = [];
    while (
      await step(client, async (applied) => {
        checkHistory(applied, migrations);
        const next = migrations[applied.length];
        if (!next || next.version > to) return false;
        await client.query(next.up);
        await client.query(KEEP_APART);
        await record(client, next);
        done.push(next);
        return true;
      })
    );
    return done;
  });
}

/** @param options.to version to go back to; one step by default. @returns what was taken back, newest first. */
export async function downgrade(url: string, options: { to?: number; folder?: string } = {}) {
  const migrations = await readMigrations(options.folder);
  return withClient(url, async (client) => {
    let to = options.to === undefined ? undefined : known(options.to, migrations);
    const undone: Migration[] = [];
    while (
      await step(client, async (applied) => {
        checkHistory(applied, migrations);
        to ??= Math.max(0, applied.length - 1);
        if (applied.length <= to) return false;
        const last = migrations[applied.length - 1]!;
        await client.query(last.down);
        await client.query("delete from schema_migrations where version = $1", [last.version]);
        undone.push(last);
        return true;
      })
    );
    return undone;
  });
}

/** What the database says was applied; nothing for one that migrations never touched. */
export function readApplied(url: string): Promise<Applied[]> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ there: boolean }>(
      "select to_regclass('schema_migrations') is not null as there",
    );
    return rows[0]!.there ? listApplied(client) : [];
  });
}

/**
 * Records migrations up to `to` as applied without running them: for a database that psql deployed from the schema
 * files.
 */
export async function stamp(url: string, options: { to?: number; folder?: string } = {}) {
  const migrations = await readMigrations(options.folder);
  const to = known(options.to ?? migrations.length, migrations);
  await withClient(url, (client) =>
    step(client, async () => {
      await client.query("delete from schema_migrations");
      for (const migration of migrations.slice(0, to)) await record(client, migration);
      return false;
    }),
  );
}

function known(version: number, migrations: Migration[]) {
  if (Number.isInteger(version) && version >= 0 && version <= migrations.length) return version;
  throw new MigrationError(
    `There is no version ${version}: give a number from 0 to ${migrations.length}.`,
  );
}

/** One transaction under the lock. */
async function step(client: pg.Client, work: (applied: Applied[]) => Promise<boolean>) {
  await client.query("begin");
  try {
    await client.query("select pg_advisory_xact_lock($1)", [LOCK]);
    // A migration changes rows of everybody, also where its role is not above row-level security.
    await client.query("select set_config('lm.purpose', 'upkeep', true)");
    await client.query(BOOKKEEPING);
    const goOn = await work(await listApplied(client));
    await client.query("commit");
    return goOn;
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  }
}

function checkHistory(applied: Applied[], migrations: Migration[]) {
  if (applied.length > migrations.length) {
    throw new MigrationError(
      `The database is at version ${applied.length}, this program knows ` +
        `${migrations.length}: it is older than the database. Start the newer version of ` +
        "Little Monster.",
    );
  }
  for (const [index, { name, hash }] of applied.entries()) {
    if (migrations[index]!.hash !== hash) {
      throw new MigrationError(
        `Migration ${name} was edited after it was applied. Put its old text back and write a new migration instead.`,
      );
    }
  }
}

async function listApplied(client: pg.Client) {
  return (
    await client.query<Applied>(
      "select version, name, hash, applied_at from schema_migrations order by version",
    )
  ).rows;
}

function record(client: pg.Client, { version, name, hash }: Migration) {
  return client.query("insert into schema_migrations (version, name, hash) values ($1, $2, $3)", [
    version,
    name,
    hash,
  ]);
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>) {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
