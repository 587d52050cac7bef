import { sql } from "kysely";
import { forPurpose } from "#database/principal.ts";
import type { Queryable } from "#server/context.ts";
import { CHANNELS } from "#server/notifications.ts";
import type { MailKind, MailTrouble } from "./shapes.ts";

export async function countWaiting(database: Queryable) {
  // Codes of nodemailer (https://nodemailer.com/errors), of the system, and of send-mails.ts.
  const { rows } = await forPurpose("upkeep", () =>
    sql<{
      kind: MailKind;
      trouble: MailTrouble | null;
      count: number;
      oldest_at: Date;
      next_at: Date;
      attempts: number;
    }>`
      select kind, trouble, count(*)::integer as count, min(created_at) as oldest_at, min(run_at) as next_at,
        max(attempts)::integer as attempts
      from (
        select *, case
            when error_code is null then null
            when error_code in ('ECONNECTION', 'ECONNREFUSED', 'ECONNRESET', 'ESOCKET', 'ETIMEDOUT', 'EDNS',
              'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'ETLS') then 'unreachable'
            when error_code in ('EAUTH', 'ENOAUTH', 'EOAUTH2') then 'login_refused'
            when error_code = 'EENVELOPE' then 'address_refused'
            when error_code = 'unreadable' then 'unreadable'
            else 'other' end as trouble
        from mails where expires_at > now()
      ) as waiting
      group by kind, trouble order by oldest_at, kind, trouble`.execute(database),
  );
  return rows;
}

/** Those that failed; what a server is sending at this moment stays with it. @returns how many. */
export async function hastenMails(database: Queryable) {
  const { rows } = await forPurpose("upkeep", () =>
    sql<{ count: number }>`
      with hastened as (
        update mails set run_at = now() where error_code is not null and expires_at > now() returning id
      )
      select count(*)::integer as count, pg_notify(${CHANNELS.mails}, '') from hastened`.execute(
      database,
    ),
  );
  return rows[0]!.count;
}
