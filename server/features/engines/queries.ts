import { sql } from "kysely";
import type { Context, Queryable, Tx } from "#server/context.ts";
import {
  SETTABLE,
  sealedFor,
  settable,
  type SettingName,
  type StoredSettings,
} from "#server/stored-settings.ts";

/** What is stored, secrets opened. @returns names whose key is gone, too. */
export async function readStored({ database, secrets }: Pick<Context, "database" | "secrets">) {
  const rows = await database
    .selectFrom("installation_settings")
    .select(["name", "value", "sealed", "key_id"])
    .execute();
  const stored: StoredSettings = {};
  const unreadable: SettingName[] = [];
  for (const row of rows) {
    // Of a newer version.
    if (!Object.hasOwn(SETTABLE, row.name)) continue;
    const name = row.name as SettingName;
    if (row.value !== null) stored[name] = row.value;
    else
      try {
        stored[name] = secrets.open(row.key_id!, row.sealed!, sealedFor(name));
      } catch {
        unreadable.push(name);
      }
  }
  return { stored, unreadable };
}

/** One change after the other, also of several servers. */
export async function lockSettings(tx: Tx) {
  await sql`lock table installation_settings in share row exclusive mode`.execute(tx);
}

export async function writeSetting(
  tx: Tx,
  { secrets }: Pick<Context, "secrets">,
  name: SettingName,
  value: string | undefined,
) {
  if (value === undefined) {
    await tx.deleteFrom("installation_settings").where("name", "=", name).execute();
    return;
  }
  const sealed = settable(name).isSecret ? secrets.seal(value, sealedFor(name)) : undefined;
  const row = {
    value: sealed ? null : value,
    sealed: sealed?.sealed ?? null,
    key_id: sealed?.keyId ?? null,
  };
  await tx
    .insertInto("installation_settings")
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
    .execute();
}

/** Every process reads them anew. */
export async function notifySettings(database: Queryable) {
  await sql`select pg_notify('lm_settings', '')`.execute(database);
}

export interface FetchOfModel {
  id: string;
  model: string;
  status: "pending" | "processing" | "completed" | "failed" | "cancelled";
  /** 0 to 1. */
  progress: number;
  error_code: string | null;
  error_message: string | null;
}

/** Two who ask for one model at once get one job. */
export async function lockFetches(tx: Tx, model: string) {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`fetch-model ${model}`}, 0))`.execute(
    tx,
  );
}

/** The last fetch of each model, whoever began it. */
export async function listFetches(database: Queryable): Promise<FetchOfModel[]> {
  const { rows } = await sql<FetchOfModel>`
    select distinct on (payload ->> 'model') id, payload ->> 'model' as model, status, progress, error_code,
      error_message
    from jobs where job_type = 'fetch-model' order by payload ->> 'model', id desc`.execute(
    database,
  );
  return rows;
}

/** @throws when the account is gone. */
export async function findAddress(database: Queryable, userId: string) {
  const { email } = await database
    .selectFrom("users")
    .select("email")
    .where("id", "=", userId)
    .executeTakeFirstOrThrow();
  return email;
}
