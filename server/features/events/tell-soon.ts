/** What changed, told a moment later and with what others changed meanwhile. */
import { sql } from "kysely";
import { actAs } from "#database/principal.ts";
import type { Changed } from "#server/changes.ts";
import type { Queryable } from "#server/context.ts";

/** Nobody at a page notices; and a course that asks at once is told of by a few statements a second. */
const SOON_MS = 20;
const waiting = new WeakMap<Queryable, Set<string>>();

/**
 * Says it within 20 ms, together with what others changed meanwhile. A commit that tells takes turns with every other
 * one that does (https://www.postgresql.org/docs/18/sql-notify.html), and wakes every listener. What a server that is
 * killed in between did not tell, its own readers learn when they connect again.
 */
export function tellSoon(database: Queryable, userId: string, changed: Changed[]) {
  let payloads = waiting.get(database);
  if (!payloads) {
    const begun = new Set<string>();
    waiting.set(database, (payloads = begun));
    setTimeout(() => {
      waiting.delete(database);
      void actAs({}, () =>
        sql`select pg_notify('lm_events', payload) from unnest(${[...begun]}::text[]) as payload`
          .execute(database)
          // Without a database the listeners have lost theirs, too, and read afresh.
          .catch(() => {}),
      );
    }, SOON_MS);
  }
  for (const each of changed) payloads.add(JSON.stringify({ user_id: userId, ...each }));
}
