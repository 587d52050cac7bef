import { sql } from "kysely";
import { forPurpose } from "#database/principal.ts";
import { notifyAccess } from "#server/changes.ts";
import { columnsOf } from "#server/columns-of.ts";
import type { Queryable, Tx } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { REFRESH_TOKEN_DAYS } from "#server/vocabulary.ts";
import { user } from "./shapes.ts";

const SHOWN = columnsOf(user, "has_password");

export function findUser(database: Queryable, userId: string) {
  return database
    .selectFrom("users")
    .select(SHOWN)
    .select(sql<boolean>`password_hash is not null`.as("has_password"))
    .where("id", "=", userId)
    .executeTakeFirst();
}

export function findLogin(database: Queryable, email: string) {
  return forPurpose("identification", () =>
    database
      .selectFrom("users")
      .select(["id", "email", "email_verified_at", "password_hash", "disabled_at"])
      .where(sql`lower(email)`, "=", email.toLowerCase())
      .executeTakeFirst(),
  );
}

export interface NewUser {
  email: string;
  email_verified_at?: Date | null;
  username: string | null;
  full_name: string | null;
  password_hash: string | null;
  locale?: string | null;
}

/** The first account of an installation administers it; the lock keeps two "firsts" from both being it. */
export async function insertUser(tx: Tx, user: NewUser, wanted: "student" | "administrator") {
  let role = wanted;
  if (!(await anyUser(tx)).anybody) {
    await sql`select pg_advisory_xact_lock(hashtext('little-monster first account'))`.execute(tx);
    if (!(await anyUser(tx)).anybody) role = "administrator";
  }
  return forPurpose("identification", () =>
    tx
      .insertInto("users")
      .values({ ...user, role })
      .returning("id")
      .executeTakeFirstOrThrow(),
  );
}

export async function anyUser(database: Queryable) {
  const { rows } = await forPurpose("identification", () =>
    sql<{ anybody: boolean }>`select exists (select from users) as anybody`.execute(database),
  );
  return rows[0]!;
}

export function markLogin(database: Queryable, userId: string) {
  return database
    .updateTable("users")
    .set({ last_login_at: sql`now()` })
    .where("id", "=", userId)
    .execute();
}

/** Only if it is still the one that was verified: a change in between wins. */
export function replacePasswordHash(
  database: Queryable,
  userId: string,
  before: string,
  hash: string,
) {
  return database
    .updateTable("users")
    .set({ password_hash: hash })
    .where("id", "=", userId)
    .where("password_hash", "=", before)
    .execute();
}

export interface NewRefreshToken {
  user_id: string;
  /** Null starts a session. */
  family_id: string | null;
  token_hash: Buffer;
  device: string | null;
  address: string | null;
}

export function insertRefreshToken(database: Queryable, token: NewRefreshToken) {
  return database
    .insertInto("refresh_tokens")
    .values({
      ...token,
      family_id: token.family_id ?? sql<string>`new_id()`,
      device: token.device?.slice(0, 500) ?? null,
      expires_at: sql`now() + make_interval(days => ${REFRESH_TOKEN_DAYS})`,
    })
    .returning("family_id")
    .executeTakeFirstOrThrow();
}

/** The lock makes two uses of one token happen one after the other. */
export async function lockRefreshToken(
  tx: Tx,
  hash: Buffer,
  { graceSeconds }: { graceSeconds: number },
) {
  const { rows } = await forPurpose("identification", () =>
    sql<{
      user_id: string;
      id: string;
      family_id: string;
      ended: boolean;
      disabled: boolean;
      rotated: boolean;
      in_grace: boolean;
    }>`
    select token.user_id, token.id, token.family_id,
      token.revoked_at is not null or token.expires_at <= now() as ended,
      users.disabled_at is not null as disabled,
      token.rotated_at is not null as rotated,
      coalesce(token.rotated_at > clock_timestamp() - make_interval(secs => ${graceSeconds}), false) as in_grace
    from refresh_tokens as token join users on users.id = token.user_id
    where token.token_hash = ${hash}
    for update of token`.execute(tx),
  );
  return rows[0];
}

