/**
 * A mail is a row before anything else: it outlives the server that made it, and a mail server that is away.
 * `send-mails.ts` sends it. What it says is sealed, because a link in it opens the account; workers may not read the
 * table.
 */
import { sql } from "kysely";
import { asOwner, forPurpose } from "#database/principal.ts";
import type { Context, Queryable } from "#server/context.ts";
import { newId } from "#server/new-id.ts";
import { CHANNELS } from "#server/notifications.ts";
import type { MailMessage } from "#server/providers/mail/contract.ts";
import { composeMail, type Letter } from "./letters.ts";

/** A mail, or the wish for one to whoever has this address here. */
export type MailContent = MailMessage | { forgotten: string };

/**
 * Sent after the transaction, if `database` is one, has been committed; at least once, until its links are too old.
 * @param userId whose account it is about: it goes with that account. Null for who has none any more.
 */
export function queueMail(
  context: Pick<Context, "secrets">,
  database: Queryable,
  userId: string | null,
  to: string,
  letter: Letter,
) {
  const insert = () => insertMail(context, database, userId, composeMail(to, letter), letter);
  return userId === null ? forPurpose("upkeep", insert) : asOwner(userId, insert);
}

/** Whether there is such an account is looked up afterwards: nothing in the answer, nor when it comes, tells it. */
export function queueForgotten(context: Pick<Context, "secrets" | "database">, email: string) {
  // Of nobody yet.
  return forPurpose("upkeep", () =>
    insertMail(
      context,
      context.database,
      null,
      { forgotten: email },
      { kind: "choose_password", days: 1 },
    ),
  );
}

async function insertMail(
  { secrets }: Pick<Context, "secrets">,
  database: Queryable,
  userId: string | null,
  content: MailContent,
  { kind, days }: Pick<Letter, "kind" | "days">,
) {
  const id = newId();
  const { keyId, sealed } = secrets.seal(JSON.stringify(content), purposeOf(id));
  await sql`
    with queued as (
      insert into mails (id, user_id, kind, content, content_key_id, expires_at)
      values (${id}, ${userId}, ${kind}, ${sealed}, ${keyId}, now() + make_interval(days => ${days}))
    )
    select pg_notify(${CHANNELS.mails}, '')`.execute(database);
}

export function openMail(
  { secrets }: Pick<Context, "secrets">,
  row: { id: string; content: Uint8Array; content_key_id: string },
) {
  return JSON.parse(
    secrets.open(row.content_key_id, row.content, purposeOf(row.id)),
  ) as MailContent;
}

function purposeOf(id: string) {
  return `mail ${id}`;
}
