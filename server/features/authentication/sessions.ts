/**
 * - **Session**: a family of refresh tokens of which the newest is live. Its id is the family's, a UUIDv7 that tells
 *   when it began.
 * - **Rotation**: each use of a refresh token ends it and makes the next.
 * - **Grace**: two tabs may present one token at the same moment; within it both get the same next token, which is
 *   computed from the presented one and a key of the server, so that nothing but hashes is stored.
 */
import { createHash, randomBytes } from "node:crypto";
import { sql } from "kysely";
import type { QuotasValue } from "#database/json-columns.ts";
import { asOwner } from "#database/principal.ts";
import type { Context, Queryable, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { SESSION_DAYS } from "#server/vocabulary.ts";
import { ACCESS_TOKEN_SECONDS, signToken } from "./access-tokens.ts";
import type { Device } from "./known-devices.ts";
import { noteLogin, noteReuse } from "./note-login.ts";
import {
  endSession,
  insertRefreshToken,
  lockRefreshToken,
  markRotated,
  refreshTokenExists,
} from "./queries.ts";

const GRACE_SECONDS = 10;
const ENDED = "Your session has ended. Please log in again.";

export interface Tokens {
  access_token: string;
  refresh_token: string;
  token_type: "bearer";
  expires_in: number;
}

export function sha256(text: string) {
  return createHash("sha256").update(text).digest();
}

/** 256 random bits in the URL-safe alphabet: for anything that is sent once and stored as a hash. */
export function randomToken() {
  return randomBytes(32).toString("base64url");
}

/**
 * A login from a device that the account was never entered from is told by mail; every one stands in the account's log.
 */
export async function startSession(
  context: Context,
  database: Queryable,
  userId: string,
  given: Device,
): Promise<Tokens> {
  const { mark: _mark, ...device } = given;
  const refreshToken = randomToken();
  await noteLogin(context, database, userId, given);
  const { family_id } = await insertRefreshToken(database, {
    user_id: userId,
    family_id: null,
    token_hash: sha256(refreshToken),
    ...device,
  });
  return tokens(context, userId, family_id, refreshToken);
}

/**
 * @throws Failure `not-authenticated` for a token that is unknown, ended, too old, or used again after the grace: that
 * ends its session.
 */
export async function renewSession(
  context: Context,
  refreshToken: string,
  device: Device,
): Promise<Tokens & { userId: string }> {
  const outcome = await context.database
    .transaction()
    .execute((tx) => rotate(context, tx, refreshToken, device));
  if (outcome.kind === "reused") {
    context.log.warn(
      { user_id: outcome.userId, session_id: outcome.sessionId },
      "a refresh token was used twice: its session was ended",
    );
    await asOwner(outcome.userId, () => noteReuse(context, outcome.userId, device));
  }
  if (outcome.kind !== "renewed") fail("not-authenticated", { message: ENDED });
  return {
    ...(await tokens(context, outcome.userId, outcome.sessionId, outcome.refreshToken)),
    userId: outcome.userId,
  };
}

async function rotate(context: Context, tx: Tx, refreshToken: string, device: Device) {
  const row = await lockRefreshToken(tx, sha256(refreshToken), { graceSeconds: GRACE_SECONDS });
  if (
    !row ||
    row.ended ||
    row.disabled ||
    beganMs(row.family_id) < Date.now() - SESSION_DAYS * 86_400_000
  )
    return { kind: "ended" as const };
  return asOwner(row.user_id, () => exchange(context, tx, row, refreshToken, device));
}

async function exchange(
  context: Context,
  tx: Tx,
  row: NonNullable<Awaited<ReturnType<typeof lockRefreshToken>>>,
  refreshToken: string,
  device: Device,
) {
  const found = { userId: row.user_id, sessionId: row.family_id };
  if (row.rotated && !row.in_grace) {
    await endSession(tx, row.user_id, row.family_id);
    return { kind: "reused" as const, ...found };
  }
  const next = context.secrets.digest("refresh token", refreshToken).toString("base64url");
  if (!row.rotated) await markRotated(tx, row.user_id, row.id);
  // It is missing in the grace only where the first key was replaced between the two uses.
  if (!row.rotated || !(await refreshTokenExists(tx, row.user_id, sha256(next)))) {
    await insertRefreshToken(tx, {
      user_id: row.user_id,
      family_id: row.family_id,
      token_hash: sha256(next),
      device: device.device,
      address: device.address,
    });
  }
  return { kind: "renewed" as const, ...found, refreshToken: next };
}

async function tokens(
  context: Context,
  userId: string,
  sessionId: string,
  refreshToken: string,
): Promise<Tokens> {
  return {
    access_token: await signToken(context, "api", { userId, sessionId }),
    refresh_token: refreshToken,
    token_type: "bearer",
    expires_in: ACCESS_TOKEN_SECONDS,
  };
}

/** The first 48 bits of a UUIDv7 are milliseconds since 1970 (RFC 9562, section 5.7). */
export function beganMs(sessionId: string) {
  return Number.parseInt(sessionId.replaceAll("-", "").slice(0, 12), 16);
}

/**
 * In one statement, so that "is it live" costs one trip: the account is not disabled and some token of the session is
 * live. What the account was given of quotas comes with it.
 */
export async function findLiveCaller(database: Queryable, userId: string, sessionId: string) {
  const { rows } = await sql<{ role: "student" | "administrator"; quotas: QuotasValue }>`
    select role, quotas from users
    where id = ${userId} and disabled_at is null
      and exists (
        select from refresh_tokens
        where user_id = ${userId} and family_id = ${sessionId} and revoked_at is null and expires_at > now()
      )`.execute(database);
  return rows[0];
}
