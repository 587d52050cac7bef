/**
 * What was deleted, signed: kept by the person and, without anything that says whose it was, by the installation.
 * Ed25519: RFC 8032. The private key is made of the installation's own secret; the public one is at `GET
 * /api/account/receipts/key`.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";
import canonicalize from "canonicalize";
import type { Config } from "#server/config.ts";
import type { Context, Tx } from "#server/context.ts";
import type { Secrets } from "#server/secrets.ts";
import type { Receipt } from "./shapes.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

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

/** SHA-256 of an id or a name, hexadecimal: it proves what it was to who knows it, and says nothing to anybody else. */
export function hashOf(text: string) {
  return createHash("sha256").update(text.toLowerCase()).digest("hex");
}

export function hashesOf(texts: string[]) {
  return texts.map(hashOf).toSorted();
}

export type Gone = Pick<
  Receipt,
  "id" | "scope" | "account_hash" | "thing_hashes" | "file_hashes" | "counts" | "hashes" | "kept"
>;

export function signReceipt(context: Pick<Context, "secrets" | "config">, gone: Gone): Receipt {
  const { key, public: published } = keyOf(context.secrets);
  const now = new Date();
  const unsigned = {
    format: 2 as const,
    ...gone,
    deleted_at: now.toISOString(),
    ...backupsOf(context.config, now, gone.scope),
    key_id: published.kid,
  };
  const signature = sign(null, Buffer.from(canonicalize(unsigned)!), key).toString("base64url");
  return { ...unsigned, signature };
}

/**
 * In the transaction of the deletion: the installation keeps a receipt of whatever is gone, and none of what is not.
 * One with the same id said less.
 */
export async function keepReceipt(tx: Tx, receipt: Receipt) {
  await tx
    .insertInto("deletion_receipts")
    .values({ id: receipt.id, receipt: JSON.stringify(receipt) })
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet({ receipt: JSON.stringify(receipt) }),
    )
    .execute();
}

export function signatureHolds(secrets: Secrets, { signature, ...unsigned }: Receipt) {
  return verify(
    null,
    Buffer.from(canonicalize(unsigned)!),
    createPublicKey(keyOf(secrets).key),
    Buffer.from(signature, "base64url"),
  );
}

function backupsOf({ backupDays }: Config, now: Date, scope: Receipt["scope"]) {
  const held = scope === "account" ? "the account" : "what was deleted";
  if (backupDays === undefined)
    return {
      backups:
        `Backups that whoever runs this server made before this moment still hold ${held}, ` +
        "until they are deleted. How long they are kept is not set on this server " +
        "(LM_BACKUP_DAYS): ask whoever runs it.",
      backups_until: null,
    };
  const until = new Date(now.getTime() + backupDays * DAY_MS);
  return {
    backups:
      backupDays === 0
        ? "Whoever runs this server keeps no backups."
        : `Backups that were made before this moment still hold ${held}. Whoever runs this ` +
          `server keeps a backup for ${backupDays} days: the last one that holds it is deleted ` +
          `on ${until.toISOString().slice(0, 10)}.`,
    backups_until: until.toISOString(),
  };
}

/** The same for people. */
export function readableReceipt(receipt: Receipt): string {
  const lines = Object.entries(receipt.counts).map(
    ([table, count]) => `  ${table.replaceAll("_", " ")}: ${count}`,
  );
  const kept = Object.entries(receipt.kept).map(
    ([table, count]) => `  ${table.replaceAll("_", " ")}: ${count}`,
  );
  return [
    `Receipt of a deletion, ${receipt.id}`,
    `Deleted at ${receipt.deleted_at}`,
    "",
    receipt.scope === "account" ? "A whole account was deleted:" : "These things were deleted:",
    ...lines,
    ...(kept.length > 0 ? ["", "This quotes them, is your own work, and stays:", ...kept] : []),
    "",
    receipt.backups,
    "",
    `Signed with key ${receipt.key_id}. The JSON of this receipt is proven on the server by: ` +
      "lm account verify-deletion RECEIPT",
    "",
  ].join("\n");
}
