/**
 * What was deleted, signed: kept by the person and, without anything that says whose it was, by the installation.
 * Ed25519: RFC 8032. The private key is made of the installation's own secret; the public one is at `GET /api/account/receipts/key`.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";
import type { z } from "@hono/zod-openapi";
import canonicalize from "canonicalize";
import { sql } from "kysely";
import type { Context, Queryable } from "#server/context.ts";
import { newId } from "#server/new-id.ts";
import type { Secrets } from "#server/secrets.ts";
import type { receipt } from "./shapes.ts";

export type Receipt = z.infer<typeof receipt>;

const BACKUPS =
  "Backups that whoever runs this server made before this moment still hold the account, until they are deleted.";

/** PKCS #8 (RFC 8410, section 7) around the 32 bytes of the seed. */
const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");

function keyOf(secrets: Secrets): { key: KeyObject; public: { x: string; kid: string } } {
  const seed = secrets.digest("deletion-receipts", "ed25519");
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519, seed]),
    format: "der",
    type: "pkcs8",
  });
  const { x } = createPublicKey(key).export({ format: "jwk" }) as { x: string };
  return { key, public: { x, kid: createHash("sha256").update(x).digest("hex").slice(0, 16) } };
}

export function receiptKeyOf(secrets: Secrets) {
  return { kty: "OKP" as const, crv: "Ed25519" as const, ...keyOf(secrets).public };
}

export function accountHash(userId: string) {
  return createHash("sha256").update(userId.toLowerCase()).digest("hex");
}

/** Every table with an owner, whatever its name. */
export async function ownedTables(database: Queryable) {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped
    where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace order by 1`.execute(
    database,
  );
  return rows.map(({ name }) => name);
}

/** Counts and hashes of what is there, before it goes. */
export async function takeStock(context: Context, userId: string) {
  const counts: Record<string, number> = {};
  const hashes: Record<string, string> = {};
  for (const table of await ownedTables(context.database)) {
    const { rows } = await sql<{ count: number; hash: string | null }>`
      select count(*) as count, encode(sha256(convert_to(string_agg(line, e'\n' order by line), 'UTF8')), 'hex') as hash
      from (select coalesce(to_jsonb(row) ->> 'id', md5(to_jsonb(row)::text)) as line from ${sql.table(table)} as row where user_id = ${userId}) as lines`.execute(
      context.database,
    );
    const { count, hash } = rows[0]!;
    if (Number(count) === 0) continue;
    counts[table] = Number(count);
    hashes[table] = hash!;
  }
  const names: string[] = [];
  for await (const { key } of context.storage.list(`${userId}/`)) names.push(key);
  if (names.length > 0) {
    counts.files = names.length;
    hashes.files = createHash("sha256").update(names.toSorted().join("\n")).digest("hex");
  }
  return { counts, hashes };
}

export function signReceipt(
  secrets: Secrets,
  userId: string,
  stock: Pick<Receipt, "counts" | "hashes">,
): Receipt {
  const { key, public: published } = keyOf(secrets);
  const unsigned = {
    format: 1 as const,
    id: newId(),
    account_hash: accountHash(userId),
    deleted_at: new Date().toISOString(),
    ...stock,
    backups: BACKUPS,
    key_id: published.kid,
  };
  const signature = sign(null, Buffer.from(canonicalize(unsigned)!), key).toString("base64url");
  return { ...unsigned, signature };
}

export function signatureHolds(secrets: Secrets, { signature, ...unsigned }: Receipt) {
  return verify(
    null,
    Buffer.from(canonicalize(unsigned)!),
    createPublicKey(keyOf(secrets).key),
    Buffer.from(signature, "base64url"),
  );
}
