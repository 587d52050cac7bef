/** That it is the person who deletes the account: by their password, a passkey, or a link in a mail. */
import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import { sql } from "kysely";
import type { z } from "zod";
import type { Context } from "#server/context.ts";
import { fail } from "#server/failures.ts";
import { confirmPerson } from "#server/features/authentication/confirm-person.ts";
import { limitsOf } from "#server/features/authentication/limits.ts";
import { pageUrl } from "#server/features/authentication/mails/letters.ts";
import { queueMail } from "#server/features/authentication/mails/queue-mail.ts";
import { finishLogin, type Site } from "#server/features/authentication/passkeys/ceremonies.ts";
import { randomToken, sha256 } from "#server/features/authentication/sessions.ts";
import type { RateLimiter } from "#server/http/rate-limit.ts";
import type { Caller } from "#server/http/router.ts";
import { linkLetter } from "./letters.ts";
import type { accountDeletion } from "./shapes.ts";

/** @throws Failure `invalid-input`, `not-allowed`, `passkey-refused`, `link-unusable`. */
export async function confirmDeletion(
  context: Context,
  limiter: RateLimiter,
  caller: Caller,
  site: () => Site,
  given: z.infer<typeof accountDeletion>,
) {
  const { database } = context;
  if (given.passkey) {
    await limiter.take(limitsOf(context.config).confirmation, caller.userId);
    // The library checks it field by field; what browsers add is none of its types.
    const passkey = given.passkey as unknown as AuthenticationResponseJSON;
    const userId = await database
      .transaction()
      .execute((tx) => finishLogin(context, tx, site(), passkey));
    if (userId !== caller.userId)
      fail("passkey-refused", { message: "This passkey is of another account." });
  } else if (given.token) {
    await limiter.take(limitsOf(context.config).confirmation, caller.userId);
    const used = await database
      .deleteFrom("account_deletion_links")
      .where("user_id", "=", caller.userId)
      .where("token_hash", "=", sha256(given.token))
      .where("expires_at", ">", sql<Date>`now()`)
      .returning("id")
      .executeTakeFirst();
    if (!used) fail("link-unusable");
  } else await confirmPerson(context, limiter, caller, given.password);
}

export async function sendDeletionLink(context: Context, limiter: RateLimiter, userId: string) {
  await limiter.take(limitsOf(context.config).verification, userId);
  const token = randomToken();
  const letter = linkLetter(pageUrl(context, "/settings", { delete: token }));
  await context.database.transaction().execute(async (tx) => {
    await tx
      .insertInto("account_deletion_links")
      .values({
        user_id: userId,
        token_hash: sha256(token),
        expires_at: sql`now() + interval '1 hour'`,
      })
      .execute();
    const { email } = await tx
      .selectFrom("users")
      .select("email")
      .where("id", "=", userId)
      .executeTakeFirstOrThrow();
    await queueMail(context, tx, userId, email, letter);
  });
}
