/**
 * Every way into an account but its password, and the one function that ends them.
 *
 * - **Lasting** ways in were set up by the person and work until they are taken away: sessions, keys, passkeys, linked accounts.
 * - **Open** ways in wait for an answer: links in mails, and challenges of a login that is under way.
 *
 * What hangs on a session (access tokens, the media cookie, event streams, the way to a provider that links an account) ends with it.
 * The second factor is no way in: it stays, except where the address was never proven.
 */
import { sql } from "kysely";
import type { Tx } from "#server/context.ts";

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
  /** Among them e-mail changes that were asked for: a link to a stranger's address must not outlive what let the stranger ask. */
  address_links: (tx, userId) =>
    tx
      .deleteFrom("email_verification_tokens")
      .where("user_id", "=", userId)
      .where("used_at", "is", null)
      .execute(),
  passkey_challenges: (tx, userId) =>
    tx.deleteFrom("passkey_challenges").where("user_id", "=", userId).execute(),
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
}
