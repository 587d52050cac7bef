/**
 * Places of which somebody has so many and holds each for a while: open streams. Taken in memory, or in PostgreSQL
 * where several servers have to agree (LM_RATE_LIMIT_STORE). There each place is a row of `rate_limits` that its server
 * renews: a server that is killed gives its places back by silence. Nothing is stored of whom it is about but an HMAC.
 */
import { sql } from "kysely";
import type { Context } from "#server/context.ts";

export type GiveBack = () => Promise<void>;

export interface Places {
  /** @returns a function that gives the place back, which may be called twice; undefined where none is free. */
  take(name: string, who: string, limit: number): Promise<GiveBack | undefined>;
  /** Places taken, at every server. @param limit how many there are. */
  count(name: string, who: string, limit: number): Promise<number>;
}

const LEASE_SECONDS = 60;
const RENEW_MS = 20_000;
/** Another request may take the place that was found free. */
const TRIES = 5;
/** Of those that are looked at one by one; who may have more has no limit that matters. */
const MOST = 1000;

export function createPlaces(context: Context): Places {
  return context.config.rateLimitStore === "memory" ? inMemory() : inDatabase(context);
}

function once(work: () => Promise<unknown>): GiveBack {
  let done = false;
  return async () => {
    if (done) return;
    done = true;
    await work();
  };
}

function inMemory(): Places {
  const taken = new Map<string, number>();
  const nameOf = (name: string, who: string) => `${name} ${who}`;
  return {
    count: async (name, who) => taken.get(nameOf(name, who)) ?? 0,
    async take(name, who, limit) {
      const key = nameOf(name, who);
      const before = taken.get(key) ?? 0;
      if (before >= limit) return undefined;
      taken.set(key, before + 1);
      return once(async () => {
        const left = taken.get(key)! - 1;
        if (left > 0) taken.set(key, left);
        else taken.delete(key);
      });
    },
  };
}

function inDatabase({ database, secrets, log }: Context): Places {
  const held = new Set<Buffer>();
  let renewing: NodeJS.Timeout | undefined;
  const keysOf = (name: string, who: string, limit: number) =>
    Array.from({ length: Math.min(limit, MOST) }, (_, n) =>
      secrets.digest("rate limit", `place ${n} of ${name} ${who}`),
    );

  async function takeOne(keys: Buffer[]) {
    const { rows } = await sql<{ key: Buffer }>`
      with free as (
        select place.key from unnest(${keys}::bytea[]) with ordinality as place (key, number)
        where not exists (select from rate_limits as taken where taken.key = place.key and taken.window_ends_at > now())
        order by place.number limit 1
      )
      insert into rate_limits (key, count, window_ends_at)
      select key, 1, now() + make_interval(secs => ${LEASE_SECONDS}) from free
      on conflict (key) do update set window_ends_at = excluded.window_ends_at where rate_limits.window_ends_at <= now()
      returning key`.execute(database);
    return rows[0]?.key;
  }

  function hold(key: Buffer) {
    held.add(key);
    renewing ??= setInterval(() => {
      sql`
        update rate_limits set window_ends_at = now() + make_interval(secs => ${LEASE_SECONDS})
        where key = any(${[...held]}::bytea[])`
        .execute(database)
        .catch((error: unknown) => log.warn({ error }, "places could not be renewed"));
    }, RENEW_MS).unref();
    return once(async () => {
      held.delete(key);
      if (held.size === 0) {
        clearInterval(renewing);
        renewing = undefined;
      }
      await sql`delete from rate_limits where key = ${key}`.execute(database).catch(() => {
        // It is free after its lease.
      });
    });
  }

  return {
    async count(name, who, limit) {
      const { rows } = await sql<{ count: number }>`
        select count(*)::integer as count from rate_limits
        where key = any(${keysOf(name, who, limit)}::bytea[]) and window_ends_at > now()`.execute(
        database,
      );
      return rows[0]!.count;
    },
    async take(name, who, limit) {
      const keys = keysOf(name, who, limit);
      for (let tries = 0; tries < TRIES; tries += 1) {
        const key = await takeOne(keys);
        if (key) return hold(key);
      }
      return undefined;
    },
  };
}
