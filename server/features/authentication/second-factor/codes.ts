/**
 * Authenticator apps: TOTP (RFC 6238) with the values every app understands, by otpauth
 * (https://hectorm.github.io/otpauth/).
 */
import { randomBytes } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import type { Context, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { sha256 } from "../sessions.ts";
import {
  findTotp,
  putUnconfirmedTotp,
  replaceRecoveryCodes,
  takeStep,
  redeemRecoveryCode,
} from "./queries.ts";

const PERIOD_SECONDS = 30;
const RECOVERY_CODES = 10;
/** Crockford's 32 characters, without i, l, o and u: read from paper without doubt. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * @returns the secret to type and the address behind its QR code.
 * @throws Failure `conflict` when there is one already.
 */
export async function startTotp(context: Context, userId: string, email: string) {
  const secret = new Secret({ size: 20 });
  const { keyId, sealed } = context.secrets.seal(secret.base32, purpose(userId));
  if (!(await putUnconfirmedTotp(context.database, userId, sealed, keyId))) {
    fail("conflict", { message: "An authenticator app is set up already. Remove it first." });
  }
  return { secret: secret.base32, uri: totp(secret, email).toString() };
}

/**
 * The first code proves that the app works; from then on logins ask for one. @returns the recovery codes, shown once.
 * @throws Failure `conflict`, `code-wrong`.
 */
export async function confirmTotp(context: Context, tx: Tx, userId: string, code: string) {
  const row = await findTotp(tx, userId);
  if (!row)
    fail("conflict", { message: "No authenticator app is being set up. Please start again." });
  if (row.confirmed_at) fail("conflict", { message: "An authenticator app is set up already." });
  if (!(await acceptTotp(context, tx, userId, code))) wrongCode();
  return makeRecoveryCodes(tx, userId);
}

export async function makeRecoveryCodes(tx: Tx, userId: string) {
  const codes = Array.from({ length: RECOVERY_CODES }, recoveryCode);
  await replaceRecoveryCodes(
    tx,
    userId,
    codes.map((code) => sha256(plainCode(code))),
  );
  return codes;
}

/** A code of the app or one of the recovery codes; each works once. @throws Failure `code-wrong`. */
export async function takeCode(context: Context, tx: Tx, userId: string, code: string) {
  const plain = plainCode(code);
  const right = /^\d{6}$/.test(plain)
    ? await acceptTotp(context, tx, userId, plain)
    : await redeemRecoveryCode(tx, userId, sha256(plain));
  if (!right) wrongCode();
}

function wrongCode(): never {
  fail("code-wrong", { errors: [{ field: "code", message: "is not right, or was used before" }] });
}

async function acceptTotp(context: Context, tx: Tx, userId: string, code: string) {
  const row = await findTotp(tx, userId);
  if (!row) return false;
  const secret = Secret.fromBase32(
    context.secrets.open(row.secret_key_id, row.secret, purpose(userId)),
  );
  // One step either way, for clocks that differ and people who type slowly (RFC 6238, section 5.2).
  const token = plainCode(code);
  // Six letters of another script are more than six bytes, which the comparison in constant time does not take.
  if (!/^\d+$/.test(token)) return false;
  const delta = totp(secret, "").validate({ token, window: 1 });
  if (delta === null) return false;
  return takeStep(tx, userId, Math.floor(Date.now() / 1000 / PERIOD_SECONDS) + delta);
}

function totp(secret: Secret, label: string) {
  return new TOTP({
    issuer: "Little Monster",
    label,
    algorithm: "SHA1",
    digits: 6,
    period: PERIOD_SECONDS,
    secret,
  });
}

function purpose(userId: string) {
  return `totp_secrets ${userId}`;
}

function plainCode(code: string) {
  return code.toLowerCase().replaceAll(/[\s-]/g, "").replaceAll("o", "0").replaceAll(/[il]/g, "1");
}

/** 16 characters of 5 bits: 80 bits, in fours. */
function recoveryCode() {
  const characters = [...randomBytes(16)].map((byte) => ALPHABET[byte & 31]!).join("");
  return characters.match(/.{4}/g)!.join("-");
}
