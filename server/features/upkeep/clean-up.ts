import { sql } from "kysely";
import type { Context } from "#server/context.ts";
import { removeExpired } from "#server/features/account/remove-expired.ts";
import { removeExpiredTransfers } from "#server/features/study/cards/transfers/remove-expired.ts";

/**
 * Upkeep: answers kept for repeated requests, ended tokens, and files that were kept for a while. Files that no row
 * names any more: uploads/remove-orphans.ts.
 */
export async function cleanUp(context: Context) {
  const { database } = context;
  await sql`delete from idempotency_keys where created_at < now() - interval '1 day'`.execute(
    database,
  );
  await sql`delete from refresh_tokens where expires_at < now() - interval '30 days'`.execute(
    database,
  );
  await sql`delete from password_reset_tokens where expires_at < now() - interval '30 days'`.execute(
    database,
  );
  await sql`delete from email_verification_tokens where expires_at < now() - interval '30 days'`.execute(
    database,
  );
  await sql`delete from passkey_challenges where expires_at < now()`.execute(database);
  await sql`delete from login_challenges where expires_at < now()`.execute(database);
  await sql`delete from email_changes where expires_at < now()`.execute(database);
  await sql`delete from account_deletion_links where expires_at < now()`.execute(database);
  await sql`delete from account_activity where created_at < now() - interval '1 year'`.execute(
    database,
  );
  await sql`delete from rate_limits where window_ends_at < now()`.execute(database);
  await removeExpired(context);
  await removeExpiredTransfers(context);
  return {};
}
