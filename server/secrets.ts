/**
 * Keys: made on the first start in `<dataDir>/secrets.json` (mode 600), or given by the environment, where they must be
 * given in production with an outside database, because several servers have to agree.
 *
 * - **Key ring**: `id:base64` entries; the first is used, the others are still accepted, so that a key can be replaced
 *   calmly.
 * - **Seal**: encrypt with AES-256-GCM (NIST SP 800-38D) under the first key; the purpose is bound to the result as
 *   additional authenticated data, and it opens for no other. What is stored: nonce of 12 bytes, ciphertext, tag of 16.
 * - **Digest**: HMAC-SHA256 (RFC 2104). Its keys, as that of the seal, are derived by HKDF-SHA256 (RFC 5869).
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { chmodSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "./config.ts";
import { ConfigError } from "./settings.ts";

export interface Secrets {
  signing: { id: string; key: CryptoKey };
  /** For a `kid`; undefined when no such key is accepted. */
  verifying(id: string): CryptoKey | undefined;
  seal(plain: string, purpose: string): { keyId: string; sealed: Buffer };
  /** @throws when the key is gone, the bytes were changed, or the purpose is another. */
  open(keyId: string, sealed: Uint8Array, purpose: string): string;
  /** HMAC-SHA256 under a key of its own for each purpose. */
  digest(purpose: string, value: string): Buffer;
}

interface Key {
  id: string;
  bytes: Buffer;
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PUBLISHED_PASSWORDS = [
  "your_secure_password",
  "password",
  "postgres",
  "changeme",
  "change-me",
  "littlemonster",
  "secret",
  "admin",
];

/** @throws ConfigError that names each variable that is missing, weak or published. */
export async function loadSecrets(config: Config): Promise<Secrets> {
  const mistakes: string[] = [];
  const outside = config.production && config.database.url !== undefined;
  const given = {
    jwt: readRing("LM_JWT_KEYS", config.secrets.jwtKeys, mistakes),
    encryption: readRing("LM_ENCRYPTION_KEYS", config.secrets.encryptionKeys, mistakes),
  };
  if (outside) {
    if (!config.secrets.jwtKeys)
      mistakes.push(`LM_JWT_KEYS: needed in production with an outside database; ${howToMake}`);
    if (!config.secrets.encryptionKeys)
      mistakes.push(
        `LM_ENCRYPTION_KEYS: needed in production with an outside database; ${howToMake}`,
      );
    const password = passwordIn(config.database.url!);
    if (PUBLISHED_PASSWORDS.includes(password.toLowerCase())) {
      mistakes.push(
        "POSTGRES_PASSWORD (or the password in DATABASE_URL): this one is published and everybody knows it",
      );
    }
  }
  if (
    given.jwt &&
    given.encryption &&
    given.jwt.some((one) => given.encryption!.some((other) => one.bytes.equals(other.bytes)))
  ) {
    mistakes.push("LM_ENCRYPTION_KEYS: must not contain a key of LM_JWT_KEYS");
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  const kept = given.jwt && given.encryption ? undefined : readOrMake(config.dataDir);
  return fromKeys(given.jwt ?? kept!.jwt, given.encryption ?? kept!.encryption);
}

async function fromKeys(jwt: Key[], encryption: Key[]): Promise<Secrets> {
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const signers = new Map<string, CryptoKey>();
  for (const { id, bytes } of jwt) {
    signers.set(
      id,
      await crypto.subtle.importKey("raw", new Uint8Array(bytes), hmac, false, ["sign", "verify"]),
    );
  }
  const byId = new Map(encryption.map((key) => [key.id, key.bytes]));
  const first = encryption[0]!;
  return {
    signing: { id: jwt[0]!.id, key: signers.get(jwt[0]!.id)! },
    verifying: (id) => signers.get(id),
    seal(plain, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", derive(first.bytes, "seal"), nonce);
      cipher.setAAD(Buffer.from(purpose));
      const ciphertext = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return { keyId: first.id, sealed: Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]) };
    },
    open(keyId, sealed, purpose) {
      const key = byId.get(keyId);
      if (!key) throw new Error(`no key ${keyId} among LM_ENCRYPTION_KEYS`);
      const decipher = createDecipheriv(
        "aes-256-gcm",
        derive(key, "seal"),
        sealed.subarray(0, NONCE_BYTES),
        { authTagLength: TAG_BYTES },
      );
      decipher.setAAD(Buffer.from(purpose));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      return Buffer.concat([
        decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)),
        decipher.final(),
      ]).toString("utf8");
    },
    digest: (purpose, value) =>
      createHmac("sha256", derive(first.bytes, purpose)).update(value).digest(),
  };
}

function derive(key: Buffer, purpose: string) {
  return Buffer.from(
    hkdfSync("sha256", key, Buffer.alloc(0), `little-monster ${purpose}`, KEY_BYTES),
  );
}

/** Some forms of connection string are no URL; what is wrong with them, the connection will say. */
function passwordIn(url: string) {
  try {
    return decodeURIComponent(new URL(url).password);
  } catch {
    return "";
  }
}

const howToMake = 'make one with: echo "k1:$(openssl rand -base64 32)"';

function readRing(name: string, text: string | undefined, mistakes: string[]): Key[] | undefined {
  if (!text) return undefined;
  const keys: Key[] = [];
  for (const entry of text.split(",").map((part) => part.trim())) {
    const match = /^([a-z0-9][a-z0-9-]{0,31}):([A-Za-z0-9+/_-]+=*)$/.exec(entry);
    if (!match) {
      mistakes.push(`${name}: each entry is a short id, a colon and base64; ${howToMake}`);
      return undefined;
    }
    const bytes = Buffer.from(match[2]!, "base64");
    const weakness = weaknessOf(bytes);
    if (weakness) mistakes.push(`${name}: key ${match[1]} ${weakness}; ${howToMake}`);
    if (keys.some(({ id }) => id === match[1]))
      mistakes.push(`${name}: two keys have the id ${match[1]}`);
    keys.push({ id: match[1]!, bytes });
  }
  return keys;
}

/** 32 random bytes hold about 30 different values and, but once in 10^13, one that no keyboard types. */
function weaknessOf(bytes: Buffer) {
  if (bytes.length < KEY_BYTES) return `is weak: ${bytes.length} bytes instead of ${KEY_BYTES}`;
  if (new Set(bytes).size < 16) return "is weak: it repeats itself";
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f))
    return "is weak: it is typed text, not random bytes";
  return undefined;
}

function readOrMake(dataDir: string): { jwt: Key[]; encryption: Key[] } {
  const path = join(dataDir, "secrets.json");
  const text = read(path) ?? make(dataDir, path);
  const parsed = JSON.parse(text) as Record<"jwt" | "encryption", { id: string; key: string }[]>;
  const keys = (list: { id: string; key: string }[]) =>
    list.map(({ id, key }) => ({ id, bytes: Buffer.from(key, "base64") }));
  return { jwt: keys(parsed.jwt), encryption: keys(parsed.encryption) };
}

function read(path: string) {
  try {
    const text = readFileSync(path, "utf8");
    chmodSync(path, 0o600);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Written aside and linked into place: of two processes that start together, the second reads what the first made. */
function make(dataDir: string, path: string): string {
  const key = () => ({ id: "k1", key: randomBytes(KEY_BYTES).toString("base64") });
  const text = JSON.stringify({ jwt: [key()], encryption: [key()] }, null, 2);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const aside = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(aside, text, { mode: 0o600, flush: true });
  try {
    linkSync(aside, path);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readFileSync(path, "utf8");
  } finally {
    unlinkSync(aside);
  }
}