export function markRotated(tx: Tx, userId: string, id: string) {
  return tx
    .updateTable("refresh_tokens")
    .set({ rotated_at: sql`clock_timestamp()` })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .execute();
}

export function refreshTokenExists(database: Queryable, userId: string, hash: Buffer) {
  return database
    .selectFrom("refresh_tokens")
    .select("id")
    .where("user_id", "=", userId)
    .where("token_hash", "=", hash)
    .executeTakeFirst();
}

/** @returns whether there was one that lived. */
export async function endSession(database: Queryable, userId: string, sessionId: string) {
  const { numUpdatedRows } = await database
    .updateTable("refresh_tokens")
    .set({ revoked_at: sql`now()` })
    .where("user_id", "=", userId)
    .where("family_id", "=", sessionId)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) await notifyAccess(database, userId);
  return numUpdatedRows > 0n;
}

export async function endSessions(database: Queryable, userId: string, except?: string) {
  await database
    .updateTable("refresh_tokens")
    .set({ revoked_at: sql`now()` })
    .where("user_id", "=", userId)
    .where("revoked_at", "is", null)
    .$if(except !== undefined, (query) => query.where("family_id", "!=", except!))
    .execute();
  await notifyAccess(database, userId);
}

export function findRefreshToken(database: Queryable, hash: Buffer) {
  return forPurpose("identification", () =>
    database
      .selectFrom("refresh_tokens")
      .select(["user_id", "family_id"])
      .where("token_hash", "=", hash)
      .executeTakeFirst(),
  );
}

/**
 * Whoever registered an address without ever proving it may have left a second factor that keeps its owner out
 * (https://msrc.microsoft.com/blog/2022/05/pre-hijacking-attacks/).
 */
export async function dropUnprovenSecondFactor(tx: Tx, userId: string) {
  const unproven = await tx
    .selectFrom("users")
    .select("id")
    .where("id", "=", userId)
    .where("email_verified_at", "is", null)
    .executeTakeFirst();
  if (!unproven) return;
  for (const table of ["recovery_codes", "totp_secrets"] as const) {
    await tx.deleteFrom(table).where("user_id", "=", userId).execute();
  }
}

/**
 * @returns the address to tell it to.
 * @throws Failure `not-authenticated`.
 */
export async function setPassword(
  tx: Tx,
  userId: string,
  hash: string,
  { emailProven }: { emailProven: boolean },
) {
  const row = await tx
    .updateTable("users")
    .set({
      password_hash: hash,
      ...(emailProven ? { email_verified_at: sql`coalesce(email_verified_at, now())` } : {}),
    })
    .where("id", "=", userId)
    .returning("email")
    .executeTakeFirst();
  return (row ?? fail("not-authenticated")).email;
}

export function setEmail(tx: Tx, userId: string, email: string) {
  return tx
    .updateTable("users")
    .set({ email, email_verified_at: sql`now()` })
    .where("id", "=", userId)
    .execute();
}

export interface ProfileChange {
  username?: string | null | undefined;
  full_name?: string | null | undefined;
  locale?: string | null | undefined;
}

export function updateProfile(database: Queryable, userId: string, change: ProfileChange) {
  const given = Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  ) as { [K in keyof ProfileChange]-?: string | null };
  if (Object.keys(given).length === 0) return undefined;
  return database.updateTable("users").set(given).where("id", "=", userId).execute();
}

/**
 * Live sessions, the most recently used first. A session is used when its token is exchanged: every half hour at least.
 */
export async function listSessions(database: Queryable, userId: string) {
  const { rows } = await sql<{
    id: string;
    device: string | null;
    address: string | null;
    last_used_at: Date;
    expires_at: Date;
  }>`
    select distinct on (family_id) family_id as id, device, host(address) as address,
      created_at as last_used_at, expires_at
    from refresh_tokens
    where user_id = ${userId} and revoked_at is null and expires_at > now()
    order by family_id, created_at desc`.execute(database);
  return rows.toSorted((a, b) => b.last_used_at.getTime() - a.last_used_at.getTime());
}
