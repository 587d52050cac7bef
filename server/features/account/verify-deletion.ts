import { sql } from "kysely";
import { forPurpose } from "#database/principal.ts";
import type { Context } from "#server/context.ts";
import { accountHash, ownedTables, signatureHolds, type Receipt } from "./deletion-receipt.ts";

export interface Verification {
  signature: boolean;
  /** Tables with rows of the account, and how many; empty when nothing is left. */
  rows: Record<string, number>;
  /** Keys in the storage that are the account's. */
  files: string[];
  holds: boolean;
}

/** Looks for whatever is left of an account, in every table and the whole storage, by the hash in its receipt. */
export async function verifyDeletion(context: Context, receipt: Receipt): Promise<Verification> {
  const { database, storage, secrets } = context;
  const rows: Record<string, number> = {};
  const count = async (table: string, column: string) => {
    const { rows: found } = await forPurpose("upkeep", () =>
      sql<{ count: number }>`
        select count(*) as count from ${sql.table(table)}
        where encode(sha256(convert_to(${sql.ref(column)}::text, 'UTF8')), 'hex') = ${receipt.account_hash}`.execute(
        database,
      ),
    );
    if (Number(found[0]!.count) > 0) rows[table] = Number(found[0]!.count);
  };
  await count("users", "id");
  for (const table of await ownedTables(database)) await count(table, "user_id");
  const files: string[] = [];
  const owners = new Map<string, string>();
  for await (const { key } of storage.list("")) {
    const owner = key.split("/")[0]!;
    if (!owners.has(owner)) owners.set(owner, accountHash(owner));
    if (owners.get(owner) === receipt.account_hash) files.push(key);
  }
  const signature = signatureHolds(secrets, receipt);
  return {
    signature,
    rows,
    files,
    holds: signature && Object.keys(rows).length === 0 && files.length === 0,
  };
}
