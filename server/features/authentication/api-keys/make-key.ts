import type { Context } from "#server/context.ts";
import { takeKeyPlace } from "#server/features/quotas/take.ts";
import { recordActivity, type Origin } from "../activity/record-activity.ts";
import { tellOwner } from "../mails/tell-owner.ts";
import { randomToken, sha256 } from "../sessions.ts";
import { API_KEY_PREFIX } from "./prefix.ts";
import { insertApiKey } from "./queries.ts";

const HINT_LENGTH = 10;
const DAY_MS = 86_400_000;

type Scopes = Parameters<typeof insertApiKey>[1]["scopes"];

/**
 * A key for scripts, shown this once; its owner is told by mail.
 *
 * @throws what `takeKeyPlace` throws
 */
export async function makeKey(
  context: Context,
  userId: string,
  {
    name,
    scopes,
    expires_in_days: days,
  }: { name: string; scopes: Scopes; expires_in_days: number | null },
  origin: Origin,
) {
  const { database } = context;
  const key = `${API_KEY_PREFIX}${randomToken()}`;
  const row = await database.transaction().execute(async (tx) => {
    await takeKeyPlace(context, tx, userId, "api_keys");
    return insertApiKey(tx, {
      user_id: userId,
      name,
      token_hash: sha256(key),
      hint: key.slice(0, HINT_LENGTH),
      scopes: [...new Set(scopes)],
      expires_at: days === null ? null : new Date(Date.now() + days * DAY_MS),
    });
  });
  await recordActivity(database, userId, "key-made", origin, name);
  await tellOwner(
    context,
    database,
    userId,
    "A key was made",
    `The key “${name}” for scripts was made for your Little Monster account.`,
  );
  return { ...row, key };
}
