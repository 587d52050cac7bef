/**
 * Every way into an account but its password, and the one function that ends them.
 *
 * - **Lasting** ways in were set up by the person and work until they are taken away: sessions, keys, passkeys, linked
 *   accounts.
 * - **Open** ways in wait for an answer: links in mails, and challenges of a login that is under way.
 *
 * What hangs on a session (access tokens, the media cookie, event streams, the way to a provider that links an account)
 * ends with it. The second factor is no way in: it stays, except where the address was never proven.
 */
import { sql } from "kysely";
import { notifyAccess } from "#server/changes.ts";
import type { Queryable, Tx } from "#server/context.ts";
import type { WayIn } from "./shapes.ts";

type End = (tx: Tx, userId: string, exceptSession: string | undefined) => Promise<unknown>;

const LASTING = {
  sessions: (tx, userId, exceptSession) =>
    tx
      .updateTable("refresh_tokens")
      .set({ revoked_at: sql`now()` })
      .where("user_id", "=", userId)
      .where("revoked_at", "is", null)
      .$if(exceptSession !== undefined, (query) => query.where("family_id", "!=", exceptSession!))
      .execute(),
  api_keys: (tx, userId) => tx.deleteFrom("api_keys").where("user_id", "=", userId).execute(),
  passkeys: (tx, userId) => tx.deleteFrom("passkeys").where("user_id", "=", userId).execute(),
  linked_accounts: (tx, userId) =>
    tx.deleteFrom("oauth_connections").where("user_id", "=", userId).execute(),
} satisfies Record<string, End>;

const OPEN = {
  password_links: (tx, userId) =>
    tx
      .deleteFrom("password_reset_tokens")
      .where("user_id", "=", userId)
      .where("used_at", "is", null)
      .execute(),
  /**
   * Among them e-mail changes that were asked for: a link to a stranger's address must not outlive what let the
   * stranger ask.
   */
  address_links: (tx, userId) =>
    tx
      .deleteFrom("email_verification_tokens")
      .where("user_id", "=", userId)
      .where("used_at", "is", null)
      .execute(),
  passkey_challenges: (tx, userId) =>
    tx.deleteFrom("passkey_challenges").where("user_id", "=", userId).execute(),
  login_challenges: (tx, userId) =>
    tx.deleteFrom("login_challenges").where("user_id", "=", userId).execute(),
} satisfies Record<string, End>;

export type LastingWayIn = keyof typeof LASTING;
/** What a person may keep where everything else ends; of the sessions only the one that asks. */
export const KEEPABLE = [
  "api_keys",
  "passkeys",
  "linked_accounts",
] as const satisfies LastingWayIn[];

/**
 * Ends all of them, whatever they are.
 * @param options.exceptSession the session that asks for it and goes on.
 * @param options.keep lasting ways in that the person wants to keep; the open ones always end.
 */
export async function endWaysIn(
  tx: Tx,
  userId: string,
  options: { exceptSession?: string | undefined; keep?: readonly LastingWayIn[] } = {},
) {
  const { exceptSession, keep = [] } = options;
  for (const [kind, end] of Object.entries(LASTING)) {
    if (!keep.includes(kind as LastingWayIn)) await end(tx, userId, exceptSession);
  }
  for (const end of Object.values(OPEN)) await end(tx, userId);
  await notifyAccess(tx, userId);
}

/** All of them, however many; what a person reads of each. */
export async function listWaysIn(database: Queryable, userId: string) {
  const { rows } = await sql<{
    id: string;
    kind: WayIn["kind"];
    name: string | null;
    created_at: Date;
    last_used_at: Date | null;
    expires_at: Date | null;
  }>`
    select kind, id, name, created_at, last_used_at, expires_at from (
      select 'session' as kind, family_id as id, (array_agg(device order by created_at desc))[1] as name,
        min(created_at) as created_at, max(created_at) as last_used_at, max(expires_at) as expires_at
      from refresh_tokens where user_id = ${userId} and revoked_at is null and expires_at > now() group by family_id
      union all
      select 'api_key', id, name, created_at, last_used_at, expires_at from api_keys
      where user_id = ${userId} and (expires_at is null or expires_at > now())
      union all
      select 'passkey', id, name, created_at, last_used_at, null from passkeys where user_id = ${userId}
      union all
      select 'linked_account', id, provider, created_at, null, null from oauth_connections where user_id = ${userId}
      union all
      select 'password_link', id, null, created_at, null, expires_at from password_reset_tokens
      where user_id = ${userId} and used_at is null and expires_at > now()
      union all
      select 'address_link', id, email, created_at, null, expires_at from email_verification_tokens
      where user_id = ${userId} and used_at is null and expires_at > now()
      union all
      select 'login_challenge', id, null, created_at, null, expires_at from login_challenges
      where user_id = ${userId} and expires_at > now()
    ) as way order by created_at desc, id`.execute(database);
  return rows;
}
